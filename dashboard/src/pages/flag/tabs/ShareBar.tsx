import { Bar } from "../../../parts/Bar";
import type { VariantKeys } from "../../../parts/Variant";

/** How much of all one row is, as a length. */
export function ShareBar(props: { of: VariantKeys; variant: string | null; part: number; all: number }) {
  const { of, variant, part, all } = props;
  if (part === 0 || all === 0) return null;
  return (
    <div style={{ width: `${(part * 100) / all}%`, minWidth: 2 }}>
      <Bar of={of} shares={[{ variant: variant ?? of.off ?? "", share: 1 }]} />
    </div>
  );
}
