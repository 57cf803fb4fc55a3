import type { FlagActivity, FlagState, ListedFlag } from "../client";
import type { Share } from "../parts/Bar";
import { text } from "../text/en";
import { share } from "./movement";

/** What a chip says of a flag in an environment: a word, its bar, and the whole of it in words. */
export interface Chip {
  word: string;
  title: string;
  shares: Share[];
  /** Whether the flag is switched off there. */
  off: boolean;
}

const WHOLE = 1;

/** The chip of a state. Shares are those of the evaluations of the last day. */
export function chipOf(
  flag: ListedFlag,
  environment: string,
  state: FlagState,
  activity: FlagActivity | undefined,
): Chip {
  const words = text.flags.state;
  const off = flag.environments[environment]?.off ?? null;
  if (state.state !== "several") {
    const only = state.only ?? words.fallback;
    const isOff = state.state !== "one";
    const word = isOff ? words[state.state === "killed" ? "killed" : "off"] : only;
    const shown = isOff ? off : state.only;
    return {
      word,
      title: words.everyone(only),
      shares: [{ variant: shown ?? off ?? "", share: WHOLE }],
      off: isOff,
    };
  }
  const counted = Object.entries(activity?.variants ?? {}).filter(([, count]) => count > 0);
  const all = counted.reduce((sum, [, count]) => sum + count, 0);
  if (all === 0) {
    return { word: words.split, title: words.unseen, shares: [{ variant: null, share: WHOLE }], off: false };
  }
  const order = new Map(flag.variants.map(({ key }, index) => [key, index]));
  counted.sort(([one], [other]) => place(one, off, order) - place(other, off, order));
  const others = flag.variants.map(({ key }) => key).filter((key) => key !== off);
  const [one] = others;
  const of = (key: string) => share(counted.find(([variant]) => variant === key)?.[1] ?? 0, all);
  return {
    word: others.length === 1 && one !== undefined ? of(one) : words.split,
    title: counted.map(([key]) => words.share(of(key), key || words.fallback)).join("; "),
    shares: counted.map(([variant, count]) => ({ variant: variant === "" ? null : variant, share: count })),
    off: false,
  };
}

/** Variants by their place in the flag, `off` and the fallback behind them. */
function place(key: string, off: string | null, order: Map<string, number>): number {
  const last = order.size + 1;
  return key === off ? last : (order.get(key) ?? last + 1);
}

const compact = new Intl.NumberFormat("en", { notation: "compact", maximumSignificantDigits: 3 });

/** A number in few letters: `1.24M`. */
export function few(count: number): string {
  return compact.format(count);
}
