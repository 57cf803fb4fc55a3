import type { Cell } from "../model/movement";
import type { VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import { placeOf } from "../trace/bucket";
import classes from "./Who.module.css";

/** Most variants for which bands can be told apart; beyond that the table alone says it. */
export const MOST_DRAWN = 6;

const WIDTH = 300;
const HEIGHT = 112;
const [LEFT, RIGHT] = [96, 204];
const BAR = 6;
const GAP = 12;
const LONGEST = 13;

interface Props {
  matrix: Cell[];
  from: (string | null)[];
  to: (string | null)[];
  of: VariantKeys;
}

/** Those who move as bands, coloured by where they go. Whoever stays is not drawn. */
export function Flow({ matrix, from, to, of }: Props) {
  const left = stacked(from, (name) => sum(matrix.filter((cell) => cell.from === name)));
  const right = stacked(to, (name) => sum(matrix.filter((cell) => cell.to === name)));
  const [at, into] = [new Map<string | null, number>(), new Map<string | null, number>()];
  const scale = left.scale;
  const bands = matrix.map((cell) => {
    const size = Math.max(2, cell.count * scale);
    const start = at.get(cell.from) ?? left.tops.get(cell.from) ?? 0;
    const end = into.get(cell.to) ?? right.tops.get(cell.to) ?? 0;
    at.set(cell.from, start + size);
    into.set(cell.to, end + size);
    return { cell, d: band(start, end, size) };
  });
  return (
    <svg className={classes.flow} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden>
      {bands.map(({ cell, d }, index) => (
        <path key={index} d={d} data-place={drawn(of, cell.to)} />
      ))}
      {from.map((name) => (
        <Node key={name ?? ""} name={name} of={of} nodes={left} x={LEFT - BAR} label={LEFT - BAR - 8} end />
      ))}
      {to.map((name) => (
        <Node key={name ?? ""} name={name} of={of} nodes={right} x={RIGHT} label={RIGHT + BAR + 8} />
      ))}
    </svg>
  );
}

interface NodeProps {
  name: string | null;
  of: VariantKeys;
  nodes: Stacked;
  x: number;
  label: number;
  end?: boolean;
}

function Node({ name, of, nodes, x, label, end }: NodeProps) {
  const [top, size] = [nodes.tops.get(name) ?? 0, nodes.sizes.get(name) ?? 0];
  const words = name ?? text.flag.fallback;
  const shown = words.length > LONGEST ? `${words.slice(0, LONGEST - 1)}…` : words;
  return (
    <>
      <rect x={x} y={top} width={BAR} height={size} rx={1} data-place={drawn(of, name)} />
      <text x={label} y={top + size / 2} textAnchor={end ? "end" : "start"} dominantBaseline="middle">
        {shown}
      </text>
    </>
  );
}

interface Stacked {
  scale: number;
  tops: Map<string | null, number>;
  sizes: Map<string | null, number>;
}

/** Nodes one below the other, as high as they count. */
function stacked(names: (string | null)[], countOf: (name: string | null) => number): Stacked {
  const counts = names.map(countOf);
  const room = HEIGHT - GAP * (names.length - 1) - 2 * names.length;
  const scale = room / (counts.reduce((all, each) => all + each, 0) || 1);
  const [tops, sizes] = [new Map<string | null, number>(), new Map<string | null, number>()];
  let top = 0;
  names.forEach((name, index) => {
    const size = Math.max(2, (counts[index] ?? 0) * scale);
    tops.set(name, top);
    sizes.set(name, size);
    top += size + GAP;
  });
  return { scale, tops, sizes };
}

function band(start: number, end: number, size: number): string {
  const middle = (LEFT + RIGHT) / 2;
  return (
    `M${LEFT} ${start}C${middle} ${start} ${middle} ${end} ${RIGHT} ${end}` +
    `V${end + size}C${middle} ${end + size} ${middle} ${start + size} ${LEFT} ${start + size}Z`
  );
}

function drawn(of: VariantKeys, name: string | null): string {
  return name === null ? "off" : placeOf(of, name);
}

function sum(cells: Cell[]): number {
  return cells.reduce((all, { count }) => all + count, 0);
}
