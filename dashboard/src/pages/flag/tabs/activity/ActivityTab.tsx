import { useNavigate } from "@tanstack/react-router";

import { Empty, Loading, Trouble } from "../../../../parts/States";
import { text } from "../../../../text/en";
import { EnvironmentChoice } from "../EnvironmentChoice";
import panel from "../panel.module.css";
import type { TabProps } from "../Tabs";
import { Against } from "./Against";
import classes from "./Activity.module.css";
import { Changes } from "./Changes";
import { useHistory } from "./history";
import { Person } from "./Person";
import { Then } from "./Then";
import { TimeMachine } from "./TimeMachine";
import { useThen } from "./useThen";

/** What was done to a flag, and the flag as it was at any instant. */
export function ActivityTab({ project, flag, versions, environment, asOf, at: asked }: TabProps) {
  const environments = Object.keys(flag.environments);
  const history = useHistory(project, environments, flag.key);
  const navigate = useNavigate({ from: "/projects/$project/flags/$flag" });
  const words = text.flagTabs.activity;
  // Elsewhere one speaks of versions; an instant is what all environments have in common.
  const changes = history.rows.flatMap((row) => (row.kind === "change" ? row.changes : []));
  const named = changes.find((each) => each.environment === environment && each.version <= (asOf ?? -1));
  const at = asked ?? named?.at;
  const then = useThen(project, flag, at);
  const choose = (instant: string | undefined) =>
    void navigate({ search: (was) => ({ ...was, at: instant, as: undefined }), replace: true });
  if (history.pending) return <Loading lines={6} />;
  const about = { project, flag, environment, at };
  const newest = changes.filter((each) => each.environment === environment)[0]?.version;
  return (
    <div className={panel.stack}>
      {history.error !== null && <Trouble error={history.error} retry={history.retry} />}
      {changes.length === 0 ? (
        history.error === null && <Empty title={words.none} />
      ) : (
        <>
          <TimeMachine rows={history.rows} environment={environment} then={then.flag} at={at} choose={choose}>
            <EnvironmentChoice flag={flag} environment={environment} />
          </TimeMachine>
          <div className={classes.cards}>
            <Then {...about} then={then} />
            <Against
              {...about}
              version={then.flag?.environments[environment]?.version ?? null}
              isNow={at === undefined || then.flag?.environments[environment]?.version === newest}
              head={versions[environment] ?? 0}
            />
            <Person {...about} />
          </div>
          <Changes project={project} flag={flag} versions={versions} history={history} at={at} choose={choose} />
        </>
      )}
    </div>
  );
}
