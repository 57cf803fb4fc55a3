import { useQuery } from "@tanstack/react-query";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState, type ReactNode } from "react";

import type { Answer } from "../../client";
import type { Moment } from "../../model/moment";
import { Empty, Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import { reasonWords, valueWords } from "../../trace/answers";
import { answersQuery } from "../../trace/asking";
import classes from "./AllFlags.module.css";
import { paired } from "./pairing";

const ROW = 40;

interface Props {
  project: string;
  sides: readonly [Moment, Moment];
  pickers: readonly [ReactNode, ReactNode];
  context: Record<string, unknown> | null;
  only: boolean;
  choose: (flag: string) => void;
}

/** What every flag answers for one context, by two configurations. */
export function AllFlags({ project, sides, pickers, context, only, choose }: Props) {
  const enabled = context !== null;
  const left = useQuery({ ...answersQuery(project, sides[0], context ?? {}), enabled });
  const right = useQuery({ ...answersQuery(project, sides[1], context ?? {}), enabled });
  const words = text.playground;
  const pairs = paired(left.data?.flags ?? [], right.data?.flags ?? []);
  const differing = pairs.filter(({ differs }) => differs);
  const shown = only ? differing : pairs;
  const error = left.error ?? right.error;
  return (
    <section className={classes.all} aria-label={words.all}>
      <div className={classes.heads}>
        <span role="status">{left.data && right.data ? words.differing(differing.length, pairs.length) : ""}</span>
        <div>
          {pickers[0]}
          {left.data && <span className={classes.caption}>{words.version(left.data.environment_version)}</span>}
        </div>
        <div>
          {pickers[1]}
          {right.data && <span className={classes.caption}>{words.version(right.data.environment_version)}</span>}
        </div>
      </div>
      {error && <Trouble error={error} retry={() => void Promise.all([left.refetch(), right.refetch()])} />}
      {enabled && !error && (left.isPending || right.isPending) && <Loading lines={8} />}
      {left.data && right.data && shown.length === 0 && <Empty title={words.allAlike} />}
      {shown.length > 0 && <Rows pairs={shown} choose={choose} />}
    </section>
  );
}

function Rows({ pairs, choose }: { pairs: ReturnType<typeof paired>; choose: (flag: string) => void }) {
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), []);
  const rows = useWindowVirtualizer({
    count: pairs.length,
    estimateSize: () => ROW,
    overscan: 12,
    scrollMargin: margin,
  });
  const { flag, left, right } = text.playground.columns;
  return (
    <div role="table" aria-label={text.playground.all} aria-rowcount={pairs.length + 1} className={classes.table}>
      <div role="rowgroup" className="visually-hidden">
        <div role="row">
          {[flag, left, right].map((name) => (
            <span key={name} role="columnheader">
              {name}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" ref={list} style={{ height: rows.getTotalSize(), position: "relative" }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const pair = pairs[index];
          if (!pair) return null;
          return (
            <div
              key={pair.flag}
              role="row"
              aria-rowindex={index + 2}
              className={classes.row}
              data-differs={pair.differs || undefined}
              style={{ transform: `translateY(${start - margin}px)` }}
            >
              <span role="rowheader">
                <button type="button" className={classes.flag} onClick={() => choose(pair.flag)}>
                  <bdi className="untrusted mono" title={pair.flag}>
                    {pair.flag}
                  </bdi>
                </button>
              </span>
              <Cell answer={pair.left} />
              <Cell answer={pair.right} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Cell({ answer }: { answer: Answer | undefined }) {
  return (
    <span role="cell" className={classes.cell}>
      {answer === undefined ? (
        "–"
      ) : (
        <>
          <bdi className="untrusted mono" title={valueWords(answer)}>
            {answer.variant ?? valueWords(answer)}
          </bdi>
          <span className={classes.reason}>{reasonWords(answer)}</span>
        </>
      )}
    </span>
  );
}
