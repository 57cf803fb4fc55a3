import type { Answer, Flag } from "../client";
import { Variant, type VariantKeys } from "../parts/Variant";
import { valueWords } from "./answers";
import classes from "./Got.module.css";

/** What a flag answered: the variant, and its value where the name does not say it already. */
export function Got({ answer, of }: { answer: Answer; of: VariantKeys }) {
  return (
    <span className={classes.got}>
      {answer.variant !== null && <Variant of={of} name={answer.variant} />}
      {!isSaid(answer) && (
        <code className="untrusted" title={valueWords(answer)}>
          {valueWords(answer)}
        </code>
      )}
    </span>
  );
}

/** Whether the variant's name says its value already. */
function isSaid({ variant, value }: Answer): boolean {
  return variant !== null && (variant === value || typeof value === "boolean");
}

/** What draws a flag's variants; without the flag each looks like `off`. */
export function keysOf(flag: Flag | undefined): VariantKeys {
  return { variants: flag?.variants.map(({ key }) => key) ?? [], off: flag?.off ?? null };
}

/** The rule that served, as people call it: its number and its name. */
export function ruleName(answer: Answer, flag: Flag | undefined): string {
  const at = flag?.rules?.findIndex(({ id }) => id === answer.rule) ?? -1;
  if (at < 0) return "";
  return [`${at + 1}`, flag?.rules?.[at]?.name ?? ""].filter(Boolean).join(" ");
}
