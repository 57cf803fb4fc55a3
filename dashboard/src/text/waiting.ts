import type { PlanView } from "../client";
import { lasting } from "../model/durations";
import { whenWords } from "../model/instants";

/** What a plan waits for and until when: the first sentence of its page. */
export function waitsFor(plan: PlanView, now: Date): string {
  const { state, step, steps, next_at, why, request, author, repeat } = plan;
  const number = `Step ${step + 1} of ${steps.length}`;
  switch (state) {
    case "waiting": {
      const when = next_at === null ? "soon" : untilWords(new Date(next_at), now);
      if (step >= steps.length) {
        return repeat === null ? `Holds the last step; the plan ends ${when}.` : `Done for now; begins again ${when}.`;
      }
      const holds = step > 0 ? `Holds step ${step}. ` : "";
      const asks = steps[step]?.needs_approval ? `asks for approval ${when}` : `begins ${when}`;
      return `${holds}${number} ${asks}.`;
    }
    case "approval":
      return `${number} waits for approval by somebody other than ${author}, however long that takes.`;
    case "request":
      return `${number} is above what is allowed without approval: it waits for change request ${request ?? ""}.`;
    case "paused":
      return `Paused at step ${Math.min(step + 1, steps.length)} of ${steps.length}, until somebody resumes it: ${why || "no reason was given"}.`;
    case "finished":
      return `Finished: ${stepsWords(steps.length)} done.`;
    case "cancelled":
      return `Cancelled after ${stepsWords(step)} of ${steps.length}${why ? `: ${why}` : ""}. What was changed stays.`;
  }
}

function stepsWords(count: number): string {
  return count === 1 ? "1 step" : `${count} steps`;
}

/** `at 15:40, in 1 h 9 min`; what is due is due now. */
export function untilWords(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  return seconds <= 0 ? "now" : `at ${whenWords(at, now)}, in ${lasting(seconds)}`;
}
