import type { ReactNode } from "react";

import type { ProjectFlag } from "../client";
import { isSplit } from "../model/serves";
import { Icon } from "../parts/Icon";
import type { VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import { BucketLine } from "./BucketLine";
import { outcomeOf, pathOf, servedBy, type Differs, type Outcome, type Trace } from "./trace";
import classes from "./TraceTree.module.css";
import { Reason, Words } from "./Words";

interface Props {
  trace: Trace;
  context: Record<string, unknown>;
  flag: Pick<ProjectFlag, "variants"> & { off: string | null };
  environment: string;
  /** What another trace has otherwise: it is marked. */
  differs?: Map<string, Differs>;
  /** Whether only that is shown. */
  only?: boolean;
}

/** Why a flag answered what it did, as a tree: what matched, what did not, what was not asked. */
export function TraceTree({ trace, context, flag, environment, only, differs }: Props) {
  const of: VariantKeys = { variants: flag.variants.map(({ key }) => key), off: flag.off };
  const off = trace.note === "disabled";
  const hit = servedBy(trace);
  const shared = { context, of, only, differs };
  return (
    <ul className={classes.tree} data-root>
      {(!only || trace.note) && (
        <Row
          outcome={off ? "not-matched" : "matched"}
          label={off ? text.trace.off(environment) : text.trace.on(environment)}
          why={trace.note && !off ? trace.note : undefined}
        />
      )}
      {(trace.parts ?? []).map((part, index) => (
        <Part key={index} part={part} path={pathOf("", part, index)} hit={part === hit} {...shared} />
      ))}
    </ul>
  );
}

interface PartProps extends Pick<Props, "context" | "only" | "differs"> {
  part: Trace;
  path: string;
  of: VariantKeys;
  hit?: boolean;
  /** Whether a part above is marked as differing: what is in it is not marked once more. */
  within?: boolean;
}

function Part({ part, path, of, hit, within, ...shared }: PartProps) {
  if (shared.only && !shared.differs?.has(path)) return null;
  const serve = part.serve ?? null;
  const split = isSplit(serve) ? serve.split : null;
  const parts = part.kind === "default" ? [] : (part.parts ?? []).flatMap(unfolded);
  const differs = !within && shared.differs?.get(path) === "here";
  const deeper = parts.length > 0 || (split !== null && part.bucket !== undefined);
  return (
    <Row
      outcome={outcomeOf(part)}
      hit={hit}
      differs={differs}
      label={<Words part={part} of={of} />}
      why={<Reason part={part} context={shared.context} />}
    >
      {deeper && (
        <ul className={classes.tree}>
          {parts.map(({ part: inner, under }, index) => (
            <Part
              key={index}
              part={inner}
              path={pathOf(path + under, inner, index)}
              of={of}
              within={within === true || differs}
              {...shared}
            />
          ))}
          {split !== null && part.bucket !== undefined && (
            <li className={classes.bucket}>
              <BucketLine split={split} bucket={part.bucket} of={of} />
            </li>
          )}
        </ul>
      )}
    </Row>
  );
}

/** Another flag's parts stand where the flag itself would: what it served is said a line above. */
function unfolded(part: Trace): { part: Trace; under: string }[] {
  if (part.kind !== "flag") return [{ part, under: "" }];
  return (part.parts ?? []).map((inner) => ({ part: inner, under: "/flag:0" }));
}

interface RowProps {
  outcome: Outcome;
  label: ReactNode;
  why?: ReactNode;
  hit?: boolean | undefined;
  differs?: boolean | undefined;
  children?: ReactNode;
}

function Row({ outcome, label, why, hit, differs, children }: RowProps) {
  return (
    <li className={classes.part} data-outcome={outcome} data-hit={hit || undefined}>
      <div className={classes.row}>
        <OutcomeMark outcome={outcome} />
        <span className={classes.words}>
          {label} {why !== undefined && <span className={classes.why}>{why}</span>}
          {differs && <span className={classes.differs}>{text.trace.differs}</span>}
        </span>
      </div>
      {children}
    </li>
  );
}

const ICONS = { matched: "check", "not-matched": "close", "not-asked": "dash" } as const;

/** The mark of an outcome: by shape first; the word is there for whoever cannot see it. */
export function OutcomeMark({ outcome }: { outcome: Outcome }) {
  const icon = ICONS[outcome];
  return (
    <span className={classes.mark} data-outcome={outcome} title={text.trace[outcome]}>
      {icon === "dash" ? <i aria-hidden className={classes.dash} /> : <Icon name={icon} size={12} />}
      <span className="visually-hidden">{text.trace[outcome]}</span>
    </span>
  );
}
