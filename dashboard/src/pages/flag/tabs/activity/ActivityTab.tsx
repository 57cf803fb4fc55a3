import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { Empty, Loading, Trouble } from "../../../../parts/States";
import { text } from "../../../../text/en";
import { MOST_VERSIONS, versionsQuery } from "../../../../trace/asking";
import { EnvironmentChoice } from "../EnvironmentChoice";
import panel from "../panel.module.css";
import type { TabProps } from "../Tabs";
import { Against } from "./Against";
import classes from "./Activity.module.css";
import { Changes } from "./Changes";
import { Person } from "./Person";
import { Then } from "./Then";
import { TimeMachine } from "./TimeMachine";

/** What was done to a flag, and the flag as it was at any of its versions. */
export function ActivityTab({ project, flag, versions, environment, asOf }: TabProps) {
  const found = useQuery(versionsQuery(project, environment, flag.key));
  const navigate = useNavigate({ from: "/projects/$project/flags/$flag" });
  const words = text.flagTabs.activity;
  if (found.isPending) return <Loading lines={6} />;
  const changes = found.data ?? [];
  const newest = changes[0]?.version;
  // A version between two changes of the flag is as the change before it left it.
  const chosen = asOf === undefined ? newest : (changes.find(({ version }) => version <= asOf)?.version ?? newest);
  const isNow = chosen === newest;
  const choose = (version: number | undefined) =>
    void navigate({
      search: (was) => ({ ...was, as: version === newest ? undefined : version }),
      replace: true,
    });
  const about = { project, flag, environment };
  return (
    <div className={panel.stack}>
      <header className={panel.head}>
        <EnvironmentChoice flag={flag} environment={environment} />
        {changes.length >= MOST_VERSIONS && <span className={panel.hint}>{words.limit(changes.length)}</span>}
      </header>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {chosen === undefined ? (
        !found.isError && <Empty title={words.none} />
      ) : (
        <>
          <TimeMachine environment={environment} changes={changes} chosen={chosen} choose={choose} />
          <div className={classes.cards}>
            <Then {...about} version={chosen} isNow={isNow} />
            <Against {...about} version={chosen} isNow={isNow} head={versions[environment] ?? 0} />
            <Person {...about} version={chosen} isNow={isNow} />
          </div>
          <Changes {...about} head={versions[environment] ?? 0} changes={changes} chosen={chosen} choose={choose} />
        </>
      )}
    </div>
  );
}
