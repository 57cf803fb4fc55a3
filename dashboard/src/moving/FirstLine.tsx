import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import {
  isSampled,
  isUnchanged,
  movedWords,
  movers,
  nobodyReports,
  number,
  share,
  type Movement,
} from "../model/movement";
import { wordsOf } from "../parts/States";
import { Unknown, type VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import classes from "./MovementFoot.module.css";
import { Served } from "./Served";
import type { Counted } from "./usePreview";

const SHOWN_CELLS = 3;
const SHOWN_FLAGS = 3;

interface Told {
  /** The flag that is edited; without one, every flag that moves is told. */
  flag: string | undefined;
  variantsOf: (flag: string) => VariantKeys;
}

/** How many of how many move, from what to what, and of how many nobody knows. */
export function FirstLine({ counted, variantsOf, flag }: Told & { counted: Counted }) {
  const { movement, counting, error } = counted;
  if (error !== null && !counting) {
    return (
      <>
        <strong>{text.moving.failed(wordsOf(error))}</strong>{" "}
        <Button variant="subtle" size="compact-sm" onClick={counted.retry}>
          {text.states.retry}
        </Button>
      </>
    );
  }
  if (movement === null) return <>{text.moving.counting}</>;
  const mine = flag === undefined ? undefined : movement.flags[flag];
  return (
    <>
      <strong>
        {movedWords(movement)}
        {flag !== undefined && mine !== undefined && mine.matrix.length > 0 && ":"}
      </strong>{" "}
      {flag !== undefined &&
        mine?.matrix.slice(0, SHOWN_CELLS).map((cell, index) => (
          <span key={index} className={classes.cell}>
            {index > 0 && ", "}
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

interface BasisProps {
  counted: Counted;
  flag: string | undefined;
  warnings: number;
  project: string;
}

/** What explains it at a glance, and what it was counted over. */
export function Basis({ counted, flag, warnings, project }: BasisProps) {
  const { movement, version, seconds, error } = counted;
  if (error !== null) return <>{text.moving.failedHint}</>;
  if (movement === null) return null;
  if (isUnchanged(movement)) return <>{text.moving.unchanged}</>;
  const odd = warnings > 0 && <strong className={classes.warned}> {text.moving.warnings(warnings)}</strong>;
  if (nobodyReports(movement)) {
    const affected = Object.keys(movement.affected ?? {});
    return (
      <>
        {affected.length > 0 && `${text.moving.affected(affected.join(", "))} `}
        {text.moving.nobody}{" "}
        <Link to="/projects/$project/settings/$tab" params={{ project, tab: "population" }}>
          {text.moving.import}
        </Link>
        {odd}
      </>
    );
  }
  const words = [mostly(movement, flag), also(movement, flag)];
  const counts = text.moving.basis(
    isSampled(movement),
    number(movement.contexts),
    version ?? 0,
    seconds.toFixed(1),
  );
  return (
    <>
      {[words[0], counts, words[1]].filter(Boolean).join(" ")}
      {odd}
    </>
  );
}

/** The attribute that tells best who moves. What explains one flag says nothing of another. */
function mostly(movement: Movement, flag: string | undefined): string {
  const moving = movers(movement);
  const key = flag ?? (moving.length === 1 ? moving[0]?.[0] : undefined);
  const found = key === undefined ? undefined : movement.flags[key];
  const best = found?.attributes[0];
  const value = best?.values[0];
  if (found === undefined || best === undefined || value === undefined) return "";
  return text.moving.mostly(best.attribute, String(value.value), share(value.moved, found.moved));
}

function also(movement: Movement, flag: string | undefined): string {
  if (flag === undefined) return "";
  const others = movers(movement).map(([key]) => key).filter((key) => key !== flag);
  return others.length > 0 ? text.moving.also(others.join(", ")) : "";
}
