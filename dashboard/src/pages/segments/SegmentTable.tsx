import { Link } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import { number } from "../../model/movement";
import { madeOf, type ListedSegment } from "../../model/segmentList";
import { ConditionView } from "../../rules/ConditionView";
import { text } from "../../text/en";
import classes from "./SegmentTable.module.css";

const ROW = 49;

interface Props {
  project: string;
  segments: ListedSegment[];
  environments: string[];
}

/** The list itself: only the rows in sight are there. J and K move, Enter opens. */
export function SegmentTable({ project, segments, environments }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: segments.length,
    estimateSize: () => ROW,
    overscan: 10,
    scrollMargin: margin,
  });
  const pressed = (event: KeyboardEvent) => {
    const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const focused = document.activeElement?.closest<HTMLElement>("[data-index]")?.dataset.index;
    const next = focused === undefined ? 0 : Number(focused) + by;
    if (next < 0 || next >= segments.length) return;
    rows.scrollToIndex(next, { align: "auto" });
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLElement>(`[data-index="${next}"] a`)?.focus();
    });
  };
  return (
    <div
      ref={list}
      className={classes.table}
      role="grid"
      tabIndex={-1}
      aria-label={text.nav.segments}
      aria-rowcount={segments.length + 1}
      onKeyDown={pressed}
      style={{ "--environments": environments.length } as React.CSSProperties}
    >
      <div role="rowgroup">
        <div role="row" className={classes.header} aria-rowindex={1}>
          <span role="columnheader">{text.segments.columns.segment}</span>
          <span role="columnheader">{text.segments.columns.description}</span>
          {environments.map((key) => (
            <span role="columnheader" key={key} className="untrusted">
              {key}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" style={{ height: rows.getTotalSize(), position: "relative" }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const segment = segments[index];
          if (!segment) return null;
          return (
            <div
              key={segment.key}
              role="row"
              className={classes.row}
              aria-rowindex={index + 2}
              data-index={index}
              style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
            >
              <Row project={project} segment={segment} environments={environments} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ project, segment, environments }: Omit<Props, "segments"> & { segment: ListedSegment }) {
  const title = segment.name || segment.key;
  return (
    <>
      <span role="gridcell" className={classes.segment}>
        <Link
          to="/projects/$project/segments/$segment"
          params={{ project, segment: segment.key }}
          search={{}}
        >
          <bdi className="untrusted" title={title}>
            {title}
          </bdi>
        </Link>
        <code className="untrusted">{segment.key}</code>
      </span>
      <span role="gridcell" className={classes.description} title={segment.description || undefined}>
        {segment.description ? (
          <bdi className="untrusted">{segment.description}</bdi>
        ) : (
          <Condition segment={segment} environments={environments} />
        )}
      </span>
      {environments.map((key) => (
        <span role="gridcell" key={key} className={classes.state}>
          <InEnvironment segment={segment} environment={key} />
        </span>
      ))}
    </>
  );
}

/** Without a description, what the main environment asks says who is in it. */
function Condition({ segment, environments }: { segment: ListedSegment; environments: string[] }) {
  const having = environments.filter((key) => segment.in[key] !== undefined);
  const when = segment.in[having.at(-1) ?? ""]?.when;
  if (!when) return null;
  return (
    <span className={classes.condition}>
      <ConditionView condition={when} />
    </span>
  );
}

function InEnvironment({ segment, environment }: { segment: ListedSegment; environment: string }) {
  const here = segment.in[environment];
  if (!here) return <span className={classes.missing}>{text.segments.missing}</span>;
  const { hasRule, included, excluded } = madeOf(here);
  const said = [
    hasRule ? text.segments.hasRule : "",
    included > 0 ? text.segments.in(number(included)) : "",
    excluded > 0 ? text.segments.out(number(excluded)) : "",
  ].filter(Boolean);
  return <>{said.length > 0 ? said.join(", ") : text.segments.nobody}</>;
}
