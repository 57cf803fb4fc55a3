import "uplot/dist/uPlot.min.css";

import { useComputedColorScheme } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useEffect, useRef } from "react";
import UPlot from "uplot";

import type { VariantKeys } from "../../../../parts/Variant";
import { placeOf } from "../../../../trace/bucket";
import { text } from "../../../../text/en";
import type { Series } from "../counts";

const HEIGHT = 240;

interface Props {
  hours: readonly Date[];
  lines: readonly Series[];
  of: VariantKeys;
}

/** A line for each variant. A picture only: the same numbers stand in a table. */
export function Plot({ hours, lines, of }: Props) {
  const scheme = useComputedColorScheme();
  const place = useRef<HTMLDivElement>(null);
  const { ref: size, width } = useElementSize();
  useEffect(() => {
    const element = place.current;
    if (element === null || width === 0) return undefined;
    const plot = new UPlot(
      optionsOf(lines, of, width),
      [hours.map((hour) => hour.getTime() / 1000), ...lines.map(({ counts }) => counts)],
      element,
    );
    return () => plot.destroy();
    // The colours are read anew when the scheme changes.
  }, [hours, lines, of, width, scheme]);
  return (
    <div ref={size} role="img" aria-label={text.flagTabs.exposures.chart}>
      <div ref={place} style={{ height: HEIGHT }} />
    </div>
  );
}

function optionsOf(lines: readonly Series[], of: VariantKeys, width: number): UPlot.Options {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--y-${name}`);
  const font = '11px "IBM Plex Sans Variable", sans-serif';
  const axis = {
    font,
    stroke: colour("t2"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { stroke: colour("line"), width: 1 },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { y: { range: (_, __, most) => [0, Math.max(1, most * 1.1)] } },
    axes: [axis, { ...axis, size: 64, values: (_, ticks) => ticks.map((tick) => tick.toLocaleString("en")) }],
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
