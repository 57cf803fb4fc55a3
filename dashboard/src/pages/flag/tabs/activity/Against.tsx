import { keepPreviousData, useQuery } from "@tanstack/react-query";

import { answered } from "../../../../api/http";
import { compareMoments, type ProjectFlag } from "../../../../client";
import { written } from "../../../../model/moment";
import { EditList } from "../../../../moving/EditList";
import { Loading, Trouble } from "../../../../parts/States";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import classes from "./Activity.module.css";
import { Moving } from "./Moving";
import { RestoreButton } from "./RestoreButton";

interface Props {
  project: string;
  flag: ProjectFlag;
  environment: string;
  at: string | undefined;
  /** The version that made the flag what it was then; null where it was not there. */
  version: number | null;
  isNow: boolean;
  /** The newest version of the environment. */
  head: number;
}

/** In what a flag differs now from what it was, and whom going back would move. */
export function Against({ project, flag, environment, at, version, isNow, head }: Props) {
  const words = text.flagTabs.activity;
  const found = useQuery({
    queryKey: [project, "against", environment, flag.key, at, head],
    queryFn: async () => {
      const from = written({ environment, ...(at !== undefined && { at }) });
      const compared = await answered(compareMoments({ path: { project }, query: { from, to: environment } }));
      return compared.edits.filter(({ kind, key }) => kind === "flag" && key === flag.key);
    },
    enabled: !isNow && version !== null,
    placeholderData: keepPreviousData,
  });
  const here = flag.environments[environment];
  const of = { variants: flag.variants.map(({ key }) => key), off: here?.off ?? null };
  return (
    <section className={panel.panel} aria-label={words.against(environment)}>
      <h2>{words.against(environment)}</h2>
      {isNow ? (
        <p className={panel.hint}>{words.same}</p>
      ) : version === null ? (
        <p>{words.notThere}</p>
      ) : found.isError ? (
        <Trouble error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading />
      ) : (
        <>
          <Moving project={project} environment={environment} flag={flag.key} version={version} head={head} />
          {found.data.length === 0 && <p className={panel.hint}>{words.same}</p>}
          <div className={classes.differences}>
            <EditList edits={found.data} variantsOf={() => of} />
          </div>
          <RestoreButton project={project} environment={environment} flag={flag.key} version={version} head={head} />
        </>
      )}
    </section>
  );
}
