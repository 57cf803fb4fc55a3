import type { FlagInEnvironment, NewRamp, Serve, Step } from "../client";
import { isNative, isSplit, WHOLE } from "./serves";

/** The steps that the server would make of a ramp in one environment, to be previewed while it is
 * being written.
 *
 * The server makes its own when the ramp is started, from the flag as it is then. Null for a ramp
 * that this flag cannot have: then the server says why.
 */
export function rampSteps(
  flag: FlagInEnvironment,
  environment: string,
  ramp: Pick<NewRamp, "flag" | "to" | "percentages" | "rule">,
): Step[] | null {
  if (!isRising(ramp.percentages)) return null;
  const rule = ramp.rule == null ? null : flag.rules.find(({ id }) => id === ramp.rule);
  if (rule === undefined) return null;
  const before = rule === null ? flag.default : rule.serve;
  const kept = keptBy(flag, before, ramp.to);
  if (kept === null) return null;
  return ramp.percentages.map((percent, index) => {
    const serve = shareOf(kept, ramp.to, percent);
    const fields: Record<string, unknown> =
      rule === null
        ? { default: serve }
        : { rules: flag.rules.map((each) => (each.id === rule.id ? { ...each, serve } : each)) };
    if (index === 0 && !flag.enabled) fields.enabled = true;
    return {
      commands: [{ type: "edit_flag", flag: ramp.flag, fields }],
      environments: [environment],
    };
  });
}

/** Whether shares grow, from more than 0 to at most 100 per cent. */
export function isRising(percentages: readonly number[]): boolean {
  return (
    percentages.length > 0 &&
    percentages.every((percent, index) => percent > (percentages[index - 1] ?? 0) && percent <= 100)
  );
}

interface Kept {
  /** How units are placed, beside the arms. */
  placing: Record<string, unknown>;
  /** What those keep who are not given the variant. */
  others: { variant: string; weight: number }[];
}

function keptBy(flag: FlagInEnvironment, serve: Serve | null, to: string): Kept | null {
  let placing: Record<string, unknown> = {};
  let others: Kept["others"] = [];
  if (!flag.enabled) {
    others = flag.off === null ? [] : [{ variant: flag.off, weight: 1 }];
  } else if (typeof serve === "string") {
    others = [{ variant: serve, weight: 1 }];
  } else if (isSplit(serve)) {
    if (!isNative(serve.split)) return null;
    const { arms, ...rest } = serve.split;
    placing = rest;
    others = arms.map(({ variant, weight }) => ({ variant, weight }));
  }
  others = others.filter(({ variant, weight }) => variant !== to && weight > 0);
  return others.length === 0 ? null : { placing, others };
}

function shareOf({ placing, others }: Kept, to: string, percent: number): Serve {
  const weight = Math.round((percent * WHOLE) / 100);
  if (weight >= WHOLE) return to;
  const total = others.reduce((sum, other) => sum + other.weight, 0);
  const exact = others.map((other) => ((WHOLE - weight) * other.weight) / total);
  const whole = exact.map(Math.floor);
  // Whole parts that still add up: what is left over goes to those who lost most by rounding.
  const left = WHOLE - weight - whole.reduce((sum, each) => sum + each, 0);
  const byLoss = exact.map((each, at) => ({ at, loss: each - Math.floor(each) })).sort((a, b) => b.loss - a.loss);
  const more = new Set(byLoss.slice(0, left).map(({ at }) => at));
  const arms = others.map(({ variant }, at) => ({
    variant,
    weight: (whole[at] ?? 0) + (more.has(at) ? 1 : 0),
  }));
  return { split: { ...placing, arms: [{ variant: to, weight }, ...arms] } };
}
