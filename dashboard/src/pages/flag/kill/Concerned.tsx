import { useQueries, useQuery } from "@tanstack/react-query";
import { Fragment } from "react";

import { documentQuery } from "../../../api/documents";
import { needing } from "../../../model/needing";
import { Icon } from "../../../parts/Icon";
import { killText as words } from "../../../text/kill";
import classes from "./kill.module.css";
import { plansOfQuery } from "./queries";

interface Props {
  project: string;
  flag: string;
  environments: readonly string[];
}

/** What a kill does beyond the flag: the flags that ask for it, and the plans that pause. */
export function Concerned({ project, flag, environments }: Props) {
  const documents = useQueries({
    queries: environments.map((environment) => documentQuery(project, { environment })),
  });
  const plans = useQuery(plansOfQuery(project, flag));
  const flags = [...new Set(documents.flatMap(({ data }) => (data ? needing(data, flag) : [])))];
  const names = (plans.data ?? []).map(({ name }) => name);
  if (flags.length === 0 && names.length === 0) return null;
  return (
    <div className={classes.note} role="note">
      <Icon name="warning" />
      <span>
        {flags.map((key, index) => (
          <Fragment key={key}>
            {index > 0 && words.and}
            <strong>
              <bdi>{key}</bdi>
            </strong>
          </Fragment>
        ))}
        {flags.length > 0 && ` ${words.need(flags.length)} `}
        {names.length === 1 && words.plan(names[0] ?? "")}
        {names.length > 1 && words.plans(names.join(", "))}
      </span>
    </div>
  );
}
