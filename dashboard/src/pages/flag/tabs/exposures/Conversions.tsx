import { Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { answered } from "../../../../api/http";
import { listConversions, listMetricEvents } from "../../../../client";
import { FEW, interval } from "../../../../model/interval";
import { number, share } from "../../../../model/movement";
import { Named, placeIn } from "../../../../parts/Named";
import { Empty, Loading, Trouble } from "../../../../parts/States";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import type { About } from "./about";

/** How many of those who were given a variant did something afterwards. */
export function Conversions({ project, environment, flag, of }: About) {
  const words = text.flagTabs.exposures;
  const path = { project, environment };
  const events = useQuery({
    queryKey: [project, "metric-events", environment],
    queryFn: async () => (await answered(listMetricEvents({ path }))).items,
  });
  const [chosen, setChosen] = useState<string | null>(null);
  const names = (events.data ?? []).map(({ event }) => event);
  const event = chosen !== null && names.includes(chosen) ? chosen : names[0];
  const found = useQuery({
    queryKey: [project, "conversions", environment, flag, event],
    enabled: event !== undefined,
    queryFn: async () => (await answered(listConversions({ path, query: { flag, event: event ?? "" } }))).items,
    placeholderData: keepPreviousData,
    refetchInterval: 30_000,
  });
  const rows = [...(found.data ?? [])].sort((one, other) => placeIn(of, one.variant) - placeIn(of, other.variant));
  const failed = events.error ?? found.error;
  return (
    <section className={panel.panel} aria-label={words.conversions}>
      <div className={panel.head}>
        <h2>{words.conversions}</h2>
        <span className={panel.hint}>{words.conversionsHint}</span>
        <span className={panel.room} />
        {event !== undefined && (
          <Select size="xs" aria-label={words.event} data={names} value={event} onChange={setChosen} />
        )}
      </div>
      {failed !== null && (
        <Trouble error={failed} retry={() => void (events.error ? events.refetch() : found.refetch())} />
      )}
      {events.isPending || (event !== undefined && found.isPending) ? (
        failed === null && <Loading />
      ) : event === undefined ? (
        failed === null && (
          <Empty title={words.noEvent}>
            <span>{words.noEventHint}</span>
          </Empty>
        )
      ) : rows.length === 0 ? (
        failed === null && <Empty title={words.none} />
      ) : (
        <div className={panel.scroll}>
          <table className={panel.table}>
            <thead>
              <tr>
                <th scope="col">{words.variant}</th>
                <th scope="col" className={panel.number}>
                  {words.units}
                </th>
                <th scope="col" className={panel.number}>
                  {words.converted}
                </th>
                <th scope="col" className={panel.number}>
                  {words.rate}
                </th>
                <th scope="col" className={panel.number}>
                  {words.likely}
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ variant, units, converted }) => {
                const [low, high] = interval(converted, units);
                const enough = units >= FEW;
                return (
                  <tr key={variant ?? ""}>
                    <td>
                      <Named of={of} variant={variant} />
                    </td>
                    <td className={panel.number}>{number(units)}</td>
                    <td className={panel.number}>{number(converted)}</td>
                    <td className={panel.number}>{enough ? share(converted, units) : words.few}</td>
                    <td className={panel.number}>{enough && words.between(share(low, 1), share(high, 1))}</td>
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
