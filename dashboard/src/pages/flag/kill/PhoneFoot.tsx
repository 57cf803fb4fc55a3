import { useQuery } from "@tanstack/react-query";

import type { ProjectFlag } from "../../../client";
import { killText as words } from "../../../text/kill";
import { UndoButton } from "../UndoButton";
import { KillButton } from "./KillButton";
import classes from "./kill.module.css";
import { lastChangeQuery } from "./queries";

interface Props {
  project: string;
  flag: ProjectFlag;
  /** The environment that is looked at. */
  environment: string;
}

/** What one takes a phone out for, under the thumb: the last change back, and the kill. */
export function PhoneFoot({ project, flag, environment }: Props) {
  const last = useQuery(lastChangeQuery(project, flag.key, environment));
  const version = last.data?.version;
  return (
    <div className={classes.foot}>
      {version !== undefined ? (
        <UndoButton key={`${environment} ${version}`} project={project} environment={environment} version={version} full />
      ) : (
        <span />
      )}
      <KillButton project={project} flag={flag}>
        {words.ask}
      </KillButton>
    </div>
  );
}
