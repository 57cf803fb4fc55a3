import type { Breakdown, Taken } from "../client";

/** How one step of a flag stands among all observed contexts: who was taken above it, who here. */
export interface Fall {
  above: number;
  here: number;
  /** Those who may be taken here besides: what decides was withheld. */
  perhaps: number;
  total: number;
}

/** A step of a flag: what stops, the individual targets, a rule by its id, or what is left. */
export type Step = "stopped" | "targets" | "default" | { rule: string };

/** How every step stands, from the top down. */
export function fallsOf(found: Breakdown): (step: Step) => Fall {
  const order: [string, Taken][] = [
    ["stopped", found.stopped],
    ["targets", found.targets],
    ...found.rules.map((rule): [string, Taken] => [ruleName(rule.id), rule]),
    ["default", found.default],
  ];
  const falls = new Map<string, Fall>();
  let above = 0;
  for (const [name, { count, possible }] of order) {
    falls.set(name, { above, here: count, perhaps: possible, total: found.contexts });
    above += count;
  }
  const nothing = { above, here: 0, perhaps: 0, total: found.contexts };
  return (step) => falls.get(typeof step === "string" ? step : ruleName(step.rule)) ?? nothing;
}

/** What a step takes; undefined for one that the server has not counted yet. */
export function takenBy(found: Breakdown, step: Step): Taken | undefined {
  if (typeof step === "string") return found[step];
  return found.rules.find(({ id }) => id === step.rule);
}

function ruleName(id: string): string {
  return `rule ${id}`;
}

/** A number of contexts, or the two it lies between: of all contexts, where some are a sample. */
export function bounds({ count, possible, interval }: Taken, rate: number): [number, number] {
  if (rate >= 1) return [count, count + possible];
  return possible > 0 ? [interval[0] ?? count, interval[1] ?? count] : [count / rate, count / rate];
}
