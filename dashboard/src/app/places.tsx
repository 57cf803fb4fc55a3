import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, type LinkProps } from "@tanstack/react-router";

import { openRequestsQuery } from "../api/queries";
import { useKeys } from "../keys/useKeys";
import { text } from "../text/en";
import classes from "./shell.module.css";

/** The pages of a project that one goes to from everywhere, in the order of the header. */
export const PLACES = [
  { name: "flags", to: "/projects/$project/flags", key: "f" },
  { name: "segments", to: "/projects/$project/segments", key: "s" },
  { name: "contexts", to: "/projects/$project/contexts", key: "c" },
  { name: "playground", to: "/projects/$project/playground", key: "p" },
  { name: "requests", to: "/projects/$project/requests", key: "r" },
  { name: "plans", to: "/projects/$project/plans", key: undefined },
  { name: "history", to: "/projects/$project/history", key: "h" },
  { name: "settings", to: "/projects/$project/settings", key: undefined },
] as const satisfies readonly { name: keyof typeof text.nav; to: LinkProps["to"]; key: string | undefined }[];

export function PlaceLinks({ project }: { project: string }) {
  return (
    <nav className={classes.places} aria-label={text.shell.places}>
      {PLACES.map(({ name, to }) => (
        <Link key={name} to={to} params={{ project }}>
          {text.nav[name]}
          {name === "requests" && <Waiting project={project} />}
        </Link>
      ))}
    </nav>
  );
}

/** How many changes wait for approval. */
export function Waiting({ project }: { project: string }) {
  const found = useQuery(openRequestsQuery(project));
  return found.data ? <span className={classes.count}>{found.data}</span> : null;
}

/** G, then a letter, goes to a page. */
export function usePlaceKeys(project: string | undefined): void {
  const navigate = useNavigate();
  const going = PLACES.flatMap(({ key, to }) =>
    key === undefined || project === undefined
      ? []
      : [[`g ${key}`, () => void navigate({ to, params: { project } })] as const],
  );
  useKeys(Object.fromEntries(going));
}
