import { useQueries } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { text } from "../../text/en";
import { reportersQuery } from "./queries";
import classes from "./Start.module.css";

const ASKED = 5;

/** Offers the first run where no program has asked for a flag yet. */
export function StartHint({ project, environments }: { project: string; environments: string[] }) {
  const found = useQueries({
    queries: environments.slice(0, ASKED).map((key) => reportersQuery(project, key)),
  });
  const quiet = found.every(({ data }) => data?.reporters.length === 0 && data.silent.length === 0);
  if (found.length === 0 || !quiet) return null;
  return (
    <aside className={`${classes.notice} ${classes.banner}`}>
      <span>{text.start.hint.title}</span>
      <Link to="/projects/$project/start" params={{ project }}>
        {text.start.hint.go}
      </Link>
    </aside>
  );
}
