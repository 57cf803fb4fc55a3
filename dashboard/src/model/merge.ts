import type { Rule } from "../client";
import { same } from "./same";

/** What became of two edits of the same thing: mine and somebody else's.
 *
 * `fields` has both where they do not meet, and mine where they do; `conflicts` says where, by
 * pointer.
 */
export interface Merged<F> {
  fields: F;
  conflicts: string[];
}

/** Who wins where both have changed the same. */
export type Wins = "mine" | "theirs";

/** A three-way merge: by field, and rules one by one, each by what makes it up. */
export function merged<F extends object>(base: F, mine: F, theirs: F, wins: Wins = "mine"): Merged<F> {
  const conflicts: string[] = [];
  const one = <T>(pointer: string, was: T, my: T, their: T): T => {
    if (same(my, was)) return their;
    if (same(their, was) || same(my, their)) return my;
    conflicts.push(pointer);
    return wins === "mine" ? my : their;
  };
  const names = [...new Set([...Object.keys(base), ...Object.keys(theirs)])] as (keyof F & string)[];
  const entries = names.map((name) => {
    const [was, my, their] = [base[name], mine[name], theirs[name]];
    const rules = name === "rules" && [was, my, their].every(Array.isArray);
    return [
      name,
      rules
        ? mergedRules(was as Rule[], my as Rule[], their as Rule[], one)
        : one(`/${name}`, was, my, their),
    ];
  });
  return { fields: Object.fromEntries(entries) as F, conflicts };
}

type One = <T>(pointer: string, was: T, my: T, their: T) => T;

function mergedRules(was: Rule[], my: Rule[], their: Rule[], one: One): Rule[] {
  const [old, mine, theirs] = [byId(was), byId(my), byId(their)];
  const kept = new Map<string, Rule>();
  for (const id of new Set([...theirs.keys(), ...mine.keys()])) {
    const rule = mergedRule(id, old.get(id), mine.get(id), theirs.get(id), one);
    if (rule !== undefined) kept.set(id, rule);
  }
  for (const id of old.keys()) {
    // One has taken the rule away: that stands, unless the other has changed it.
    if (!mine.has(id) || !theirs.has(id)) {
      const found = one(`/rules/${id}`, old.get(id), mine.get(id), theirs.get(id));
      if (found === undefined) kept.delete(id);
      else kept.set(id, found);
    }
  }
  const common = (rules: Rule[]) =>
    rules.map(({ id }) => id).filter((id) => old.has(id) && mine.has(id) && theirs.has(id));
  const leading = one("/rules/order", common(was), common(my), common(their));
  const order = same(leading, common(their)) ? [their, my] : [my, their];
  return ordered(kept, order.map((rules) => rules.map(({ id }) => id)));
}

/** Both have the rule, or one of them has made it. */
function mergedRule(id: string, was?: Rule, my?: Rule, their?: Rule, one?: One): Rule | undefined {
  if (my === undefined || their === undefined || one === undefined) return my ?? their;
  const names = [...new Set([...Object.keys(my), ...Object.keys(their)])] as (keyof Rule)[];
  return Object.fromEntries(
    names.map((name) => [name, one(`/rules/${id}/${name}`, was?.[name], my[name], their[name])]),
  ) as unknown as Rule;
}

/** Rules in the order of the first list; those that only the second has follow whom they followed. */
function ordered(kept: Map<string, Rule>, [first = [], second = []]: string[][]): Rule[] {
  const order = first.filter((id) => kept.has(id));
  second.forEach((id, index) => {
    if (!kept.has(id) || order.includes(id)) return;
    const before = second.slice(0, index).filter((each) => order.includes(each)).at(-1);
    order.splice(before === undefined ? 0 : order.indexOf(before) + 1, 0, id);
  });
  return order.flatMap((id) => kept.get(id) ?? []);
}

function byId(rules: Rule[]): Map<string, Rule> {
  return new Map(rules.map((rule) => [rule.id, rule]));
}

/** Theirs as they are, with my version of each rule that both have changed asked before it.
 *
 * Null where that cannot be: what both have changed is not only rules, or one of them is gone.
 */
export function withBoth<F extends object>(
  base: F,
  mine: F,
  theirs: F,
  named: (rule: Rule) => Rule,
): F | null {
  const { conflicts } = merged(base, mine, theirs);
  const ids = new Set(conflicts.map((pointer) => /^\/rules\/([^/]+)\/./.exec(pointer)?.[1]));
  if (ids.has(undefined)) return null;
  const { fields } = merged(base, mine, theirs, "theirs");
  const [rules, my] = [(fields as { rules?: Rule[] }).rules, byId((mine as { rules?: Rule[] }).rules ?? [])];
  if (rules === undefined) return null;
  const both = rules.flatMap((rule) => {
    const own = ids.has(rule.id) ? my.get(rule.id) : undefined;
    return own === undefined ? [rule] : [named(own), rule];
  });
  return { ...fields, rules: both };
}
