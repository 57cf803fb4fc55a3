import { reachOf, type Group, type Row } from "../../model/evidence";
import { FEW, interval } from "../../model/interval";
import { number, share } from "../../model/movement";
import { Named } from "../../parts/Named";
import type { VariantKeys } from "../../parts/Variant";
import { text } from "../../text/en";
import classes from "./Evidence.module.css";

const words = text.plans.evidence;
const MOST_VALUES = 50;

interface Props {
  groups: Group[];
  of: VariantKeys;
  /** The attribute that stands in the first column. */
  by: string | null;
  conversion: string | null;
  error: string | null;
  against: string | null;
}

/** Counts first, and beside each share between what bounds it lies: of few nothing is said. */
export function EvidenceTable({ groups, of, by, conversion, error, against }: Props) {
  const reach = reachOf(groups);
  return (
    <>
      {/* A wide table scrolls, by keyboard too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div className={classes.scroll} tabIndex={0} role="region" aria-label={words.table}>
        <table className={classes.table}>
          <thead>
            <tr>
              {by !== null && (
                <th scope="col">
                  <bdi className="untrusted">{by}</bdi>
                </th>
              )}
              <th scope="col">{words.variant}</th>
              <Head number>{words.units}</Head>
              {conversion !== null && (
                <>
                  <Head number>{conversion}</Head>
                  <Head number>{words.share}</Head>
                  {against !== null && <Head number>{words.more(against)}</Head>}
                  {against !== null && <Scale reach={reach} />}
                </>
              )}
              {error !== null && (
                <>
                  <Head number>{error}</Head>
                  <Head number>{words.share}</Head>
                </>
              )}
            </tr>
          </thead>
          <tbody>
            {groups.map(({ value, rows }) =>
              rows.map((row, index) => (
                <tr key={`${JSON.stringify(value)} ${row.variant ?? ""}`} data-first={index === 0 || undefined}>
                  {by !== null && index === 0 && (
                    <th scope="rowgroup" rowSpan={rows.length}>
                      {value === undefined ? words.everyone : <bdi className="untrusted">{value ?? words.noValue}</bdi>}
                    </th>
                  )}
                  <td>
                    <Named of={of} variant={row.variant} />
                  </td>
                  <td className={classes.number}>{number(row.units)}</td>
                  {conversion !== null && (
                    <>
                      <Counted part={row.conversions} of={row.units} />
                      {against !== null && <More row={row} reach={reach} against={against} />}
                    </>
                  )}
                  {error !== null && <Counted part={row.errors} of={row.units} />}
                </tr>
              )),
            )}
          </tbody>
        </table>
      </div>
      {groups.length > MOST_VALUES && <p className={classes.hint}>{words.most(MOST_VALUES)}</p>}
    </>
  );
}

function Head({ children, number }: { children: string; number?: boolean }) {
  return (
    <th scope="col" className={number ? classes.number : undefined}>
      <bdi className="untrusted">{children}</bdi>
    </th>
  );
}

/** A count, and its share with its interval. */
function Counted({ part, of }: { part: number | null; of: number }) {
  if (part === null) {
    return (
      <>
        <td className={classes.number}>–</td>
        <td />
      </>
    );
  }
  const [low, high] = interval(part, of);
  return (
    <>
      <td className={classes.number}>{number(part)}</td>
      <td className={classes.number}>
        {of < FEW ? (
          <span className={classes.few}>{words.few}</span>
        ) : (
          <>
            {share(part, of)} <small>{words.between(points(low), points(high))}</small>
          </>
        )}
      </td>
    </>
  );
}

/** How much more converted than with the other variant, in words and as a line around nothing. */
function More({ row: { more, variant, units }, reach, against }: { row: Row; reach: number; against: string }) {
  if (more === null) {
    return (
      <>
        <td className={classes.number}>
          {variant !== against && units < FEW && <span className={classes.few}>{words.few}</span>}
        </td>
        <td />
      </>
    );
  }
  const place = (share: number) => `${((share * 100 + reach) * 100) / (2 * reach)}%`;
  const width = `${((more.high - more.low) * 10_000) / (2 * reach)}%`;
  return (
    <>
      <td className={classes.number}>{words.points(signed(more.by), signed(more.low), signed(more.high))}</td>
      <td className={classes.plot}>
        <span aria-hidden className={classes.line}>
          <i data-zero />
          <i data-range style={{ left: place(more.low), width }} />
          <i data-by style={{ left: place(more.by) }} />
        </span>
      </td>
    </>
  );
}

/** What the ends and the middle of the lines below stand for. */
function Scale({ reach }: { reach: number }) {
  return (
    <td aria-hidden className={classes.plot}>
      <span className={classes.scale}>
        <span>{`−${reach}`}</span>
        <span>0</span>
        <span>{`+${reach}`}</span>
      </span>
    </td>
  );
}

function points(share: number): string {
  return (share * 100).toFixed(1);
}

function signed(share: number): string {
  const said = points(Math.abs(share));
  return said === "0.0" ? "0.0" : `${share < 0 ? "−" : "+"}${said}`;
}
