import { Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { answered } from "../../../../api/http";
import { attributesQuery } from "../../../../api/queries";
import { listExposures } from "../../../../client";
import { FEW } from "../../../../model/interval";
import { number, share } from "../../../../model/movement";
import { Named, placeIn } from "../../../../parts/Named";
import { Empty, Loading, Trouble } from "../../../../parts/States";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import { ShareBar } from "../ShareBar";
import type { About } from "./about";

/** How many units were given each variant; each unit counts once. */
export function Units({ project, environment, flag, of }: About) {
  const [by, setBy] = useState<string | null>(null);
  const found = useQuery({
    queryKey: [project, "exposures", environment, flag, by],
    queryFn: async () => {
      const query = by === null ? { flag } : { flag, by };
      return (await answered(listExposures({ path: { project, environment }, query }))).items;
    },
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const attributes = useQuery(attributesQuery(project, environment));
  const words = text.flagTabs.exposures;
  const rows = [...(found.data ?? [])].sort(
    (one, other) =>
      (one.value ?? "").localeCompare(other.value ?? "") || placeIn(of, one.variant) - placeIn(of, other.variant),
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
                <td aria-hidden className={panel.bar} />
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
