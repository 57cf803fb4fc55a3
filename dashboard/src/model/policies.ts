/** A policy's fields, as a form edits them. Whatever no form knows stays as it is. */
export type Policy = Record<string, unknown>;

export type PolicyName = "budgets" | "freezes" | "approval";

export const POLICY_NAMES: readonly PolicyName[] = ["budgets", "freezes", "approval"];

function objectOf(value: unknown): Policy {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Policy) : {};
}

/** What stands at a path, such as `per_hour`, `max_share`. */
export function fieldOf(policy: Policy, ...path: string[]): unknown {
  return path.reduce<unknown>((value, name) => objectOf(value)[name], policy);
}

/** A number that stands at a path; null where none does. */
export function numberOf(policy: Policy, ...path: string[]): number | null {
  const value = fieldOf(policy, ...path);
  return typeof value === "number" ? value : null;
}

/** The policy with something else at a path; undefined takes it away, with what became empty. */
export function withField(policy: Policy, value: unknown, ...path: string[]): Policy {
  const [name, ...below] = path;
  if (name === undefined) return policy;
  const inner = below.length === 0 ? value : withField(objectOf(policy[name]), value, ...below);
  const next = { ...policy, [name]: inner };
  const empty = inner === undefined || (below.length > 0 && Object.keys(objectOf(inner)).length === 0);
  return empty ? Object.fromEntries(Object.entries(next).filter(([key]) => key !== name)) : next;
}

/** A share as per cent without noise of floating point, and back. */
export const percentOfShare = (share: number): number => Number((share * 100).toFixed(6));
export const shareOfPercent = (percent: number): number => Number((percent / 100).toFixed(8));

/** A time in which nothing changes without approval: once, or every week. */
export interface Freeze {
  from: string;
  to: string;
  reason?: string;
  days?: string[];
  zone?: string;
}

/** The windows of a policy of freezes. */
export function windowsOf(policy: Policy): Freeze[] {
  const found = fieldOf(policy, "windows");
  return Array.isArray(found) ? (found as Freeze[]) : [];
}

export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;

/** Policy text as an object, or why it is none. */
export function policyOf(text: string): Policy {
  const value: unknown = JSON.parse(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Error("a policy is an object, such as {}");
  }
  return value as Policy;
}
