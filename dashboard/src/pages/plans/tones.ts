import type { PlanView } from "../../client";
import type { StepState } from "../../model/plans";
import type { Tone } from "../../parts/Chip";

/** How the state of a plan or of a step is coloured; what is still to come is plain. */
export const TONES: Partial<Record<PlanView["state"] | StepState | "scheduled", Tone>> = {
  scheduled: "accent",
  waiting: "strong",
  now: "strong",
  next: "accent",
  approval: "warning",
  request: "warning",
  paused: "warning",
  done: "ok",
  finished: "ok",
};
