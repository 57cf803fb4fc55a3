/** What a preview says of one environment: the server's words for them are these. */
export interface Movement {
  contexts: number;
  moved: number;
  unknown: number;
  exact: boolean;
  sample_rate: number;
  interval: [number, number];
  flags: Record<string, FlagMovement>;
  population?: unknown;
  /** The flags that the command changes, where there is nobody to count them for. */
  affected?: Record<string, string[]>;
  findings?: Finding[];
}

export interface FlagMovement {
  moved: number;
  unknown: number;
  traffic: number;
  errors: number;
  cause: string[];
  matrix: { from: string | null; to: string | null; count: number }[];
  attributes: { attribute: string; gain: number; values: AttributeValue[] }[];
  examples: { context: Record<string, unknown>; from: string | null; to: string | null }[];
}

export interface AttributeValue {
  value: unknown;
  moved: number;
  contexts: number;
}

export interface Finding {
  [member: string]: unknown;
}

const NOTHING: Movement = {
  contexts: 0,
  moved: 0,
  unknown: 0,
  exact: true,
  sample_rate: 1,
  interval: [0, 0],
  flags: {},
};

/** What a preview says of an environment, whole: it leaves out what it cannot count.
 *
 * An environment that it does not speak of is not changed at all.
 */
export function movementOf(found: Partial<Movement> | undefined): Movement {
  return found === undefined ? { ...NOTHING, population: "unchanged" } : { ...NOTHING, ...found };
}

/** Whether the command makes no difference, whoever asks. */
export function isUnchanged(movement: Movement): boolean {
  return movement.population === "unchanged";
}

/** Whether there is nobody to count: an environment without contexts is never "0 move". */
export function nobodyReports(movement: Movement): boolean {
  return movement.contexts === 0 && !isUnchanged(movement);
}

/** The first sentence of the foot: how many of how many move. */
export function movedWords(movement: Movement): string {
  const { moved, unknown, contexts } = movement;
  const of = `of ${number(contexts)} contexts`;
  if (isUnchanged(movement)) return "Nobody moves";
  if (nobodyReports(movement)) return "Nobody reports contexts here";
  if (moved === 0 && unknown === 0) return `Nobody moves: all ${number(contexts)} contexts stay`;
  if (unknown === 0) return `${number(moved)} ${of} move`;
  return `${number(moved)} to ${number(moved + unknown)} ${of} move`;
}

/** A number as people read it. */
export function number(value: number): string {
  return Math.round(value).toLocaleString("en");
}

/** A share as per cent, with enough digits to see that it is not nothing. */
export function share(part: number, of: number): string {
  if (of === 0) return "0 %";
  const percent = (part * 100) / of;
  const digits = percent > 0 && percent < 0.1 ? 2 : 1;
  return `${percent.toFixed(percent === 0 || percent === 100 ? 0 : digits)} %`;
}
