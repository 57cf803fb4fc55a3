import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { useMe } from "../../app/session";
import { updateFlag, type ProjectFlag } from "../../client";
import { loadKey, type Progress } from "../../model/firstRun";
import { may } from "../../model/grants";
import { Faults } from "../../parts/Faults";
import { keyKindOf } from "../../snippets/snippets.ts";
import { SnippetTabs } from "../../snippets/SnippetTabs";
import { text } from "../../text/en";
import { issueStartKey } from "./issueStartKey";
import classes from "./Start.module.css";

const words = text.start.ask;

interface Props {
  project: string;
  progress: Progress;
  flag: ProjectFlag;
  go: (more: Partial<Progress>) => void;
}

/** The program that asks, with what it still lacks. */
export function AskStep({ project, progress, flag, go }: Props) {
  const { environment, framework } = progress;
  const kind = keyKindOf(framework);
  const key = loadKey(project, environment, kind);
  const admin = may(useMe().grants, "admin", project, environment);
  const queries = useQueryClient();
  const hidden = kind === "client" && !flag.client_visible;
  const prepare = useMutation({
    mutationFn: async () => {
      if (hidden) {
        const path = { project, flag: flag.key };
        const headers = { "If-Match": "*" };
        await answered(updateFlag({ path, headers, body: { client_visible: true } }));
        await queries.invalidateQueries({ queryKey: [project] });
      }
      if (key === null) await issueStartKey(project, environment, kind);
    },
    onSuccess: () => go({}),
  });
  return (
    <SnippetTabs
      asked={{ url: location.origin, key, flag, off: flag.environments[environment]?.off ?? null }}
      framework={framework}
      choose={(chosen) => go({ framework: chosen })}
      onCopy={() => go({ copied: Date.now() })}
    >
      {(key === null || hidden) && (
        <div className={classes.notice}>
          {admin ? (
            <>
              <span>
                {kind === "client" ? words.client : progress.copied === null ? words.noKey : words.another}
              </span>
              <Button size="compact-sm" loading={prepare.isPending} onClick={() => prepare.mutate()}>
                {kind === "client" ? words.makeClient : words.make}
              </Button>
            </>
          ) : (
            words.admin(environment)
          )}
          <Faults error={prepare.error} />
        </div>
      )}
    </SnippetTabs>
  );
}
