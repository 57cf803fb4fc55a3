import classes from "./Bar.module.css";
import { markOf, type VariantKeys } from "./Variant";

export interface Share {
  variant: string | null;
  share: number;
}

/** Shares of variants side by side. A part that would vanish is drawn two pixels wide.
 *
 * A picture only: whoever uses it says the numbers beside it.
 */
export function Bar({ of, shares, height = 8 }: { of: VariantKeys; shares: Share[]; height?: number }) {
  return (
    <span aria-hidden className={classes.bar} style={{ height }}>
      {shares
        .filter(({ share }) => share > 0)
        .map(({ variant, share }, index) => (
          <i
            key={index}
            data-place={variant === null ? "unknown" : placed(markOf(of.variants, of.off, variant))}
            style={{ flexGrow: share }}
          />
        ))}
    </span>
  );
}

function placed(place: number): string {
  return place <= 0 ? "off" : `v${((place - 1) % 5) + 1}`;
}
