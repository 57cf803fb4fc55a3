import { Link } from "@tanstack/react-router";
import type { KeyboardEvent } from "react";

import type { ObservedContext } from "../../client";
import { partsOf, shownValue, withheldOf } from "../../model/contexts";
import { number } from "../../model/movement";
import { Time } from "../../parts/Time";
import { Unknown } from "../../parts/Variant";
import { text } from "../../text/en";
import classes from "./Contexts.module.css";

interface Props {
  project: string;
  environment: string;
  contexts: ObservedContext[];
}

/** Contexts in rows. J and K move, Enter opens. */
export function ContextTable({ project, environment, contexts }: Props) {
  const pressed = (event: KeyboardEvent<HTMLElement>) => {
    const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const links = [...event.currentTarget.querySelectorAll<HTMLElement>("a")];
    const at = links.indexOf(document.activeElement as HTMLElement);
    links[at + by]?.focus();
  };
  const words = text.contexts.columns;
  return (
    <div
      className={classes.table}
      role="grid"
      tabIndex={-1}
      aria-label={text.nav.contexts}
      onKeyDown={pressed}
    >
      <div role="row" className={classes.header}>
        <span role="columnheader">{words.key}</span>
        <span role="columnheader">{words.attributes}</span>
        <span role="columnheader" className={classes.number}>
          {words.sightings}
        </span>
        <span role="columnheader">{words.seen}</span>
        <span role="columnheader">{words.from}</span>
      </div>
      {contexts.map((observed) => (
        <div role="row" key={observed.id} className={classes.row}>
          <span role="gridcell" className={classes.key}>
            <Keys project={project} environment={environment} observed={observed} />
          </span>
          <span role="gridcell" className={classes.attributes}>
            <Attributes context={observed.context} />
          </span>
          <span role="gridcell" className={classes.number}>
            {number(observed.weight)}
          </span>
          <span role="gridcell">
            <Time at={observed.last_at} />
          </span>
          <span role="gridcell" className="untrusted" title={observed.application}>
            {observed.application || observed.source}
          </span>
        </div>
      ))}
    </div>
  );
}

function Keys({ project, environment, observed }: Omit<Props, "contexts"> & { observed: ObservedContext }) {
  return partsOf(observed.context)
    .filter(({ key }) => key !== "")
    .map(({ kind, key }, index) =>
      index === 0 ? (
        <Link
          key={kind}
          to="/projects/$project/contexts/$key"
          params={{ project, key }}
          search={{ environment }}
        >
          <bdi className="untrusted" title={key}>
            {key}
          </bdi>
        </Link>
      ) : (
        <code key={kind} className="untrusted" title={key}>
          {kind} <bdi>{key}</bdi>
        </code>
      ),
    );
}

const SHOWN = 5;

function Attributes({ context }: { context: Record<string, unknown> }) {
  const all = partsOf(context).flatMap(({ attributes }) => attributes);
  const withheld = withheldOf(context).length + all.filter(({ hashed }) => hashed).length;
  const plain = all.filter(({ hashed }) => !hashed);
  return (
    <>
      {plain.slice(0, SHOWN).map(({ name, value }) => (
        <span key={name} className={classes.chip} title={`${name}: ${shownValue(value)}`}>
          <bdi>{name}</bdi> <bdi className={classes.value}>{shownValue(value)}</bdi>
        </span>
      ))}
      {plain.length > SHOWN && (
        <span className={classes.caption}>{text.contexts.moreAttributes(plain.length - SHOWN)}</span>
      )}
      {withheld > 0 && <Unknown>{text.contexts.withheldCount(withheld)}</Unknown>}
    </>
  );
}
