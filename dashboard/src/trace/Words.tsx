import { operatorWords, typedOf } from "../model/conditions";
import { Unknown, Variant, type VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import { askedOf, indexOf, type Trace } from "./trace";
import classes from "./TraceTree.module.css";

const SHOWN_VALUES = 4;

/** What was asked, in words. */
export function Words({ part, of }: { part: Trace; of: VariantKeys }) {
  const what = part.what ?? {};
  switch (part.kind) {
    case "prerequisite":
    case "flag condition":
      return (
        <>
          {part.kind === "prerequisite" ? text.flag.prerequisite : text.trace.flag}{" "}
          <bdi className={classes.value}>{said(what.flag)}</bdi> {text.trace.mustBe}{" "}
          <Values values={what.variants} />
        </>
      );
    case "target":
      return (
        <>
          {text.trace.targets} <Variant of={of} name={said(what.variant)} />
        </>
      );
    case "rule": {
      const name = said(what.name);
      return (
        <strong className={classes.name}>
          <span className={classes.number}>{text.flag.rule(indexOf(part.pointer) + 1)}</span> {name && <bdi>{name}</bdi>}
        </strong>
      );
    }
    case "default":
      return <strong className={classes.name}>{text.flag.defaultRule}</strong>;
    case "clause":
      return <Clause what={what} />;
    case "segment":
      return (
        <>
          {text.trace.inSegment} <bdi className={classes.segment}>{said(what.segment)}</bdi>
        </>
      );
    case "all":
    case "any":
    case "not":
    case "included":
    case "excluded":
    case "always":
    case "share":
    case "fault":
      return <>{text.trace.kinds[part.kind]}</>;
    default:
      return (
        <code className="untrusted" title={JSON.stringify(part.what)}>
          {part.kind} {JSON.stringify(part.what)}
        </code>
      );
  }
}

function Clause({ what }: { what: Record<string, unknown> }) {
  const op = said(what.op);
  const kind = said(what.kind);
  return (
    <>
      <bdi className={classes.attribute}>
        {kind && kind !== "user" ? `${kind} ` : ""}
        {said(what.attribute)}
      </bdi>{" "}
      {operatorWords(op)} <Values values={what.values} op={op} />
    </>
  );
}

function Values({ values, op = "in" }: { values: unknown; op?: string }) {
  const all = Array.isArray(values) ? (values as unknown[]) : [];
  return (
    <>
      {all.slice(0, SHOWN_VALUES).map((value, index) => (
        <bdi key={index} className={classes.value} title={typedOf(value, op)}>
          {typedOf(value, op)}
        </bdi>
      ))}
      {all.length > SHOWN_VALUES && ` ${text.flag.more(all.length - SHOWN_VALUES)}`}
    </>
  );
}

/** Why it came out so, where that is not plain from the mark. */
export function Reason({ part, context }: { part: Trace; context: Record<string, unknown> }) {
  if (part.note) return <>{part.note}</>;
  if (part.outcome === null) {
    return <>{part.kind === "rule" || part.kind === "default" ? text.trace.notReached : text.trace["not-asked"]}</>;
  }
  if (part.kind === "clause") {
    const { attribute, kind } = part.what ?? {};
    const asked = askedOf(context, said(attribute), said(kind) || "user");
    if (asked.is === "withheld") return <Unknown>{text.trace.withheld}</Unknown>;
    if (asked.is === "missing") return <>{text.trace.missing}</>;
    const value = typeof asked.value === "string" ? asked.value : JSON.stringify(asked.value);
    return (
      <>
        {text.trace.has} <bdi className={classes.had}>{value}</bdi>
      </>
    );
  }
  const flag = part.parts?.find(({ kind }) => kind === "flag");
  if (flag) return <>{typeof flag.outcome === "string" ? text.trace.served(flag.outcome) : (flag.note ?? "")}</>;
  if (part.kind === "any" && part.outcome === true) return <>{text.trace.first}</>;
  return null;
}

function said(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value) : "";
}
