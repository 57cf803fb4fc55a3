import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { answered } from "../../../../api/http";
import { archiveFlag, listDependents, restoreFlag, type ProjectFlag } from "../../../../client";
import { tellSaved } from "../../../../moving/saved";
import { ConfirmButton } from "../../../../parts/ConfirmButton";
import { Loading, Trouble } from "../../../../parts/States";
import { Time } from "../../../../parts/Time";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import { matchOf } from "./form";

interface Props {
  project: string;
  flag: ProjectFlag;
  versions: Record<string, number>;
}

/** Who needs the flag, and the way to put it out of use or bring it back. */
export function Retiring({ project, flag, versions }: Props) {
  const words = text.flagTabs.settings;
  const queries = useQueryClient();
  const found = useQuery({
    queryKey: [project, "dependents", flag.key],
    queryFn: async () => (await answered(listDependents({ path: { project, flag: flag.key } }))).items,
  });
  const request = { path: { project, flag: flag.key }, headers: { "If-Match": matchOf(versions) } };
  const archived = flag.archived_at !== null;
  const go = async (reason: string) => {
    const body = { reason };
    const done = await answered(archived ? restoreFlag({ ...request, body }) : archiveFlag({ ...request, body }));
    tellSaved(project, done);
    await queries.invalidateQueries({ queryKey: [project] });
  };
  const needed = (found.data?.length ?? 0) > 0;
  return (
    <section className={panel.panel} aria-label={words.retiring}>
      <h2>{words.retiring}</h2>
      {archived && flag.archived_at !== null && (
        <p>
          {words.archivedSince} <Time at={flag.archived_at} />
        </p>
      )}
      {found.isError ? (
        <Trouble error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading lines={1} />
      ) : needed ? (
        <>
          <p>{words.neededBy}</p>
          <ul>
            {found.data.map(({ kind, key, environments }) => (
              <li key={`${kind} ${key}`}>
                {kind === "flag" ? (
                  <Link to="/projects/$project/flags/$flag" params={{ project, flag: key }}>
                    <bdi>{key}</bdi>
                  </Link>
                ) : (
                  <Link to="/projects/$project/segments/$segment" params={{ project, segment: key }}>
                    <bdi>{key}</bdi>
                  </Link>
                )}{" "}
                <span className={panel.hint}>{words.neededIn(kind, environments.join(", "))}</span>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <p className={panel.hint}>{words.notNeeded}</p>
      )}
      <ConfirmButton
        variant="default"
        title={archived ? words.restoreTitle(flag.key) : words.archiveTitle(flag.key)}
        words={archived ? words.restoreWhat : words.archiveWhat}
        asks={words.reason}
        act={archived ? words.restore : words.archive}
        barred={!archived && needed ? words.barred : null}
        go={go}
      >
        {archived ? words.restoreAsk : words.archiveAsk}
      </ConfirmButton>
      {!archived && needed && <p className={panel.hint}>{words.barred}</p>}
    </section>
  );
}
