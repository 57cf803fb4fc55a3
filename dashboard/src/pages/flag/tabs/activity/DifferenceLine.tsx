import type { DifferenceBetween, Rule } from "../../../../client";
import type { VariantKeys } from "../../../../parts/Variant";
import { ServeView } from "../../../../rules/ServeView";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import classes from "./Activity.module.css";
import { ruleAt, servedAt } from "./served";

interface Props {
  difference: DifferenceBetween;
  flag: string;
  rules: readonly Rule[];
  of: VariantKeys;
  /** What the two sides are called. */
  sides: readonly [string, string];
}

/** One thing that is different now: shares as shares, all else in the server's words. */
export function DifferenceLine({ difference, flag, rules, of, sides }: Props) {
  const { pointer, before, after, words } = difference;
  const rule = ruleAt(pointer, rules);
  const [was, is] = [servedAt(pointer, before), servedAt(pointer, after)];
  const name = rule && [text.flag.rule(rule.number), rule.name].filter(Boolean).join(" ");
  if (was === undefined || is === undefined) {
    return (
      <li title={words}>
        {name && <bdi className={classes.rule}>{name}</bdi>}
        <bdi className={classes.said}>{withoutFlag(words, flag)}</bdi>
      </li>
    );
  }
  return (
    <li>
      <bdi className={classes.rule}>{name ?? text.flag.defaultRule}</bdi>
      <div className={classes.serve}>
        <span className={panel.hint}>{sides[0]}</span>
        <ServeView serve={was} of={of} />
      </div>
      <div className={classes.serve}>
        <span className={panel.hint}>{sides[1]}</span>
        <ServeView serve={is} of={of} />
      </div>
    </li>
  );
}

/** The server names the flag in each sentence; here all are of one. */
function withoutFlag(words: string, flag: string): string {
  const start = `flag '${flag}': `;
  return words.startsWith(start) ? words.slice(start.length) : words;
}
