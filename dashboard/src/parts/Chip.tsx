import classes from "./Chip.module.css";

export type Tone = "strong" | "accent" | "ok" | "warning" | "danger";

/** A state in a word. Its colour says nothing that the word does not. */
export function Chip({ tone, children }: { tone?: Tone | undefined; children: React.ReactNode }) {
  return (
    <span className={classes.chip} data-tone={tone}>
      {children}
    </span>
  );
}
