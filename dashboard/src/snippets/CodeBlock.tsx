import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";

import { Icon } from "../parts/Icon";
import { text } from "../text/en";
import classes from "./Snippets.module.css";

interface Props {
  label: string;
  code: string;
  /** What is shown in its place: the same with secrets shortened. */
  shown?: string;
  /** One line, its button beside it. */
  line?: boolean;
  onCopy?: (() => void) | undefined;
}

/** Code to be copied. */
export function CodeBlock({ label, code, shown, line, onCopy }: Props) {
  const clipboard = useClipboard({ timeout: 2_000 });
  const words = text.snippets;
  return (
    <div className={line ? classes.line : classes.block}>
      {/* A long line scrolls, by keyboard too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre tabIndex={0} role="group" aria-label={label}>
        <code>{shown ?? code}</code>
      </pre>
      <Button
        className={classes.copy}
        variant="default"
        size="compact-sm"
        leftSection={<Icon name={clipboard.copied ? "check" : "copy"} size={12} />}
        aria-label={words.copyWhat(label)}
        onClick={() => {
          clipboard.copy(code);
          onCopy?.();
        }}
      >
        {clipboard.copied ? words.copied : words.copy}
      </Button>
      {clipboard.error !== null && <p role="alert">{words.cannotCopy}</p>}
    </div>
  );
}
