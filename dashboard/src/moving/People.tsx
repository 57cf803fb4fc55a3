import { useState } from "react";

import type { Rule, Serve } from "../client";
import { number, type Example, type FlagMovement } from "../model/movement";
import { Icon } from "../parts/Icon";
import type { VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import { differing, withServes, type Trace } from "../trace/trace";
import { TraceTree } from "../trace/TraceTree";
import classes from "./People.module.css";
import { Served } from "./Served";

/** What a flag serves by its rules and default: before the change, and after it. */
export interface Serving {
  rules: Rule[];
  default: Serve | null;
}

interface Props {
  environment: string;
  flag: string;
  found: FlagMovement;
  of: VariantKeys;
  version: number | null;
  before?: Serving | undefined;
  after?: Serving | undefined;
}

const SHOWN = 5;
const SHOWN_ATTRIBUTES = 4;

/** Some of those who move, each with why, before and after. */
export function People({ environment, flag, found, of, version, before, after }: Props) {
  const [open, setOpen] = useState<number | null>(null);
  const shown = found.examples.slice(0, SHOWN);
  if (shown.length === 0) return null;
  return (
    <section className={classes.people} aria-label={text.moving.peopleOf(flag)}>
      <h3>
        {text.moving.people}{" "}
        <span className={classes.hint}>{text.moving.peopleHint(shown.length, number(found.moved))}</span>
      </h3>
      <ul>
        {shown.map((example, index) => {
          const traces = example.traces;
          const isOpen = open === index;
          return (
            <li key={index}>
              <button
                type="button"
                className={classes.row}
                aria-expanded={isOpen}
                disabled={traces === undefined}
                onClick={() => setOpen(isOpen ? null : index)}
              >
                <Icon name={isOpen ? "down" : "right"} />
                <code className="untrusted">{keyOf(example)}</code>
                <span className={classes.attributes}>
                  {attributesOf(example).map(([name, value]) => (
                    <bdi key={name} className="untrusted">
                      {name} {value}
                    </bdi>
                  ))}
                </span>
                <span className={classes.move}>
                  <Served of={of} name={example.from} /> → <Served of={of} name={example.to} />
                </span>
              </button>
              {isOpen && traces !== undefined && (
                <Traces
                  environment={environment}
                  context={example.context}
                  of={of}
                  version={version}
                  before={traces[0] && withServes(traces[0], before)}
                  after={traces[1] && withServes(traces[1], after)}
                />
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

interface TracesProps {
  environment: string;
  context: Record<string, unknown>;
  of: VariantKeys;
  version: number | null;
  before: Trace | null;
  after: Trace | null;
}

function Traces({ environment, context, of, version, before, after }: TracesProps) {
  const differs = differing(before, after);
  const flag = { variants: of.variants.map((key) => ({ key, value: null })), off: of.off };
  return (
    <div className={classes.traces}>
      {[
        [text.moving.before(version), before] as const,
        [text.moving.after, after] as const,
      ].map(([title, trace]) => (
        <section key={title} aria-label={title}>
          <h4>{title}</h4>
          {trace && (
            <TraceTree trace={trace} context={context} flag={flag} environment={environment} differs={differs} />
          )}
        </section>
      ))}
    </div>
  );
}

function keyOf({ context }: Example): string {
  return typeof context.key === "string" ? context.key : JSON.stringify(context);
}

function attributesOf({ context }: Example): [string, string][] {
  return Object.entries(context)
    .filter(([name, value]) => !["key", "kind"].includes(name) && !name.startsWith("_") && typeof value !== "object")
    .slice(0, SHOWN_ATTRIBUTES)
    .map(([name, value]) => [name, String(value)]);
}
