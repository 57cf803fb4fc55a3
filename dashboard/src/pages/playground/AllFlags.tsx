import { useQueries } from "@tanstack/react-query";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState, type ReactNode } from "react";

import { documentQuery } from "../../api/documents";
import type { Answer, Flag } from "../../client";
import type { Moment } from "../../model/moment";
import { flagsOf } from "../../model/segments";
import { Empty, Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import { reasonWords } from "../../trace/answers";
import { answersQuery } from "../../trace/asking";
import { Got, keysOf, ruleName } from "../../trace/Got";
import classes from "./AllFlags.module.css";
import { paired, type Beside } from "./pairing";

const ROW = 40;

interface Props {
  project: string;
  sides: readonly Moment[];
  pickers: readonly ReactNode[];
  context: Record<string, unknown> | null;
  only: boolean;
  choose: (flag: string) => void;
}

type Flags = Record<string, Flag | undefined>;

/** What every flag answers for one context, by several configurations. */
export function AllFlags({ project, sides, pickers, context, only, choose }: Props) {
  const enabled = context !== null;
  const asked = useQueries({
    queries: sides.map((side) => ({ ...answersQuery(project, side, context ?? {}), enabled })),
  });
  const versions = asked.map(({ data }) => data?.environment_version);
  const documents = useQueries({
    queries: sides.map(({ environment }, at) => ({
      ...documentQuery(project, { environment, version: versions[at] ?? 0 }),
      // A version never changes.
      staleTime: Infinity,
      enabled: versions[at] !== undefined,
    })),
  });
  const flags = documents.map(({ data }): Flags => (data ? flagsOf(data) : {}));
  const words = text.playground;
  const answered = asked.every(({ data }) => data !== undefined);
  const rows = answered ? paired(asked.map(({ data }) => data?.flags ?? [])) : [];
  const differing = rows.filter(({ differs }) => differs);
  const shown = only ? differing : rows;
  const error = asked.find((each) => each.error !== null)?.error ?? null;
  return (
    <section
      className={classes.all}
      aria-label={words.all}
      style={{ "--columns": sides.length } as React.CSSProperties}
    >
      <div className={classes.heads}>
        <span role="status">{answered ? words.differing(differing.length, rows.length) : ""}</span>
        {pickers.map((picker, at) => (
          <div key={at} className={classes.head}>
            {picker}
            {versions[at] !== undefined && <span className={classes.caption}>{words.version(versions[at])}</span>}
          </div>
        ))}
      </div>
      {error !== null && <Trouble error={error} retry={() => asked.forEach((each) => void each.refetch())} />}
      {enabled && error === null && !answered && <Loading lines={8} />}
      {answered && shown.length === 0 && <Empty title={words.allAlike} />}
      {shown.length > 0 && <Rows rows={shown} flags={flags} choose={choose} />}
    </section>
  );
}

interface RowsProps extends Pick<Props, "choose"> {
  rows: Beside[];
  flags: Flags[];
}

function Rows({ rows: found, flags, choose }: RowsProps) {
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: found.length,
    estimateSize: () => ROW,
    overscan: 12,
    scrollMargin: margin,
  });
  const words = text.playground;
  return (
    <div role="table" aria-label={words.all} aria-rowcount={found.length + 1} className={classes.table}>
      <div role="rowgroup" className="visually-hidden">
        <div role="row">
          {[words.flag, ...flags.map((_, at) => words.column(at + 1))].map((name) => (
            <span key={name} role="columnheader">
              {name}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" ref={list} style={{ height: rows.getTotalSize(), position: "relative" }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const row = found[index];
          if (!row) return null;
          return (
            <div
              key={row.flag}
              role="row"
              aria-rowindex={index + 2}
              className={classes.row}
              data-differs={row.differs || undefined}
              style={{ transform: `translateY(${start - margin}px)` }}
            >
              <span role="rowheader">
                <button type="button" className={classes.flag} onClick={() => choose(row.flag)}>
                  <bdi className="untrusted mono" title={row.flag}>
                    {row.flag}
                  </bdi>
                </button>
              </span>
              {row.answers.map((answer, at) => (
                <Cell key={at} answer={answer} flag={flags[at]?.[row.flag]} />
              ))}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cell({ answer, flag }: { answer: Answer | undefined; flag: Flag | undefined }) {
  if (answer === undefined) {
    return (
      <span role="cell" className={classes.cell}>
        <span className={classes.reason}>{text.playground.absent}</span>
      </span>
    );
  }
  const reason = reasonWords(answer, ruleName(answer, flag));
  return (
    <span role="cell" className={classes.cell}>
      <Got answer={answer} of={keysOf(flag)} />
      <bdi className={`untrusted ${classes.reason}`} title={reason}>
        {reason}
      </bdi>
    </span>
  );
}
