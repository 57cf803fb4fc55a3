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

/** Whether there is nobody to count: an environment without contexts is never "0 move". */
export function nobodyReports(movement: Movement): boolean {
  return movement.contexts === 0;
}

/** The first sentence of the foot: how many of how many move. */
export function movedWords(movement: Movement): string {
  const { moved, unknown, contexts } = movement;
  const of = `of ${number(contexts)} contexts`;
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
