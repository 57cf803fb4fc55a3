import { Button, Slider, TextInput } from "@mantine/core";
import { useState } from "react";

import type { ProjectFlag } from "../../../../client";
import { fromLocal, toLocal, whenWords, zoneHere } from "../../../../model/instants";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import classes from "./Activity.module.css";
import { environmentsOf, type Row } from "./history";

interface Props {
  /** Newest first. */
  rows: readonly Row[];
  environment: string;
  then: ProjectFlag | null | undefined;
  /** The instant that is looked at; none is now. */
  at: string | undefined;
  choose: (at: string | undefined) => void;
  children: React.ReactNode;
}

/** Goes through time: the slider stops at each change, the field takes any instant. */
export function TimeMachine({ rows, environment, then, at, choose, children }: Props) {
  const words = text.flagTabs.activity;
  const [opened] = useState(() => Date.now());
  const changes = rows.filter(({ kind }) => kind === "change").map((row) => ({ row, ms: Date.parse(row.at) }));
  const first = changes.at(-1)?.ms ?? opened;
  const now = Math.max(opened, (changes[0]?.ms ?? 0) + 1);
  const chosen = at === undefined ? now : Math.min(Math.max(Date.parse(at), first), now);
  // While one drags, the slider follows the pointer; the page follows when it is let go.
  const [dragged, setDragged] = useState<number | null>(null);
  const place = dragged ?? chosen;
  const go = (ms: number | undefined) => {
    const found = changes.find((each) => each.ms === ms);
    choose(ms === undefined || ms >= now ? undefined : (found?.row.at ?? new Date(ms).toISOString()));
  };
  const earlier = changes.find(({ ms }) => ms < (at === undefined ? (changes[0]?.ms ?? now) : chosen));
  const later = at === undefined ? undefined : changes.findLast(({ ms }) => ms > chosen);
  const percent = (ms: number) => ((ms - first) * 100) / Math.max(1, now - first);
  const label = (ms: number) => (ms >= now ? words.now : whenWords(new Date(ms), new Date(opened)));
  const version = then?.environments[environment]?.version;
  return (
    <section className={panel.panel} aria-label={words.machine}>
      <div className={panel.head}>
        <h2>{at === undefined ? words.isNow : words.asOf(whenWords(new Date(chosen), new Date(opened)))}</h2>
        <span className={panel.hint}>
          {[at !== undefined && zoneHere(), version && words.inVersion(environment, version)].filter(Boolean).join(", ")}
        </span>
        <span className={panel.room} />
        {children}
        <Button variant="default" disabled={earlier === undefined} onClick={() => go(earlier?.ms)}>
          {words.earlier}
        </Button>
        <Button variant="default" disabled={at === undefined} onClick={() => go(later?.ms)}>
          {words.later}
        </Button>
        <TextInput
          type="datetime-local"
          aria-label={words.instant}
          value={toLocal(at ?? new Date(now).toISOString())}
          max={toLocal(new Date(now).toISOString())}
          onChange={(event) => {
            const instant = fromLocal(event.currentTarget.value);
            if (instant !== null) go(Date.parse(instant));
          }}
        />
        <Button variant="default" disabled={at === undefined} onClick={() => go(undefined)}>
          {words.now}
        </Button>
      </div>
      <div className={classes.track}>
        <Slider
          thumbLabel={words.slider}
          thumbProps={{ "aria-valuetext": label(place) }}
          min={first}
          max={now}
          step={1}
          restrictToMarks
          marks={[...changes.map(({ ms }) => ({ value: ms })), { value: now }]}
          label={label}
          value={place}
          onChange={setDragged}
          onChangeEnd={(ms) => {
            setDragged(null);
            go(ms);
          }}
        />
        <svg aria-hidden className={classes.deployments} viewBox="0 0 100 12" preserveAspectRatio="none">
          {rows
            .filter((row) => row.kind === "deployment" && environmentsOf(row).includes(environment))
            .map(({ at: deployed }) => (
              <path key={deployed} d={`M${percent(Date.parse(deployed))} 0v12`} vectorEffect="non-scaling-stroke" />
            ))}
        </svg>
      </div>
      <div className={classes.ends} aria-hidden>
        <span>{label(first)}</span>
        <span>{words.nowAt(whenWords(new Date(now), new Date(opened)))}</span>
      </div>
    </section>
  );
}
