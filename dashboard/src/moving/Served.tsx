import { Variant, type VariantKeys } from "../parts/Variant";
import { text } from "../text/en";

/** A variant that is served, or the program's own fallback. */
export function Served({ of, name }: { of: VariantKeys; name: string | null }) {
  return name === null ? <span>{text.flag.fallback}</span> : <Variant of={of} name={name} />;
}
