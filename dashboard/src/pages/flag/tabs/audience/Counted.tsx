import { useQuery } from "@tanstack/react-query";

import { number, share } from "../../../../model/movement";
import { Empty, Loading, Trouble } from "../../../../parts/States";
import { Variant, type VariantKeys } from "../../../../parts/Variant";
import { text } from "../../../../text/en";
import { countsQuery, totals } from "../counts";
import panel from "../panel.module.css";
import { ShareBar } from "../ShareBar";

interface Props {
  project: string;
  environment: string;
  flag: string;
  of: VariantKeys;
}

/** How often programs asked in the last day, and were answered so. */
export function Counted({ project, environment, flag, of }: Props) {
  const found = useQuery(countsQuery(project, environment, flag, "day"));
  const words = text.flagTabs.audience;
  const rows = totals(found.data?.counts ?? []);
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

