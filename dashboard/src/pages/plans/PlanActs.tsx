import { Group } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { useMe } from "../../app/session";
import { approvePlan, cancelPlan, pausePlan, resumePlan, type PlanView } from "../../client";
import { may, type Scope } from "../../model/grants";
import { environmentsOf, isOpen } from "../../model/plans";
import { ConfirmButton } from "../../parts/ConfirmButton";
import { Icon } from "../../parts/Icon";
import { text } from "../../text/en";

const words = text.plans;

/** What a person can do with a plan as it is now. Each asks once more, and for a reason. */
export function PlanActs({ project, plan }: { project: string; plan: PlanView }) {
  const me = useMe();
  const queries = useQueryClient();
  if (!isOpen(plan)) return null;
  const path = { project, plan: plan.id };
  const done = async (asked: Promise<unknown>) => {
    await asked;
    await queries.invalidateQueries({ queryKey: [project] });
  };
  const environments = environmentsOf(plan);
  const has = (scope: Scope) =>
    environments.length === 0
      ? may(me.grants, scope, project)
      : environments.every((key) => may(me.grants, scope, project, key));
  const stopBar = has("edit") || has("kill") ? null : words.needs("edit");
  const approveBar =
    me.actor === plan.author ? words.ownApproval : has("approve") ? null : words.needs("approve");
  return (
    <Group gap={8}>
      {plan.state === "approval" && (
        <ConfirmButton
          title={words.approveTitle}
          words={words.approveWords}
          asks={words.reason}
          barred={approveBar}
          go={(reason) => done(answered(approvePlan({ path, body: { reason } })))}
        >
          {words.approve}
        </ConfirmButton>
      )}
      {plan.state === "paused" ? (
        <ConfirmButton
          leftSection={<Icon name="play" />}
          title={words.resumeTitle}
          words={words.resumeWords}
          asks={words.reason}
          barred={has("edit") ? null : words.needs("edit")}
          go={(reason) => done(answered(resumePlan({ path, body: { reason } })))}
        >
          {words.resume}
        </ConfirmButton>
      ) : (
        <ConfirmButton
          variant="default"
          title={words.pauseTitle}
          words={words.pauseWords}
          asks={words.reason}
          barred={stopBar}
          go={(reason) => done(answered(pausePlan({ path, body: { reason } })))}
        >
          {words.pause}
        </ConfirmButton>
      )}
      <ConfirmButton
        variant="outline"
        color="danger"
        title={words.cancelTitle}
        words={words.cancelWords}
        asks={words.reason}
        danger
        barred={stopBar}
        go={(reason) => done(answered(cancelPlan({ path, body: { reason } })))}
      >
        {words.cancel}
      </ConfirmButton>
      {plan.state === "approval" && approveBar !== null && <span>{approveBar}</span>}
    </Group>
  );
}
