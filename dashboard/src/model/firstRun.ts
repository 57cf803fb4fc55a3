import type { Count, FirstAnswer } from "../client";
import type { Framework } from "../snippets/snippets";

/** A switch that was saved: which version it made, and what had been counted before it. */
export interface Flip {
  version: number;
  /** When the server saved it, by its clock. */
  at: string;
  on: boolean;
  /** When it was pressed, in milliseconds of this browser's clock. */
  pressed: number;
  counted: number;
}

/** How far somebody has come. It is kept on the device, so that a reload loses nothing. */
export interface Progress {
  environment: string;
  flag: string;
  framework: Framework;
  /** Since when answers count, by the server's clock. */
  since: string;
  copied: number | null;
  seen: number | null;
  flip: Flip | null;
  /** In milliseconds after the press: when this page learned of the new answer. */
  learned: number | null;
}

const NAME = "yardarm.start.";

export function loadProgress(project: string): Progress | null {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(NAME + project) ?? "null");
    return typeof kept === "object" && kept !== null && "flag" in kept ? (kept as Progress) : null;
  } catch {
    return null;
  }
}

export function keepProgress(project: string, progress: Progress | null): void {
  if (progress === null) localStorage.removeItem(NAME + project);
  else localStorage.setItem(NAME + project, JSON.stringify(progress));
}

/** Keys stay in their tab until a program is connected: a server key opens the configuration. */
export function loadKey(project: string, environment: string, kind: "server" | "client"): string | null {
  return sessionStorage.getItem(keyName(project, environment, kind));
}

export function keepKey(project: string, environment: string, kind: "server" | "client", text: string): void {
  sessionStorage.setItem(keyName(project, environment, kind), text);
}

export function dropKeys(project: string): void {
  for (const name of Object.keys(sessionStorage)) {
    if (name.startsWith(`${NAME}key.${project}/`)) sessionStorage.removeItem(name);
  }
}

function keyName(project: string, environment: string, kind: string): string {
  return `${NAME}key.${project}/${environment}.${kind}`;
}

/** How many evaluations there were with the flag switched on, or off. */
export function countedWith(on: boolean, counts: readonly Count[]): number {
  return counts
    .filter(({ reason }) => (reason === "DISABLED") !== on)
    .reduce((sum, { count }) => sum + count, 0);
}

/** The answer that shows that a program has a switch: the first by the version that it made. */
export function answerTo(flip: Flip, answers: readonly FirstAnswer[]): FirstAnswer | undefined {
  return answers.filter(({ version }) => version >= flip.version).at(-1);
}

/** After how many milliseconds a program answered anew, as far as the clocks allow to say so.
 *
 * The server's clock told when the switch was saved, the program's when it answered. What they give
 * cannot be before the switch, nor after this page learned of it; otherwise the clocks disagree, and
 * nothing but an upper bound is known: null.
 */
export function exactMs(flip: Flip, answer: FirstAnswer, learned: number): number | null {
  const ms = Date.parse(answer.at) - Date.parse(flip.at);
  return ms >= 0 && ms <= learned ? ms : null;
}

/** `41 ms`, or `1.2 s` from a second on. */
export function durationWords(ms: number): string {
  if (ms < 1) return "under 1 ms";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
