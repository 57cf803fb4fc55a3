import type { FlagFinding, Rule } from "../client";

/** What was found about a flag whose rules had these ids, in this order. */
export interface Found {
  items: readonly FlagFinding[];
  rules: readonly string[];
}

/** What is odd about one rule, and which rules cause it, by their ids. */
export interface Odd {
  finding: FlagFinding;
  culprits: string[];
}

const WORST = ["rule-never-matches", "rule-shadowed", "condition-contradictory"];

/** The worst that was found about each rule, by its id. Notes are left out.
 *
 * Rules are known by their ids, because they may have been moved since.
 */
export function oddOf({ items, rules }: Found, flag: string): Map<string, Odd> {
  const found = new Map<string, Odd>();
  const sorted = items
    .filter(({ severity }) => severity !== "note")
    .sort((one, other) => rank(one) - rank(other));
  for (const finding of sorted) {
    const id = rules[ruleAt(finding.pointer, flag) ?? -1];
    if (id === undefined || found.has(id)) continue;
    const culprits = finding.culprits.flatMap((pointer) => {
      const by = rules[ruleAt(pointer, flag) ?? -1];
      return by === undefined || by === id ? [] : [by];
    });
    found.set(id, { finding, culprits: [...new Set(culprits)] });
  }
  return found;
}

/** What was found about the flag that is not about one of its rules. */
export function othersOf({ items }: Found, flag: string): FlagFinding[] {
  return items.filter(
    ({ severity, pointer }) => severity !== "note" && ruleAt(pointer, flag) === null,
  );
}

function rank({ kind }: FlagFinding): number {
  const at = WORST.indexOf(kind);
  return at === -1 ? WORST.length : at;
}

function ruleAt(pointer: string, flag: string): number | null {
  const escaped = flag.replaceAll("~", "~0").replaceAll("/", "~1");
  const rest = pointer.startsWith(`/flags/${escaped}/rules/`)
    ? pointer.slice(`/flags/${escaped}/rules/`.length)
    : "";
  const number = /^\d+/.exec(rest)?.[0];
  return number === undefined ? null : Number(number);
}

/** The rules with one of them right above the first of those that stand in its way. */
export function above(rules: readonly Rule[], id: string, culprits: readonly string[]): Rule[] {
  const rule = rules.find((each) => each.id === id);
  const others = rules.filter((each) => each.id !== id);
  const first = others.findIndex((each) => culprits.includes(each.id));
  if (rule === undefined || first === -1) return [...rules];
  return [...others.slice(0, first), rule, ...others.slice(first)];
}
