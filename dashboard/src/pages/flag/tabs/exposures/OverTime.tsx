import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { number } from "../../../../model/movement";
import { Named } from "../../../../parts/Named";
import { Empty, Loading, Trouble } from "../../../../parts/States";
import type { VariantKeys } from "../../../../parts/Variant";
import { text } from "../../../../text/en";
import { countsQuery, series, type Series, type WindowName } from "../counts";
import panel from "../panel.module.css";
import type { About } from "./about";
import { Plot } from "./Plot";

/** Evaluations of each variant, as they happen. */
export function OverTime({ project, environment, flag, of, window }: About & { window: WindowName }) {
  const found = useQuery({
    ...countsQuery(project, environment, flag, window),
    placeholderData: keepPreviousData,
  });
  const words = text.flagTabs.exposures;
  const lines = useMemo(() => (found.data ? series(found.data, of.variants) : []), [found.data, of]);
  return (
    <section className={panel.panel} aria-label={words.title(environment)}>
      <div className={panel.head}>
        <h2>{words.title(environment)}</h2>
        <span className={panel.hint}>{words.each[window]}</span>
        <span className={panel.room} />
        {lines.map(({ variant }) => (
          <Named key={variant ?? ""} of={of} variant={variant} />
        ))}
      </div>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.data === undefined ? (
        !found.isError && <Loading lines={6} />
      ) : lines.length === 0 ? (
        <Empty title={words.noEvaluation[window]}>
          <span>{words.noEvaluationHint}</span>
        </Empty>
      ) : (
        <>
          <Plot at={found.data.at} lines={lines} of={of} />
          <details>
            <summary>{words.table}</summary>
            <Steps at={found.data.at} lines={lines} of={of} />
          </details>
        </>
      )}
    </section>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "short" });

function Steps({ at, lines, of }: { at: Date[]; lines: Series[]; of: VariantKeys }) {
  return (
    // A long table scrolls, by keyboard too.
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div className={panel.scroll} tabIndex={0} role="region" aria-label={text.flagTabs.exposures.table}>
      <table className={panel.table}>
        <thead>
          <tr>
            <th scope="col">{text.flagTabs.exposures.from}</th>
            {lines.map(({ variant }) => (
              <th key={variant ?? ""} scope="col" className={panel.number}>
                <Named of={of} variant={variant} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {at.map((step, index) => (
            <tr key={step.getTime()}>
              <th scope="row">{clock.format(step)}</th>
              {lines.map(({ variant, counts }) => (
                <td key={variant ?? ""} className={panel.number}>
                  {number(counts[index] ?? 0)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
