import classes from "./Variant.module.css";

/** Which shape and colour stand for a variant: by its place in the flag; `off` is grey and hollow. */
export function markOf(variants: readonly string[], off: string | null, variant: string): number {
  if (variant === off) return 0;
  const coloured = variants.filter((key) => key !== off);
  return coloured.indexOf(variant) + 1;
}

const SHAPES = ["off", "square", "circle", "triangle", "diamond", "plus"] as const;

/** The shape alone. A sixth variant and on use the colours again, with a dashed outline. */
export function Mark({ place }: { place: number }) {
  const again = place > 5;
  const shape = SHAPES[place <= 0 ? 0 : ((place - 1) % 5) + 1];
  return <i aria-hidden className={classes.mark} data-shape={shape} data-again={again || undefined} />;
}

export interface VariantKeys {
  variants: readonly string[];
  off: string | null;
}

/** A variant: its shape and its name, never colour alone. */
export function Variant({ of, name }: { of: VariantKeys; name: string }) {
  return (
    <span className={classes.variant} title={name}>
      <Mark place={markOf(of.variants, of.off, name)} />
      <bdi className="untrusted">{name}</bdi>
    </span>
  );
}

/** What cannot be known, with hatching instead of a colour. */
export function Unknown({ children }: { children: React.ReactNode }) {
  return (
    <span className={classes.unknown}>
      <i aria-hidden className={classes.mark} data-shape="unknown" />
      {children}
    </span>
  );
}
