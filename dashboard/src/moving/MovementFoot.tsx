import { ActionIcon, Button, Kbd, Progress } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useState } from "react";

import { movedWords, nobodyReports, number, share, type FlagMovement, type Movement } from "../../model/movement";
import { Icon } from "../../parts/Icon";
import { wordsOf } from "../../parts/States";
import { Unknown, Variant, type VariantKeys } from "../../parts/Variant";
import { text } from "../../text/en";
import classes from "./MovementFoot.module.css";
import type { Counted } from "./usePreview";

interface Props {
  environment: string;
  flag: string;
  of: VariantKeys;
  base: number;
  counted: Counted;
  saving: boolean;
  saveError: unknown;
  save: () => void;
}

/** Who moves if one saves: never out of sight while something is unsaved. */
export function MovementFoot(props: Props) {
  const { environment, flag, of, base, counted, saving, saveError, save } = props;
  const [open, setOpen] = useState(false);
  const { movement } = counted;
  useHotkeys([["M", () => setOpen((was) => !was)]]);
  useHotkeys([["mod+S", save]], []);
  return (
    <section className={classes.foot} aria-label="Who moves">
      {counted.counting && <Progress className={classes.progress} value={100} size={2} animated />}
      <div className={classes.top}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={open ? "Show less" : "Show who moves and why"}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? "down" : "up"} />
        </ActionIcon>
        <div className={classes.words} data-old={counted.counting || undefined}>
          <p className={classes.moved} role="status">
            <FirstLine counted={counted} of={of} flag={flag} />
          </p>
          {movement !== null && <p className={classes.caption}>{basis(movement, flag, base)}</p>}
          {saveError !== null && saveError !== undefined && (
            <p className={classes.error} role="alert">
              {wordsOf(saveError)}
            </p>
          )}
        </div>
        <Button onClick={save} loading={saving} rightSection={<Kbd size="xs">Ctrl S</Kbd>}>
          Save to {environment}
        </Button>
      </div>
      {open && movement !== null && <Details movement={movement} flag={flag} of={of} />}
    </section>
  );
}

function FirstLine({ counted, of, flag }: { counted: Counted; of: VariantKeys; flag: string }) {
  const { movement, counting, error } = counted;
  if (movement === null) {
    if (error !== null && !counting) {
      return (
        <>
          Not counted: {wordsOf(error)}{" "}
          <Button variant="subtle" size="compact-sm" onClick={counted.retry}>
            {text.states.retry}
          </Button>
        </>
      );
    }
    return <>Counting who moves…</>;
  }
  const mine = movement.flags[flag];
  return (
    <>
      <strong>{movedWords(movement)}</strong>
      {mine?.matrix.slice(0, 3).map((cell, index) => (
        <span key={index} className={classes.cell}>
          {index === 0 ? ": " : ", "}
          <b>{number(cell.count)}</b> <From of={of} name={cell.from} />
          {" → "}
          <From of={of} name={cell.to} />
        </span>
      ))}
      {movement.unknown > 0 && (
        <span className={classes.cell}>
          {"; "}
          <Unknown>{number(movement.unknown)} unknown</Unknown>
        </span>
      )}
    </>
  );
}

function From({ of, name }: { of: VariantKeys; name: string | null }) {
  return name === null ? <span>{text.flag.fallback}</span> : <Variant of={of} name={name} />;
}

function basis(movement: Movement, flag: string, base: number): string {
  if (nobodyReports(movement)) {
    return "Import a population, or let a program report contexts, and this says who moves.";
  }
  const best = movement.flags[flag]?.attributes[0];
  const value = best?.values[0];
  const mostly =
    best && value ? `Mostly ${best.attribute} = ${String(value.value)} (${number(value.moved)}). ` : "";
  const others = Object.keys(movement.flags).filter((key) => key !== flag);
  const also = others.length > 0 ? ` Also moves ${others.join(", ")}.` : "";
  const all = movement.sample_rate < 1 ? "a sample of" : "all";
  return `${mostly}Counted over ${all} ${number(movement.contexts)} contexts, against version ${base}.${also}`;
}

function Details({ movement, flag, of }: { movement: Movement; flag: string; of: VariantKeys }) {
  const mine = movement.flags[flag];
  if (mine === undefined) return null;
  return (
    <div className={classes.details}>
      <section aria-label="Who">
        <h3>Who</h3>
        <Matrix found={mine} of={of} total={movement.contexts} />
      </section>
      <section aria-label="Why">
        <h3>Why</h3>
        {mine.attributes.length === 0 && <p>No attribute tells who moves.</p>}
        {mine.attributes.map((told) => (
          <div key={told.attribute} className={classes.attribute}>
            <code>{told.attribute}</code>
            {told.values.map((value, index) => (
              <span key={index}>
                <bdi className="mono">{String(value.value)}</bdi> {number(value.moved)} of{" "}
                {number(value.contexts)}
              </span>
            ))}
          </div>
        ))}
      </section>
      <section aria-label="For example">
        <h3>For example</h3>
        {mine.examples.slice(0, 5).map((example, index) => (
          <p key={index} className={classes.example}>
            <code className="untrusted" title={JSON.stringify(example.context)}>
              {typeof example.context.key === "string"
                ? example.context.key
                : JSON.stringify(example.context)}
            </code>
            <From of={of} name={example.from} /> → <From of={of} name={example.to} />
          </p>
        ))}
      </section>
    </div>
  );
}

/** From which variant to which: always there, because it can be read aloud. */
function Matrix({ found, of, total }: { found: FlagMovement; of: VariantKeys; total: number }) {
  return (
    <table className={classes.matrix}>
      <thead>
        <tr>
          <th scope="col">from</th>
          <th scope="col">to</th>
          <th scope="col">contexts</th>
          <th scope="col">share</th>
        </tr>
      </thead>
      <tbody>
        {found.matrix.map((cell, index) => (
          <tr key={index}>
            <td>
              <From of={of} name={cell.from} />
            </td>
            <td>
              <From of={of} name={cell.to} />
            </td>
            <td>{number(cell.count)}</td>
            <td>{share(cell.count, total)}</td>
          </tr>
        ))}
        {found.unknown > 0 && (
          <tr>
            <td colSpan={2}>
              <Unknown>{text.unknown}</Unknown>
            </td>
            <td>{number(found.unknown)}</td>
            <td>{share(found.unknown, total)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
