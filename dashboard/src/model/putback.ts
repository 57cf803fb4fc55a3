import type { Rule } from "../client";
import { without } from "./without";

/** The fields with one edit put back, by its pointer; null where that cannot be told.
 *
 * `/rules/ID/when` puts back what a rule asks, `/rules/ID` the whole rule (one that was taken away
 * stands where it stood), `/rules/order` the order.
 */
export function putBack<F extends object>(fields: F, before: F, pointer: string): Partial<F> | null {
  const [name = "", id, part] = pointer.split("/").slice(1).map(unescaped);
  if (!(name in before)) return null;
  const field = name as keyof F & string;
  if (id === undefined) return { [field]: before[field] } as Partial<F>;
  if (field !== "rules") return null;
  const rules = (fields as { rules?: Rule[] }).rules ?? [];
  const were = (before as { rules?: Rule[] }).rules ?? [];
  return { rules: rulesBack(rules, were, id, part) } as unknown as Partial<F>;
}

function rulesBack(rules: Rule[], were: Rule[], id: string, part: string | undefined): Rule[] {
  if (id === "order" && part === undefined) return inOrderOf(rules, were);
  const was = were.find((rule) => rule.id === id);
  if (was === undefined) return rules.filter((rule) => rule.id !== id);
  if (part !== undefined) {
    const name = part as keyof Rule;
    return rules.map((rule) => (rule.id === id ? withPart(rule, was, name) : rule));
  }
  return inOrderOf([...rules, was], were);
}

function withPart(rule: Rule, was: Rule, name: keyof Rule): Rule {
  return (name in was ? { ...rule, [name]: was[name] } : without(rule, name)) as Rule;
}

/** Rules that were there in the order they had; those that are new stay after whom they follow. */
function inOrderOf(rules: Rule[], were: Rule[]): Rule[] {
  const there = were.flatMap(({ id }) => rules.find((rule) => rule.id === id) ?? []);
  const isNew = (rule: Rule) => !were.some(({ id }) => id === rule.id);
  rules.forEach((rule, index) => {
    if (!isNew(rule)) return;
    const above = rules[index - 1];
    there.splice(above === undefined ? 0 : there.indexOf(above) + 1, 0, rule);
  });
  return there;
}

function unescaped(step: string): string {
  return step.replaceAll("~1", "/").replaceAll("~0", "~");
}
