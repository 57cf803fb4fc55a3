import "uplot/dist/uPlot.min.css";

import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import UPlot from "uplot";

import type { VariantKeys } from "../../../../parts/Variant";
import { placeOf } from "../../../../trace/bucket";
import { text } from "../../../../text/en";
import type { Series } from "../counts";
import classes from "./Plot.module.css";
import { spread } from "./spread";

const HEIGHT = 240;
const LABEL_WIDTH = 112;
const LABEL_HEIGHT = 16;
const FONT = '"IBM Plex Sans Variable", sans-serif';

interface Props {
  at: readonly Date[];
  lines: readonly Series[];
  of: VariantKeys;
}

/** A line for each variant, with its last value at the end. A picture only: the numbers stand in a table. */
export function Plot({ at, lines, of }: Props) {
  const scheme = useComputedColorScheme();
  const place = useRef<HTMLDivElement>(null);
  const { ref: size, width } = useElementSize();
  useEffect(() => {
    const element = place.current;
    if (element === null || width === 0) return undefined;
    const plot = new UPlot(
      optionsOf(lines, of, width),
      [at.map((step) => step.getTime() / 1000), ...lines.map(({ counts }) => counts)],
      element,
    );
    return () => plot.destroy();
    // The colours are read anew when the scheme changes.
  }, [at, lines, of, width, scheme]);
  return (
    <div ref={size} role="img" aria-label={text.flagTabs.exposures.chart}>
      <div ref={place} className={classes.plot} />
    </div>
  );
}

function optionsOf(lines: readonly Series[], of: VariantKeys, width: number): UPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--y-${name}`);
  const axis = {
    font: `11px ${FONT}`,
    stroke: colour("t2"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line"), width: 1 },
  };
  return {
    width,
    height: HEIGHT,
    padding: [8, LABEL_WIDTH, 0, 0],
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [axis, { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString("en")) }],
    hooks: { draw: [(plot) => label(plot, lines, colour("t1"))] },
    series: [
      {},
      ...lines.map(({ variant }) => {
        const place = variant === null ? "t2" : placeOf(of, variant);
        const dashed = variant === null || place === "off";
        return { stroke: colour(place), width: 2, points: { show: false }, ...(dashed && { dash: [6, 4] }) };
      }),
    ],
  };
}

/** What each line ends with, beside its end, one under the other where they would meet. */
function label(plot: UPlot, lines: readonly Series[], colour: string): void {
  const { ctx, bbox } = plot;
  const scale = devicePixelRatio;
  const ends = lines.map(({ counts }) => plot.valToPos(counts.at(-1) ?? 0, "y", true) / scale);
  const places = spread(ends, LABEL_HEIGHT, (bbox.top + bbox.height) / scale);
  ctx.save();
  ctx.font = `500 ${12 * scale}px ${FONT}`;
  ctx.fillStyle = colour;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  lines.forEach(({ variant, counts }, index) => {
    const name = variant ?? text.flagTabs.audience.fallback;
    const short = name.length > 10 ? `${name.slice(0, 9)}…` : name;
    const words = `${(counts.at(-1) ?? 0).toLocaleString("en")} ${short}`;
    ctx.fillText(words, bbox.left + bbox.width + 8 * scale, (places[index] ?? 0) * scale);
  });
  ctx.restore();
}
