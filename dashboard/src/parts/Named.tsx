import { text } from "../text/en";
import { Variant, type VariantKeys } from "./Variant";

/** A variant, or the caller's own value. */
export function Named({ of, variant }: { of: VariantKeys; variant: string | null }) {
  return variant === null ? <>{text.flagTabs.audience.fallback}</> : <Variant of={of} name={variant} />;
}

/** Where a variant stands among the others: as in the flag, the fallback last. */
export function placeIn({ variants }: VariantKeys, variant: string | null): number {
  return variant === null ? variants.length : variants.indexOf(variant);
}
