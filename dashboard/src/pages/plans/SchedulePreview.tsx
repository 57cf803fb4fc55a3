import { Progress } from "@mantine/core";

import type { NewPlan } from "../../client";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";
import { Ladder } from "./Ladder";
import classes from "./Plans.module.css";
import { useNow } from "../../parts/useNow";
import { usePlanPreview } from "./usePlanPreview";

/** Who would move if it were done now: what stands in the way of it is said here too. */
export function SchedulePreview({ project, plan }: { project: string; plan: NewPlan }) {
  const now = useNow(60_000);
  const { movements, counting, error } = usePlanPreview(project, [{ steps: plan.steps }]);
  return (
    <>
      {counting && <Progress value={100} size={2} animated aria-label={text.states.loading} />}
      <Ladder steps={plan.steps} movements={error === null ? movements : []} of={null} now={now} />
      <p className={classes.small} role="status">
        {error !== null
          ? text.plans.newRamp.notCounted(wordsOf(error))
          : counting
            ? ""
            : text.plans.countedNow}
      </p>
    </>
  );
}
