import { ActionIcon } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState } from "react";

import type { ImportedFlag } from "../../client";
import { Chip } from "../../parts/Chip";
import { Icon } from "../../parts/Icon";
import { Sentence } from "../../parts/Sentence";
import { importsText as words } from "../../text/imports";
import { Findings, Losses } from "./Notes";
import classes from "./Report.module.css";

const TONES = { exact: "ok", losses: "warning", refused: "danger" } as const;
const ROW = 57;
const AHEAD = 20;

interface Props {
  flags: readonly ImportedFlag[];
  more: () => void;
}

/** The rows in sight, each of which opens to all that is known of its flag. */
export function ReportTable({ flags, more }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const rows = useWindowVirtualizer({
    count: flags.length,
    estimateSize: () => ROW,
    overscan: 10,
    scrollMargin: margin,
    getItemKey: (index) => flags[index]?.key ?? index,
  });
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), []);
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= flags.length - AHEAD) more();
  }, [last, flags.length, more]);
  const toggle = (key: string) =>
    setOpen((was) => {
      const now = new Set(was);
      if (!now.delete(key)) now.add(key);
      return now;
    });
  return (
    <div className={classes.table} role="table" aria-label={words.flags} aria-rowcount={flags.length + 1}>
      <div role="rowgroup">
        <div role="row" className={classes.header} aria-rowindex={1}>
          <span role="columnheader">
            <span className="visually-hidden">{words.head.details}</span>
          </span>
          <span role="columnheader">{words.head.flag}</span>
          <span role="columnheader">{words.head.read}</span>
          <span role="columnheader">{words.head.becomes}</span>
          <span role="columnheader">{words.head.serves}</span>
        </div>
      </div>
      <div ref={list} role="rowgroup" className={classes.body} style={{ height: rows.getTotalSize() }}>
        {shown.map(({ index, key, start }) => {
          const flag = flags[index];
          if (flag === undefined) return null;
          return (
            <div
              key={key}
              ref={rows.measureElement}
              data-index={index}
              role="row"
              aria-rowindex={index + 2}
              className={classes.row}
              style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
            >
              <Row flag={flag} open={open.has(flag.key)} toggle={() => toggle(flag.key)} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({ flag, open, toggle }: { flag: ImportedFlag; open: boolean; toggle: () => void }) {
  const of = { variants: flag.variants, off: flag.off };
  return (
    <>
      <div className={classes.line} role="presentation">
        <span role="cell">
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-expanded={open}
            aria-label={words.more(flag.key)}
            onClick={toggle}
          >
            <Icon name={open ? "up" : "down"} />
          </ActionIcon>
        </span>
        <span role="cell" className={classes.key}>
          <bdi>{flag.key}</bdi>
        </span>
        <span role="cell">
          <Chip tone={TONES[flag.fate]}>{words.fates[flag.fate]}</Chip>
        </span>
        <span role="cell">{words.becomes[flag.step]}</span>
        <span role="cell" className={classes.says}>
          {flag.says.length > 0 && <Sentence small says={flag.says} of={of} />}
        </span>
      </div>
      {open && (
        <div className={classes.details} role="cell">
          {flag.losses.length === 0 && <p>{words.whole}</p>}
          {flag.placed_by.length > 0 && <p>{words.placed(flag.placed_by.join(", "))}</p>}
          {flag.losses.length > 0 && <Losses losses={flag.losses} />}
          {flag.findings.length > 0 && (
            <>
              <p>{words.proven}</p>
              <Findings findings={flag.findings} />
            </>
          )}
        </div>
      )}
    </>
  );
}
