import type { Trace } from "../trace/trace";

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
  /** Connected SDKs that could not evaluate what is changed, or of which nobody can tell. */
  sdks?: UnableSdk[];
  /** Applications that evaluate flags and report nobody. */
  silent_reporters?: string[];
}

export interface FlagMovement {
  moved: number;
  unknown: number;
  traffic: number;
  errors: number;
  cause: string[];
  matrix: Cell[];
  attributes: { attribute: string; gain: number; values: AttributeValue[] }[];
  examples: Example[];
  interval?: [number, number];
  applications?: Record<string, number>;
  /** Of those who move: who saw the flag before, and who did not. */
  exposed?: number;
  not_exposed?: number;
}

export interface Cell {
  from: string | null;
  to: string | null;
  count: number;
  interval?: [number, number];
}

export interface Example {
  context: Record<string, unknown>;
  from: string | null;
  to: string | null;
  /** Why, before and after. */
  traces?: [Trace | null, Trace | null];
}

export interface AttributeValue {
  value: unknown;
  moved: number;
  contexts: number;
}

export interface Finding {
  kind: string;
  severity: "error" | "warning" | "note";
  pointer: string;
  words: string;
  proof: string;
  [member: string]: unknown;
}

export interface UnableSdk {
  application: string;
  sdk: string;
  version: string;
  streams: number;
  last_at: string | null;
  verdict: "older" | "unknown";
  /** What an older one lacks, by flag. */
  lacks: Record<string, string[]>;
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

/** Whether the population holds only a part of all contexts. */
export function isSampled(movement: Movement): boolean {
  return movement.sample_rate < 1;
}

/** The first sentence of the foot: how many of how many move. What is unknown is said beside it. */
export function movedWords(movement: Movement): string {
  const { moved, unknown, contexts } = movement;
  const all = number(contexts);
  if (isUnchanged(movement)) return "Nobody moves";
  if (nobodyReports(movement)) return "Nobody reports contexts here";
  if (moved === 0 && unknown === 0) return `Nobody moves: all ${all} contexts stay`;
  return `${number(moved)}${uncertainty(movement)} of ${all} contexts ${moved === 1 ? "moves" : "move"}`;
}

/** How far a count of a sample may be off, in contexts of the sample: ` ±12`; nothing for a whole. */
function uncertainty({ sample_rate, moved, contexts }: Movement): string {
  if (sample_rate >= 1) return "";
  const share = moved / contexts;
  return ` ±${number(Math.ceil(1.96 * Math.sqrt(contexts * share * (1 - share))))}`;
}

/** How many move in each flag, those that move most first; those that move nobody are left out. */
export function movers(movement: Movement): [string, number][] {
  return Object.entries(movement.flags)
    .map(([key, { moved, unknown }]): [string, number, number] => [key, moved, moved + unknown])
    .filter(([, , touched]) => touched > 0)
    .sort((one, other) => other[2] - one[2])
    .map(([key, moved]) => [key, moved]);
}

/** Whether two counts say the same: the same cells with the same numbers, in the same flags. */
export function sameMatrix(one: Movement, other: Movement): boolean {
  const cells = ({ flags }: Movement) =>
    Object.entries(flags)
      .flatMap(([key, { matrix, unknown }]) => [
        JSON.stringify([key, unknown]),
        ...matrix.map(({ from, to, count }) => JSON.stringify([key, from, to, count])),
      ])
      .sort();
  return JSON.stringify(cells(one)) === JSON.stringify(cells(other));
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
