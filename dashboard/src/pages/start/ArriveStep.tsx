import { useQuery } from "@tanstack/react-query";

import type { Count, FirstAnswer, ProjectFlag } from "../../client";
import { durationWords, type Progress } from "../../model/firstRun";
import { Chip } from "../../parts/Chip";
import { Icon } from "../../parts/Icon";
import { Table } from "../../parts/Table";
import { Variant } from "../../parts/Variant";
import { SNIPPETS } from "../../snippets/snippets.ts";
import { text } from "../../text/en";
import { reportersQuery, SOON } from "./queries";
import classes from "./Start.module.css";

const words = text.start.arrive;
const SHOWN = 6;

/** What to do so that something comes, and what to look at when nothing does. */
export function Waiting({ project, progress, flag }: { project: string; progress: Progress; flag: ProjectFlag }) {
  const { environment, framework, since } = progress;
  const found = useQuery({ ...reportersQuery(project, environment), refetchInterval: SOON });
  const silent = found.data?.reporters.filter(({ last_at }) => last_at >= since) ?? [];
  const off = flag.environments[environment]?.off ?? null;
  const { run, open } = SNIPPETS[framework]({ url: location.origin, key: null, flag, off });
  return (
    <div className={classes.card}>
      <div className={classes.state} role="status">
        <span className={classes.pulse} aria-hidden />
        <div>
          <p>
            <strong>{words.waiting}</strong>
          </p>
          <p className={classes.hint}>
            {words.listening(location.host, new Date(since).toLocaleTimeString())}
          </p>
        </div>
      </div>
      <ul className={classes.tips}>
        {silent.length > 0 && (
          <li>{words.silent(silent.map(({ application }) => application).join(", "), flag.key)}</li>
        )}
        {run !== "" && (
          <li>
            {words.run} <code>{run}</code>
            {open !== "" && (
              <>
                {words.open} <code>{open}</code>
              </>
            )}
          </li>
        )}
        <li>
          {words.nothing} <code>{words.healthy(location.origin)}</code>
        </li>
        <li>{words.refused(environment)}</li>
        {location.hostname === "127.0.0.1" && <li>{words.container}</li>}
      </ul>
    </div>
  );
}

interface Props {
  project: string;
  progress: Progress;
  flag: ProjectFlag;
  answers: FirstAnswer[];
  counts: Count[];
}

/** Who asks, and what they were answered. */
export function Arrived({ project, progress, flag, answers, counts }: Props) {
  const { environment, copied, seen } = progress;
  const found = useQuery({ ...reportersQuery(project, environment), refetchInterval: 5 * SOON });
  const name = answers[0]?.application;
  const reporter = found.data?.reporters.find(({ application }) => application === name);
  const of = {
    variants: flag.variants.map(({ key }) => key),
    off: flag.environments[environment]?.off ?? null,
  };
  const total = counts.reduce((sum, { count }) => sum + count, 0);
  return (
    <div className={classes.card}>
      <div className={classes.state} role="status">
        <Chip tone="ok">
          <Icon name="check" size={12} /> {words.connected}
        </Chip>
        {name === undefined ? (
          <span>{words.server}</span>
        ) : (
          <>
            <strong>
              <bdi>{name}</bdi>
            </strong>
            {reporter && (
              <bdi>
                {reporter.sdk} {reporter.version}
              </bdi>
            )}
          </>
        )}
        <span className={classes.room} />
        <span className={classes.hint}>
          {words.count(total)}
          {copied !== null && seen !== null && seen > copied && `, ${words.after(durationWords(seen - copied))}`}
        </span>
      </div>
      {answers.length > 0 ? (
        <>
          <Table
            label={words.first}
            none=""
            rows={answers.slice(0, SHOWN)}
            keyOf={({ at, unit, version, variant }) => `${at} ${unit} ${version} ${variant}`}
            columns={[
              { name: words.columns.time, cell: ({ at }) => <code>{clock(at)}</code> },
              { name: words.columns.who, cell: ({ unit }) => <bdi className="mono">{unit}</bdi> },
              {
                name: words.columns.answer,
                cell: ({ variant }) => <Variant of={of} name={variant ?? text.flag.fallback} />,
              },
              { name: words.columns.version, number: true, cell: ({ version }) => version },
            ]}
          />
          <p className={classes.hint}>{words.firstHint}</p>
        </>
      ) : (
        <Table
          label={words.columns.count}
          none=""
          rows={counts}
          keyOf={({ variant, reason }) => `${variant} ${reason}`}
          columns={[
            {
              name: words.columns.answer,
              cell: ({ variant }) => <Variant of={of} name={variant ?? text.flag.fallback} />,
            },
            { name: words.columns.why, cell: ({ reason }) => <code>{reason}</code> },
            { name: words.columns.count, number: true, cell: ({ count }) => count.toLocaleString("en") },
          ]}
        />
      )}
    </div>
  );
}

function clock(at: string): string {
  const instant = new Date(at);
  const ms = String(instant.getMilliseconds()).padStart(3, "0");
  return `${instant.toLocaleTimeString("en-GB")}.${ms}`;
}
