import { useQueryClient } from "@tanstack/react-query";

import { answered } from "../../../../api/http";
import { restoreFlagVersion } from "../../../../client";
import { tellSaved } from "../../../../moving/saved";
import { ConfirmButton } from "../../../../parts/ConfirmButton";
import { text } from "../../../../text/en";
import { Moving } from "./Moving";

interface Props {
  project: string;
  environment: string;
  flag: string;
  version: number;
  /** The version of the environment that is built on: a newer one stops the change. */
  head: number;
}

/** Makes a flag in one environment what it was at a version. Says who moves before it does. */
export function RestoreButton({ project, environment, flag, version, head }: Props) {
  const queries = useQueryClient();
  const words = text.flagTabs.activity;
  return (
    <ConfirmButton
      variant="default"
      size="compact-sm"
      title={words.restoreTitle(flag, version)}
      act={words.restoreGo}
      asks={words.reason}
      words={
        <>
          <Moving project={project} environment={environment} flag={flag} version={version} head={head} />
          <p>{words.restoreWhat}</p>
        </>
      }
      go={async (reason) => {
        const done = await answered(
          restoreFlagVersion({
            path: { project, environment, flag },
            headers: { "If-Match": `"${head}"` },
            body: { version, reason },
          }),
        );
        tellSaved(project, done);
        await queries.invalidateQueries({ queryKey: [project] });
      }}
    >
      {words.restore}
    </ConfirmButton>
  );
}
