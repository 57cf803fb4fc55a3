import { ActionIcon, Button, Kbd, Progress } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useState } from "react";

import { isUnchanged, movedWords, nobodyReports, number, type Movement } from "../model/movement";
import { Icon } from "../parts/Icon";
import { wordsOf } from "../parts/States";
import { Unknown, type VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import { FlagDetails, Served } from "./FlagDetails";
import classes from "./MovementFoot.module.css";
import type { Counted } from "./usePreview";

/** What somebody else saved of the same thing meanwhile, and the way on. */
export interface Meanwhile {
  version: number;
  /** What they changed, in words. */
  theirs: string[];
  /** What the draft changes, in the same words. */
  mine: string[];
  rebase: () => void;
}

interface Props {
  environment: string;
  /** The flag that is edited; without one, every flag that moves is told. */
  flag?: string;
  /** The variants of a flag, and which of them is `off`. */
  variantsOf: (flag: string) => VariantKeys;
  base: number;
  counted: Counted;
  meanwhile?: Meanwhile | undefined;
  saving: boolean;
  saveError: unknown;
  save: () => void;
}

/** Who moves if one saves: never out of sight while something is unsaved. */
export function MovementFoot(props: Props) {
  const { environment, flag, variantsOf, base, counted, meanwhile, saving, saveError, save } = props;
  const [open, setOpen] = useState(false);
  const { movement } = counted;
  useHotkeys([["M", () => setOpen((was) => !was)]]);
  useHotkeys([["mod+S", save]], []);
  return (
    <section className={classes.foot} aria-label={text.moving.title}>
      {counted.counting && (
        <Progress
          className={classes.progress}
          value={100}
          size={2}
          animated
          aria-label={text.moving.counting}
        />
      )}
      {meanwhile && meanwhile.theirs.length > 0 && <MeanwhileLine meanwhile={meanwhile} />}
      <div className={classes.top}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={open ? text.moving.less : text.moving.more}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? "down" : "up"} />
        </ActionIcon>
        <div className={classes.words} data-old={counted.counting || undefined}>
          <p className={classes.moved} role="status">
            <FirstLine counted={counted} variantsOf={variantsOf} flag={flag} />
          </p>
          {movement !== null && <p className={classes.caption}>{basis(movement, flag, base)}</p>}
          {saveError !== null && saveError !== undefined && (
            <p className={classes.error} role="alert">
              {wordsOf(saveError)}
            </p>
          )}
        </div>
        <Button
          className={classes.save}
          onClick={save}
          loading={saving}
          rightSection={<Kbd size="xs">Ctrl S</Kbd>}
        >
          {text.moving.save(environment)}
        </Button>
      </div>
      {open && movement !== null && (
        <Details movement={movement} flag={flag} variantsOf={variantsOf} />
      )}
    </section>
  );
}

function MeanwhileLine({ meanwhile }: { meanwhile: Meanwhile }) {
  const { version, theirs, mine } = meanwhile;
  const both = theirs.filter((each) => mine.includes(each));
  return (
    <div className={classes.meanwhile} role="alert">
      <span>
        {text.moving.meanwhile(version, theirs.join(", "))}{" "}
        {both.length > 0 && text.moving.both(both.join(", "))}
      </span>
      <Button variant="default" size="compact-sm" onClick={meanwhile.rebase}>
        {text.moving.rebase}
      </Button>
    </div>
  );
}

interface Told {
  variantsOf: (flag: string) => VariantKeys;
  flag: string | undefined;
}

const SHOWN_CELLS = 3;
const SHOWN_FLAGS = 3;

function FirstLine({ counted, variantsOf, flag }: Told & { counted: Counted }) {
  const { movement, counting, error } = counted;
  if (movement === null) {
    if (error !== null && !counting) {
      return (
        <>
          {text.moving.failed(wordsOf(error))}{" "}
          <Button variant="subtle" size="compact-sm" onClick={counted.retry}>
            {text.states.retry}
          </Button>
        </>
      );
    }
    return <>{text.moving.counting}</>;
  }
  const mine = flag === undefined ? undefined : movement.flags[flag];
  return (
    <>
      <strong>{movedWords(movement)}</strong>
      {flag !== undefined &&
        mine?.matrix.slice(0, SHOWN_CELLS).map((cell, index) => (
          <span key={index} className={classes.cell}>
            {index === 0 ? ": " : ", "}
            <b>{number(cell.count)}</b> <Served of={variantsOf(flag)} name={cell.from} />
            {" → "}
            <Served of={variantsOf(flag)} name={cell.to} />
          </span>
        ))}
      {flag === undefined &&
        movers(movement)
          .slice(0, SHOWN_FLAGS)
          .map(([key, moved], index) => (
            <span key={key} className={classes.cell}>
              {index === 0 ? ": " : ", "}
              <b>{number(moved)}</b> <bdi className="mono">{key}</bdi>
            </span>
          ))}
      {movement.unknown > 0 && (
        <span className={classes.cell}>
          {"; "}
          <Unknown>{text.moving.unknown(number(movement.unknown))}</Unknown>
        </span>
      )}
    </>
  );
}

/** The flags that change what they serve to somebody, those that move most first. */
function movers(movement: Movement): [string, number][] {
  return Object.entries(movement.flags)
    .map(([key, { moved, unknown }]): [string, number, number] => [key, moved, moved + unknown])
    .filter(([, , touched]) => touched > 0)
    .sort((one, other) => other[2] - one[2])
    .map(([key, moved]) => [key, moved]);
}

function basis(movement: Movement, flag: string | undefined, base: number): string {
  if (isUnchanged(movement)) return text.moving.unchanged;
  if (nobodyReports(movement)) {
    const affected = Object.keys(movement.affected ?? {});
    const touched = affected.length > 0 ? text.moving.affected(affected.join(", ")) : "";
    return [touched, text.moving.nobody].filter(Boolean).join(" ");
  }
  const moving = movers(movement).map(([key]) => key);
  // What explains one flag says nothing of another: told only where there is one.
  const told = flag ?? (moving.length === 1 ? moving[0] : undefined) ?? "";
  const best = movement.flags[told]?.attributes[0];
  const value = best?.values[0];
  const mostly =
    best && value ? text.moving.mostly(best.attribute, String(value.value), number(value.moved)) : "";
  const others = moving.filter((key) => key !== flag);
  const also = flag !== undefined && others.length > 0 ? text.moving.also(others.join(", ")) : "";
  const counted = text.moving.basis(movement.sample_rate < 1, number(movement.contexts), base);
  return [mostly, counted, also].filter(Boolean).join(" ");
}

function Details({ movement, flag, variantsOf }: Told & { movement: Movement }) {
  const keys = flag === undefined ? movers(movement).map(([key]) => key) : [flag];
  return keys.map((key) => {
    const found = movement.flags[key];
    if (found === undefined) return null;
    return (
      <FlagDetails
        key={key}
        title={flag === undefined ? key : undefined}
        found={found}
        of={variantsOf(key)}
        total={movement.contexts}
      />
    );
  });
}
