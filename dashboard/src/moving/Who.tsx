import { number, share, type Cell, type FlagMovement } from "../model/movement";
import { Unknown, type VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import { Flow, MOST_DRAWN } from "./Flow";
import { Served } from "./Served";
import classes from "./Who.module.css";

interface Props {
  found: FlagMovement;
  of: VariantKeys;
  /** How many contexts there are. */
  total: number;
}

/** Who moves from which variant to which: drawn, and as a table that can be read aloud. */
export function Who({ found, of, total }: Props) {
  const { matrix, unknown } = found;
  const from = namesOf(matrix, "from", of);
  const to = namesOf(matrix, "to", of);
  if (matrix.length === 0 && unknown === 0) return <p className={classes.hint}>{text.moving.unchanged}</p>;
  const drawn = matrix.length > 0 && new Set([...from, ...to]).size <= MOST_DRAWN;
  return (
    <>
      {drawn && <Flow matrix={matrix} from={from} to={to} of={of} />}
      <table className={classes.matrix} aria-label={text.moving.matrix}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{text.moving.from}</span>
            </th>
            {to.map((name) => (
              <th key={name ?? ""} scope="col">
                <Served of={of} name={name} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {from.map((name) => (
            <tr key={name ?? ""}>
              <th scope="row">
                <Served of={of} name={name} />
              </th>
              {to.map((other) => (
                <td key={other ?? ""}>
                  <Count cell={matrix.find((cell) => cell.from === name && cell.to === other)} total={total} />
                </td>
              ))}
            </tr>
          ))}
          {unknown > 0 && (
            <tr>
              <th scope="row">
                <Unknown>{text.moving.toUnknown}</Unknown>
              </th>
              <td colSpan={Math.max(1, to.length)}>
                <b>{number(unknown)}</b> <small>{share(unknown, total)}</small>
              </td>
            </tr>
          )}
        </tbody>
      </table>
      <p className={classes.hint}>{text.moving.matrixHint}</p>
    </>
  );
}

function Count({ cell, total }: { cell: Cell | undefined; total: number }) {
  if (cell === undefined) return <span className={classes.none}>–</span>;
  return (
    <>
      <b>{number(cell.count)}</b> <small>{share(cell.count, total)}</small>
    </>
  );
}

/** The variants of one side, in the flag's order; the fallback comes last. */
function namesOf(matrix: Cell[], side: "from" | "to", of: VariantKeys): (string | null)[] {
  const found = new Set(matrix.map((cell) => cell[side]));
  const place = (name: string | null) => (name === null ? Infinity : of.variants.indexOf(name));
  return [...found].sort((one, other) => place(one) - place(other));
}
