import { useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { number, share } from "../../../../model/movement";
import { Bar } from "../../../../parts/Bar";
import { Empty, Loading, Trouble } from "../../../../parts/States";
import { Variant, type VariantKeys } from "../../../../parts/Variant";
import { text } from "../../../../text/en";
import { countsQuery, lastHours, totals } from "../counts";
import { EnvironmentChoice } from "../EnvironmentChoice";
import panel from "../panel.module.css";
import type { TabProps } from "../Tabs";
import { Taken } from "./Taken";

/** Who got what, and why: as it was counted, and whom each rule takes. */
export function AudienceTab({ project, flag, environment }: TabProps) {
  const of: VariantKeys = {
    variants: flag.variants.map(({ key }) => key),
    off: flag.environments[environment]?.off ?? null,
  };
  return (
    <div className={panel.stack}>
      <header className={panel.head}>
        <EnvironmentChoice flag={flag} environment={environment} />
      </header>
      <Counted project={project} environment={environment} flag={flag.key} of={of} />
      <Taken project={project} environment={environment} flag={flag} of={of} />
    </div>
  );
}

function Counted(props: { project: string; environment: string; flag: string; of: VariantKeys }) {
  const { project, environment, flag, of } = props;
  const [hours] = useState(() => lastHours(new Date()));
  const found = useQuery(countsQuery(project, environment, flag, hours[0] ?? new Date(0)));
  const words = text.flagTabs.audience;
  const rows = totals(found.data ?? []);
  const all = rows.reduce((sum, { count }) => sum + count, 0);
  return (
    <section className={panel.panel} aria-label={words.title(environment)}>
      <div className={panel.head}>
        <h2>{words.title(environment)}</h2>
        {all > 0 && <span>{words.total(number(all))}</span>}
      </div>
      <p className={panel.hint}>{words.hint}</p>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading />
      ) : rows.length === 0 ? (
        !found.isError && <Empty title={words.none} />
      ) : (
        <div className={panel.scroll}>
          <table className={panel.table}>
            <thead>
              <tr>
                <th scope="col">{words.variant}</th>
                <th scope="col">{words.reason}</th>
                <th scope="col" className={panel.number}>
                  {words.count}
                </th>
                <th scope="col" className={panel.number}>
                  {words.share}
                </th>
                <th aria-hidden className={panel.bar} />
              </tr>
            </thead>
            <tbody>
              {rows.map(({ variant, reason, count }) => (
                <tr key={`${variant ?? ""} ${reason}`}>
                  <td>{variant === null ? words.fallback : <Variant of={of} name={variant} />}</td>
                  <td title={reason}>{text.playground.reasons[reason] ?? reason}</td>
                  <td className={panel.number}>{number(count)}</td>
                  <td className={panel.number}>{share(count, all)}</td>
                  <td className={panel.bar}>
                    <ShareBar of={of} variant={variant} part={count} all={all} />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** How much of all one row is, as a length. */
export function ShareBar(props: { of: VariantKeys; variant: string | null; part: number; all: number }) {
  const { of, variant, part, all } = props;
  if (part === 0 || all === 0) return null;
  return (
    <div style={{ width: `${(part * 100) / all}%`, minWidth: 2 }}>
      <Bar of={of} shares={[{ variant: variant ?? of.off ?? "", share: 1 }]} />
    </div>
  );
}
