import { Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { answered } from "../../../../api/http";
import { attributesQuery } from "../../../../api/queries";
import { listExposures } from "../../../../client";
import { number, share } from "../../../../model/movement";
import { Empty, Loading, Trouble } from "../../../../parts/States";
import { Variant, type VariantKeys } from "../../../../parts/Variant";
import { text } from "../../../../text/en";
import { ShareBar } from "../audience/AudienceTab";
import { countsQuery, lastHours, series, type Series } from "../counts";
import { EnvironmentChoice } from "../EnvironmentChoice";
import panel from "../panel.module.css";
import type { TabProps } from "../Tabs";
import { Plot } from "./Plot";

/** What is served over time, and how many units were given each variant. */
export function ExposuresTab({ project, flag, environment }: TabProps) {
  const off = flag.environments[environment]?.off ?? null;
  const of = useMemo(() => ({ variants: flag.variants.map(({ key }) => key), off }), [flag, off]);
  return (
    <div className={panel.stack}>
      <header className={panel.head}>
        <EnvironmentChoice flag={flag} environment={environment} />
      </header>
      <OverTime project={project} environment={environment} flag={flag.key} of={of} />
      <Units project={project} environment={environment} flag={flag.key} of={of} />
    </div>
  );
}

interface Props {
  project: string;
  environment: string;
  flag: string;
  of: VariantKeys;
}

function OverTime({ project, environment, flag, of }: Props) {
  const [hours] = useState(() => lastHours(new Date()));
  const found = useQuery(countsQuery(project, environment, flag, hours[0] ?? new Date(0)));
  const words = text.flagTabs.exposures;
  const lines = useMemo(() => series(found.data ?? [], hours, of.variants), [found.data, hours, of]);
  return (
    <section className={panel.panel} aria-label={words.title(environment)}>
      <div className={panel.head}>
        <h2>{words.title(environment)}</h2>
        <span className={panel.room} />
        {lines.map(({ variant }) => (
          <Named key={variant ?? ""} of={of} variant={variant} />
        ))}
      </div>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading lines={6} />
      ) : lines.length === 0 ? (
        !found.isError && <Empty title={text.flagTabs.audience.none} />
      ) : (
        <>
          <Plot hours={hours} lines={lines} of={of} />
          <details>
            <summary>{words.table}</summary>
            <Hours hours={hours} lines={lines} of={of} />
          </details>
        </>
      )}
    </section>
  );
}

const clock = new Intl.DateTimeFormat(undefined, { dateStyle: "short", timeStyle: "short" });

function Hours({ hours, lines, of }: { hours: Date[]; lines: Series[]; of: VariantKeys }) {
  return (
    <div className={panel.scroll}>
      <table className={panel.table}>
        <thead>
          <tr>
            <th scope="col">{text.flagTabs.exposures.hour}</th>
            {lines.map(({ variant }) => (
              <th key={variant ?? ""} scope="col" className={panel.number}>
                <Named of={of} variant={variant} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {hours.map((hour, index) => (
            <tr key={hour.getTime()}>
              <th scope="row">{clock.format(hour)}</th>
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

const FEW = 30;

function Units({ project, environment, flag, of }: Props) {
  const [by, setBy] = useState<string | null>(null);
  const found = useQuery({
    queryKey: [project, "exposures", environment, flag, by],
    queryFn: async () => {
      const query = by === null ? { flag } : { flag, by };
      return (await answered(listExposures({ path: { project, environment }, query }))).items;
    },
    placeholderData: keepPreviousData,
  });
  const attributes = useQuery(attributesQuery(project, environment));
  const words = text.flagTabs.exposures;
  const place = (variant: string | null) => (variant === null ? of.variants.length : of.variants.indexOf(variant));
  const rows = [...(found.data ?? [])].sort(
    (one, other) => (one.value ?? "").localeCompare(other.value ?? "") || place(one.variant) - place(other.variant),
  );
  const all = new Map<string | null, number>();
  for (const { value, units } of rows) all.set(value, (all.get(value) ?? 0) + units);
  return (
    <section className={panel.panel} aria-label={words.units}>
      <div className={panel.head}>
        <h2>{words.units}</h2>
        <span className={panel.hint}>{words.unitsHint}</span>
        <span className={panel.room} />
        <Select
          size="xs"
          aria-label={words.by}
          data={[{ value: "", label: words.everyone }, ...new Set((attributes.data ?? []).map(({ name }) => name))]}
          value={by ?? ""}
          onChange={(name) => setBy(name === "" ? null : name)}
        />
      </div>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading />
      ) : rows.length === 0 ? (
        !found.isError && (
          <Empty title={words.none}>
            <span>{words.noneHint}</span>
          </Empty>
        )
      ) : (
        <div className={panel.scroll}>
          <table className={panel.table}>
            <thead>
              <tr>
                {by !== null && <th scope="col">{by}</th>}
                <th scope="col">{words.variant}</th>
                <th scope="col" className={panel.number}>
                  {words.units}
                </th>
                <th scope="col" className={panel.number}>
                  {words.share}
                </th>
                <th aria-hidden className={panel.bar} />
              </tr>
            </thead>
            <tbody>
              {rows.map(({ variant, value, units }, index) => {
                const total = all.get(value) ?? 0;
                const enough = total >= FEW;
                return (
                  <tr key={index}>
                    {by !== null && (
                      <th scope="row">
                        <bdi className="untrusted">{value ?? words.noValue}</bdi>
                      </th>
                    )}
                    <td>
                      <Named of={of} variant={variant} />
                    </td>
                    <td className={panel.number}>{number(units)}</td>
                    <td className={panel.number}>{enough ? share(units, total) : words.few}</td>
                    <td className={panel.bar}>
                      {enough && <ShareBar of={of} variant={variant} part={units} all={total} />}
                    </td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Named({ of, variant }: { of: VariantKeys; variant: string | null }) {
  return variant === null ? <>{text.flagTabs.audience.fallback}</> : <Variant of={of} name={variant} />;
}
