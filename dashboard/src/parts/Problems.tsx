import { Button, Group, Title } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { Failed } from "../api/http";
import { text } from "../text/en";
import classes from "./States.module.css";
import { wordsOf } from "./States";

const words = text.shell.problem;

/** Whether the server says that there is no such thing. */
export function isMissing(error: unknown): boolean {
  return error instanceof Failed && error.problem.status === 404;
}

/** The page of a project or flag that is not there. */
export function Missing({ project, flag }: { project: string; flag?: string }) {
  return (
    <div className={classes.empty} role="alert">
      <Title order={1}>{flag === undefined ? words.project(project) : words.flag(flag)}</Title>
      <p>{words.hint}</p>
      {flag === undefined ? (
        <Link to="/">{words.toProjects}</Link>
      ) : (
        <Link to="/projects/$project/flags" params={{ project }}>
          {words.toFlags}
        </Link>
      )}
    </div>
  );
}

/** The page in place of one that threw: what was being written is kept on the device. */
export function Broken({ error, reset }: { error: unknown; reset: () => void }) {
  return (
    <div className={classes.empty} role="alert">
      <Title order={1}>{words.broken}</Title>
      <p>{words.brokenHint}</p>
      <Group>
        <Button onClick={() => location.reload()}>{words.reload}</Button>
        <Button variant="default" onClick={reset}>
          {text.states.retry}
        </Button>
      </Group>
      <p className={classes.said}>{words.detail(wordsOf(error))}</p>
    </div>
  );
}
