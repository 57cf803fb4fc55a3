import { Checkbox, TextInput } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";

import type { Moment } from "../../model/moment";
import { Empty, Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import { AnswerRow } from "./AnswerRow";
import classes from "./ContextPage.module.css";
import { Travel } from "./Travel";
import { useAnswers } from "./useAnswers";

const ROW = 41;

interface Props {
  project: string;
  context: Record<string, unknown>;
  moment: Moment;
  travel: (moment: Moment) => void;
}

/** What a context gets from every flag, now or at any moment; a row opened says why. */
export function Answers({ project, context, moment, travel }: Props) {
  const { found, version, isNow, error, pending, retry } = useAnswers(project, moment, context);
  const [sought, setSought] = useState("");
  const [onlyOther, setOnlyOther] = useState(false);
  const [open, setOpen] = useState<string | null>(null);
  const words = text.contexts;
  const wanted = sought.trim().toLocaleLowerCase();
  const shown = found.filter(
    ({ answer, flag, otherwise }) =>
      (wanted === "" ||
        answer.flag.toLocaleLowerCase().includes(wanted) ||
        (flag?.name ?? "").toLocaleLowerCase().includes(wanted)) &&
      (isNow || !onlyOther || otherwise !== null),
  );
  const list = useRef<HTMLDivElement>(null);
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => setMargin(list.current?.offsetTop ?? 0), [pending]);
  const rows = useWindowVirtualizer({
    count: shown.length,
    estimateSize: () => ROW,
    getItemKey: (index) => shown[index]?.answer.flag ?? index,
    overscan: 10,
    scrollMargin: margin,
  });
  return (
    <section className={classes.panel} aria-label={words.gets}>
      <header className={classes.tools}>
        <h2>{words.gets}</h2>
        <Travel moment={moment} version={version} travel={travel} />
        <span className={classes.caption}>
          {version !== undefined && [words.asOf(version), isNow ? "" : words.asItIs].join(" ")}
        </span>
        <span className={classes.room} />
        {!isNow && (
          <Checkbox
            size="xs"
            label={words.onlyOther}
            checked={onlyOther}
            onChange={(event) => setOnlyOther(event.currentTarget.checked)}
          />
        )}
        <TextInput
          size="xs"
          className={classes.filter}
          aria-label={words.filter}
          placeholder={words.filter}
          value={sought}
          onChange={(event) => setSought(event.currentTarget.value)}
        />
      </header>
      {error !== null && <Trouble error={error} retry={() => void retry()} />}
      {pending ? (
        <Loading lines={6} />
      ) : error !== null && found.length === 0 ? null : shown.length === 0 ? (
        <Empty
          title={
            found.length === 0 ? words.noFlags : wanted !== "" ? words.noFlag : words.nothingOther
          }
        />
      ) : (
        <div ref={list} className={classes.answers} data-then={!isNow || undefined}>
          <div className={classes.answersHead} aria-hidden>
            <span />
            <span>{words.answerColumns.flag}</span>
            <span>{words.answerColumns.gets}</span>
            {!isNow && <span>{words.answerColumns.now}</span>}
            <span>{words.answerColumns.why}</span>
          </div>
          <ul style={{ height: rows.getTotalSize() }}>
            {rows.getVirtualItems().map(({ index, key, start }) => {
              const each = shown[index];
              if (!each) return null;
              const { flag } = each.answer;
              return (
                <li
                  key={key}
                  ref={rows.measureElement}
                  data-index={index}
                  style={{ transform: `translateY(${start - rows.options.scrollMargin}px)` }}
                >
                  <AnswerRow
                    project={project}
                    context={context}
                    moment={moment}
                    isNow={isNow}
                    found={each}
                    open={open === flag}
                    setOpen={(is) => setOpen(is ? flag : null)}
                  />
                </li>
              );
            })}
          </ul>
        </div>
      )}
    </section>
  );
}
