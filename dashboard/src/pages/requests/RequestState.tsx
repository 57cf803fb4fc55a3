import type { ChangeRequest } from "../../client";
import { Chip, type Tone } from "../../parts/Chip";
import { text } from "../../text/en";

const TONES: Partial<Record<ChangeRequest["state"], Tone>> = {
  open: "warning",
  stale: "danger",
  approved: "accent",
  landed: "ok",
};

/** What a request waits for, or what became of it. */
export function RequestState({ request }: { request: ChangeRequest }) {
  const { state, missing } = request;
  const waits = state === "open" && missing > 0;
  return <Chip tone={TONES[state]}>{waits ? text.requests.waitsFor(missing) : text.requests.state[state]}</Chip>;
}
