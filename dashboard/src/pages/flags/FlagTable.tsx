import { Checkbox } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useNavigate } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import type { ListedFlag } from "../../client";
import { mainLast, mainOf } from "../../model/environments";
import { NOTHING_SELECTED, ranged, toggled, type Selection } from "../../model/selection";
import { text } from "../../text/en";
import { FlagRow } from "./FlagRow";
import classes from "./FlagTable.module.css";
import { useActivity } from "./useActivity";

const ROW = 49;
const CARD = 116;
const SHOWN_ENVIRONMENTS = 3;

interface Props {
  project: string;
  total: number;
  flagAt: (index: number) => ListedFlag | undefined;
  /** The flags that have been read, for selecting all of them. */
  loaded: () => ListedFlag[];
  environments: string[];
  isOld: boolean;
  selection: Selection;
  onSelection: (selection: Selection) => void;
  /** Told which rows are in sight. */
  onSight: (first: number, last: number) => void;
}

/** The list itself: only the rows in sight are there. J and K move, X selects, Enter opens. */
export function FlagTable(props: Props) {
  const { project, total, flagAt, loaded, environments, isOld, selection, onSelection, onSight } = props;
  const list = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const [margin, setMargin] = useState(0);
  const phone = useMediaQuery("(max-width: 700px)");
  const navigate = useNavigate();
  const rows = useWindowVirtualizer({
    count: total,
    estimateSize: () => (phone ? CARD : ROW),
    overscan: 10,
    scrollMargin: margin,
  });
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), []);
  useLayoutEffect(() => rows.measure(), [rows, phone]);
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => onSight(first, last), [first, last, onSight]);
  const activity = useActivity(project, (index) => flagAt(index)?.key, first, last);
  const main = mainOf(environments);
  const others = mainLast(environments).filter((key) => key !== main);
  const columns = [...others.slice(0, SHOWN_ENVIRONMENTS - 1), ...(main === undefined ? [] : [main])];
  const stop = Math.min(focused, Math.max(total - 1, 0));

  const move = (by: number) => {
    const next = Math.min(Math.max(stop + by, 0), total - 1);
    setFocused(next);
    rows.scrollToIndex(next, { align: "auto" });
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus();
    });
  };
  const select = (index: number, range: boolean) => {
    const key = flagAt(index)?.key;
    if (key === undefined) return;
    onSelection(
      range ? ranged(selection, index, (at) => flagAt(at)?.key) : toggled(selection, key, index),
    );
  };
  const pressed = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      move(by);
    } else if (event.key === "x" || event.key === "X") {
      select(stop, event.key === "X");
    } else if (event.key === "Enter" && event.target instanceof HTMLElement) {
      const flag = flagAt(stop);
      if (flag && event.target.dataset.index !== undefined) {
        void navigate({ to: "/projects/$project/flags/$flag", params: { project, flag: flag.key } });
      }
    }
  };
  const all = loaded();
  const isAll = all.length > 0 && all.every(({ key }) => selection.keys.has(key));

  return (
    <div
      ref={list}
      className={classes.table}
      data-old={isOld || undefined}
      role="grid"
      tabIndex={-1}
      onKeyDown={pressed}
      aria-rowcount={total + 1}
      aria-multiselectable
      aria-busy={isOld}
      aria-label={text.flags.title}
      style={{ "--environments": columns.length } as React.CSSProperties}
    >
      <div role="rowgroup">
        <div role="row" className={classes.header} aria-rowindex={1}>
          <span role="columnheader">
            <Checkbox
              size="xs"
              aria-label={text.flags.bulk.selectAll}
              checked={isAll}
              indeterminate={!isAll && selection.keys.size > 0}
              onChange={() =>
                onSelection(
                  isAll ? NOTHING_SELECTED : { keys: new Set(all.map(({ key }) => key)), anchor: 0 },
                )
              }
            />
          </span>
          <span role="columnheader">{text.flags.columns.flag}</span>
          <span role="columnheader" className="untrusted">
            {main ? text.flags.columns.serves(main) : ""}
          </span>
          {columns.map((key) => (
            <span role="columnheader" key={key} className="untrusted" data-main={key === main || undefined}>
              {key}
            </span>
          ))}
          <span role="columnheader" className={classes.middle}>
            {text.flags.columns.evaluations}
          </span>
          <span role="columnheader" className={classes.wide}>
            {text.flags.columns.owner}
          </span>
          <span role="columnheader" className={classes.wide}>
            {text.flags.columns.purpose}
          </span>
          <span role="columnheader" className={`${classes.middle} ${classes.number}`}>
            {text.flags.columns.changed}
          </span>
          <span role="columnheader">{text.flags.columns.attention}</span>
        </div>
      </div>
      <div role="rowgroup" className={classes.rows} style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, start }) => {
          const flag = flagAt(index);
          const isSelected = flag !== undefined && selection.keys.has(flag.key);
          return (
            <div
              key={flag?.key ?? index}
              role="row"
              className={classes.row}
              aria-rowindex={index + 2}
              aria-selected={isSelected}
              data-index={index}
              tabIndex={index === stop ? 0 : -1}
              onFocus={() => setFocused(index)}
              style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
            >
              {flag === undefined ? (
                <span role="gridcell" className={classes.blank} />
              ) : (
                <FlagRow
                  project={project}
                  flag={flag}
                  main={main}
                  environments={columns}
                  activity={activity[flag.key]}
                  isSelected={isSelected}
                  onSelect={(shift) => select(index, shift)}
                />
              )}
            </div>
          );
        })}
      </div>
    </div>
  );
}
