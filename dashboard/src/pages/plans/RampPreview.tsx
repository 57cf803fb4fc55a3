import { Progress } from "@mantine/core";

import type { FlagInEnvironment, NewRamp } from "../../client";
import { rampSteps } from "../../model/ramp";
import { wordsOf } from "../../parts/States";
import type { VariantKeys } from "../../parts/Variant";
import { text } from "../../text/en";
import { Ladder } from "./Ladder";
import classes from "./Plans.module.css";
import { useNow } from "../../parts/useNow";
import { usePlanPreview } from "./usePlanPreview";

const words = text.plans;

interface Props {
  project: string;
  ramp: NewRamp;
  flags: Record<string, FlagInEnvironment>;
  of: VariantKeys;
}

/** Who would move in each step, if the ramp were started now. */
export function RampPreview({ project, ramp, flags, of }: Props) {
  const now = useNow(60_000);
  const lists = ramp.environments.flatMap((environment) => {
    const flag = flags[environment];
    const steps = flag === undefined ? null : rampSteps(flag, environment, ramp);
    return steps === null ? [] : [{ steps }];
  });
  const { movements, counting, error } = usePlanPreview(project, lists.length === 0 ? null : lists);
  const steps = lists[0]?.steps.map((step, index) => ({
    ...step,
    hold_seconds: index === ramp.percentages.length - 1 ? 0 : (ramp.hold_seconds ?? 0),
    needs_approval: index > 0 && ramp.approve_between === true,
  }));
  if (steps === undefined) {
    return <p className={classes.caption}>{words.newRamp.impossible(ramp.to)}</p>;
  }
  return (
    <>
      {counting && <Progress value={100} size={2} animated aria-label={text.states.loading} />}
      <Ladder steps={steps} movements={error === null ? movements : []} of={of} now={now} />
      <p className={classes.small} role="status">
        {error !== null ? words.newRamp.notCounted(wordsOf(error)) : counting ? "" : words.countedNow}
      </p>
    </>
  );
}
