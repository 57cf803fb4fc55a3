import { Link, useNavigate } from "@tanstack/react-router";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useLayoutEffect, useRef, useState, type KeyboardEvent } from "react";

import type { ProjectFlag } from "../../client";
import { Sentence } from "../../parts/Sentence";
import { Variant } from "../../parts/Variant";
import { text } from "../../text/en";
import classes from "./FlagTable.module.css";

const ROW = 49;
const SHOWN_ENVIRONMENTS = 3;

interface Props {
  project: string;
  flags: ProjectFlag[];
  environments: string[];
  more: () => void;
}

/** The list itself: only the rows in sight are there. J and K move, Enter opens. */
export function FlagTable({ project, flags, environments, more }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const [focused, setFocused] = useState(0);
  const [margin, setMargin] = useState(0);
  const navigate = useNavigate();
  const rows = useWindowVirtualizer({
    count: flags.length,
    estimateSize: () => ROW,
    overscan: 10,
    scrollMargin: margin,
  });
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), []);
  const shown = rows.getVirtualItems();
  const last = shown.at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= flags.length - 20) more();
  }, [last, flags.length, more]);
  const main = mainOf(environments);
  const beside = environments.filter((key) => key !== main).slice(0, SHOWN_ENVIRONMENTS - 1);

  const move = (by: number) => {
    const next = Math.min(Math.max(focused + by, 0), flags.length - 1);
    setFocused(next);
    rows.scrollToIndex(next, { align: "auto" });
    requestAnimationFrame(() => {
      list.current?.querySelector<HTMLElement>(`[data-index="${next}"]`)?.focus();
    });
  };
  const pressed = (event: KeyboardEvent) => {
    const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      move(by);
    } else if (event.key === "Enter" && event.target instanceof HTMLElement) {
      const flag = flags[focused];
      if (flag && event.target.dataset.index !== undefined) {
        void navigate({ to: "/projects/$project/flags/$flag", params: { project, flag: flag.key } });
      }
    }
  };

  return (
    <div
      ref={list}
      className={classes.table}
      role="grid"
      tabIndex={-1}
      onKeyDown={pressed}
      aria-rowcount={flags.length + 1}
      aria-label={text.flags.title}
      style={{ "--columns": columns(beside.length + 1) } as React.CSSProperties}
    >
      <div role="rowgroup">
        <div role="row" className={classes.header} aria-rowindex={1}>
          <span role="columnheader">{text.flags.columns.flag}</span>
          <span role="columnheader">{main ? text.flags.columns.serves(main) : ""}</span>
          {[...beside, ...(main ? [main] : [])].map((key) => (
            <span role="columnheader" key={key} className="untrusted">
              {key}
            </span>
          ))}
          <span role="columnheader">{text.flags.columns.owner}</span>
          <span role="columnheader">{text.flags.columns.purpose}</span>
        </div>
      </div>
      <div role="rowgroup" style={{ height: rows.getTotalSize(), position: "relative" }}>
        {shown.map(({ index, start }) => {
          const flag = flags[index];
          if (!flag) return null;
          return (
            <div
              key={flag.key}
              role="row"
              className={classes.row}
              aria-rowindex={index + 2}
              data-index={index}
              tabIndex={index === focused ? 0 : -1}
              onFocus={() => setFocused(index)}
              style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
            >
              <Row project={project} flag={flag} main={main} environments={[...beside, ...(main ? [main] : [])]} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Row({
  project,
  flag,
  main,
  environments,
}: {
  project: string;
  flag: ProjectFlag;
  main: string | undefined;
  environments: string[];
}) {
  const keys = flag.variants.map(({ key }) => key);
  const here = main === undefined ? undefined : flag.environments[main];
  return (
    <>
      <span role="gridcell" className={classes.flag}>
        <Link to="/projects/$project/flags/$flag" params={{ project, flag: flag.key }} tabIndex={-1}>
          <bdi className="untrusted" title={flag.name || flag.key}>
            {flag.name || flag.key}
          </bdi>
        </Link>
        <code className="untrusted">{flag.key}</code>
      </span>
      <span role="gridcell" className={classes.serves}>
        {here && <Sentence small says={here.says} of={{ variants: keys, off: here.off }} />}
      </span>
      {environments.map((key) => (
        <span role="gridcell" key={key} className={classes.state}>
          <State flag={flag} environment={key} />
        </span>
      ))}
      <span role="gridcell" className="untrusted">
        {flag.owner}
      </span>
      <span role="gridcell">{flag.purpose}</span>
    </>
  );
}

function State({ flag, environment }: { flag: ProjectFlag; environment: string }) {
  const here = flag.environments[environment];
  if (!here) return null;
  if (!here.enabled) return <span className={classes.off}>off</span>;
  const simple = typeof here.default === "string" && here.rules.length === 0;
  const keys = flag.variants.map(({ key }) => key);
  return simple && typeof here.default === "string" ? (
    <Variant of={{ variants: keys, off: here.off }} name={here.default} />
  ) : (
    <span>{here.rules.length > 0 ? text.flags.rules(here.rules.length) : text.flags.split}</span>
  );
}

/** The environment whose sentence is the widest column: production where there is one. */
function mainOf(environments: string[]): string | undefined {
  return environments.find((key) => key === "production") ?? environments.at(-1);
}

function columns(environments: number): string {
  return `minmax(180px, 1.2fr) minmax(240px, 2.4fr) repeat(${environments}, 88px) 120px 110px`;
}
