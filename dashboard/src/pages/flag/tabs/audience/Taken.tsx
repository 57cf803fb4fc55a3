import { queryOptions, useQuery } from "@tanstack/react-query";

import { answered } from "../../../../api/http";
import { evaluateFlag, listContexts, type Answer, type ProjectFlag } from "../../../../client";
import { number, share } from "../../../../model/movement";
import { Bar } from "../../../../parts/Bar";
import { Empty, Loading, Trouble } from "../../../../parts/States";
import type { VariantKeys } from "../../../../parts/Variant";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import { partKey, tallied } from "./taken";

const SAMPLE = 60;
const AT_ONCE = 6;

/** The flag asked for some of the observed contexts. Their order says nothing about them: they are as good as drawn. */
const sampleQuery = (project: string, environment: string, flag: string) =>
  queryOptions({
    queryKey: [project, "taken", environment, flag],
    queryFn: async ({ signal }) => {
      const path = { project, environment };
      const page = await answered(listContexts({ path, query: { limit: SAMPLE }, signal }));
      const answers: Answer[] = [];
      for (let at = 0; at < page.items.length; at += AT_ONCE) {
        const asked = page.items.slice(at, at + AT_ONCE).map(({ context }) =>
          answered(evaluateFlag({ path, body: { flag, context }, signal })),
        );
        answers.push(...(await Promise.all(asked)));
      }
      return { answers, more: page.next_cursor !== null };
    },
  });

interface Props {
  project: string;
  environment: string;
  flag: ProjectFlag;
  of: VariantKeys;
}

/** Whom each rule takes, of those who were really seen. */
export function Taken({ project, environment, flag, of }: Props) {
  const found = useQuery(sampleQuery(project, environment, flag.key));
  const words = text.flagTabs.audience;
  const here = flag.environments[environment];
  const answers = found.data?.answers ?? [];
  const taken = tallied(answers);
  const rows = [
    ...(here?.targets.length ? [{ key: "target", name: words.targets }] : []),
    ...(here?.rules ?? []).map(({ id, name }, index) => ({
      key: partKey({ rule: id }),
      name: [text.flag.rule(index + 1), name].filter(Boolean).join(" "),
    })),
    { key: "default", name: text.flag.defaultRule },
    ...(taken.has("off") ? [{ key: "off", name: words.isOff }] : []),
  ];
  const failed = taken.get("failed")?.count ?? 0;
  return (
    <section className={panel.panel} aria-label={words.rules}>
      <div className={panel.head}>
        <h2>{words.rules}</h2>
      </div>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading />
      ) : answers.length === 0 ? (
        !found.isError && <Empty title={words.noContexts} />
      ) : (
        <>
          <p className={panel.hint}>
            {words.rulesHint(answers.length, found.data?.more ?? false)}
            {failed > 0 && ` ${words.failed(failed)}.`}
          </p>
          <div className={panel.scroll}>
            <table className={panel.table}>
              <thead>
                <tr>
                  <th scope="col">{words.part}</th>
                  <th scope="col" className={panel.number}>
                    {words.contexts}
                  </th>
                  <th scope="col" className={panel.number}>
                    {words.share}
                  </th>
                  <th aria-hidden className={panel.bar} />
                </tr>
              </thead>
              <tbody>
                {rows.map(({ key, name }) => {
                  const mine = taken.get(key);
                  const count = mine?.count ?? 0;
                  const shares = [...(mine?.variants ?? [])].map(([variant, n]) => ({ variant, share: n }));
                  return (
                    <tr key={key}>
                      <th scope="row">
                        <bdi>{name}</bdi>
                      </th>
                      <td className={panel.number}>{number(count)}</td>
                      <td className={panel.number}>{share(count, answers.length)}</td>
                      <td className={panel.bar}>
                        {count > 0 && (
                          <div style={{ width: `${(count * 100) / answers.length}%` }}>
                            <Bar of={of} shares={shares} />
                          </div>
                        )}
                      </td>
                    </tr>
                  );
                })}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}
