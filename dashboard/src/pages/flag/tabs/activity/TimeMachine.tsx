import { Button, Select, Slider } from "@mantine/core";
import { useState } from "react";

import type { Change } from "../../../../client";
import { whenWords } from "../../../../model/instants";
import { Time } from "../../../../parts/Time";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import classes from "./Activity.module.css";

interface Props {
  environment: string;
  /** Newest first. */
  changes: readonly Change[];
  chosen: number;
  choose: (version: number) => void;
}

/** Goes through the versions of a flag: one step of the slider for each change. */
export function TimeMachine({ environment, changes, chosen, choose }: Props) {
  const words = text.flagTabs.activity;
  const oldestFirst = [...changes].reverse();
  const last = oldestFirst.length - 1;
  const at = oldestFirst.findIndex(({ version }) => version === chosen);
  // While one drags, the slider follows the pointer; the page follows when it is let go.
  const [dragged, setDragged] = useState<number | null>(null);
  const place = dragged ?? at;
  const shown = oldestFirst[place];
  const go = (to: number) => {
    const change = oldestFirst[to];
    if (change) choose(change.version);
  };
  const label = (index: number) => {
    const change = oldestFirst[index];
    return change ? words.said(change.version, whenWords(new Date(change.at), new Date())) : "";
  };
  return (
    <section className={panel.panel} aria-label={words.machine(environment)}>
      <div className={panel.head}>
        <h2>{place === last ? words.isNow : words.asOf(shown?.version ?? chosen)}</h2>
        {shown && (
          <span className={panel.hint}>
            <Time at={shown.at} />
          </span>
        )}
        <span className={panel.room} />
        <Button variant="default" size="compact-sm" disabled={at <= 0} onClick={() => go(at - 1)}>
          {words.earlier}
        </Button>
        <Button variant="default" size="compact-sm" disabled={at >= last} onClick={() => go(at + 1)}>
          {words.later}
        </Button>
        <Select
          size="xs"
          w={210}
          aria-label={words.version}
          data={changes.map(({ version }, index) => ({ value: String(version), label: label(last - index) }))}
          value={String(chosen)}
          onChange={(version) => choose(Number(version))}
        />
        <Button variant="default" size="compact-sm" disabled={at >= last} onClick={() => go(last)}>
          {words.now}
        </Button>
      </div>
      {last > 0 && (
        <>
          <Slider
            className={classes.slider}
            thumbLabel={words.slider}
            min={0}
            max={last}
            step={1}
            marks={oldestFirst.map((_, index) => ({ value: index }))}
            label={label}
            value={place}
            onChange={setDragged}
            onChangeEnd={(to) => {
              setDragged(null);
              go(to);
            }}
          />
          <div className={classes.ends} aria-hidden>
            <span>{label(0)}</span>
            <span>{label(last)}</span>
          </div>
        </>
      )}
    </section>
  );
}
