import { Button, Skeleton, Stack } from "@mantine/core";

import { Failed, Unreachable } from "../api/http";
import { text } from "../text/en";
import { DocsLink } from "./DocsLink";
import classes from "./States.module.css";

/** Grey lines where something will stand, of about its height. */
export function Loading({ lines = 3 }: { lines?: number }) {
  return (
    <Stack gap={8} role="status" aria-label={text.states.loading}>
      {Array.from({ length: lines }, (_, index) => (
        <Skeleton key={index} height={20} radius={3} animate={false} />
      ))}
    </Stack>
  );
}

/** Says in words why something is not shown, and offers to try again. */
export function Trouble({ error, retry }: { error: unknown; retry?: () => void }) {
  return (
    <div className={classes.trouble} role="alert">
      <span>{text.states.failed(wordsOf(error))}</span>
      {retry && (
        <Button variant="default" size="compact-sm" onClick={retry}>
          {text.states.retry}
        </Button>
      )}
    </div>
  );
}

/** What went wrong, in the server's words where it said some. */
export function wordsOf(error: unknown): string {
  if (error instanceof Failed) {
    const { detail, title, hint } = error.problem;
    return hint ? `${detail || title} (${hint})` : detail || title;
  }
  if (error instanceof Unreachable || error instanceof Error) return error.message;
  return String(error);
}

/** An empty place: what is missing, and the way on. `docs` is the page that tells more. */
export function Empty(props: { title: string; docs?: string; children?: React.ReactNode }) {
  const { title, docs, children } = props;
  return (
    <div className={classes.empty}>
      <p>{title}</p>
      {children}
      {docs !== undefined && <DocsLink to={docs}>{text.states.docs}</DocsLink>}
    </div>
  );
}
