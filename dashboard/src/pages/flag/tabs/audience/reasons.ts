import type { AudienceAnswer, FlagInEnvironment, Rule } from "../../../../client";
import { text } from "../../../../text/en";

function named({ name }: Rule, index: number): string {
  return [text.flag.rule(index + 1), name].filter(Boolean).join(" ");
}

/** Why somebody gets it, with the rule by its number and name. */
export function reasonOf({ rule, reason, cause, error }: AudienceAnswer, rules: readonly Rule[]): string {
  const words = text.playground;
  if (error !== null) return [error, cause].filter(Boolean).join(": ");
  if (cause === "target") return words.target;
  const index = rules.findIndex(({ id }) => id === rule);
  const found = rules[index];
  if (found) return named(found, index);
  const said = words.reasons[reason] ?? reason;
  return cause ? `${said} (${cause})` : said;
}

/** The parts of a flag that can take somebody. */
export function partsOf(here: FlagInEnvironment | undefined): { value: string; label: string }[] {
  const words = text.flagTabs.audience;
  return [
    { value: "target", label: words.targets },
    ...(here?.rules ?? []).map((rule, index) => ({ value: rule.id, label: named(rule, index) })),
    { value: "default", label: text.flag.defaultRule },
    { value: "off", label: words.isOff },
    { value: "failed", label: words.failed },
  ];
}
