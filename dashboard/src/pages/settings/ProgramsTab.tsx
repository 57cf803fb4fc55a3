import { useQuery } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { environmentsQuery } from "../../api/queries";
import { listPrograms, type Program } from "../../client";
import { Chip } from "../../parts/Chip";
import { Empty, Loading, Trouble } from "../../parts/States";
import { Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import classes from "./Settings.module.css";

const words = text.settings.programs;
const AGAIN_MS = 5_000;
const MOST_FLAGS = 10;

/** Which programs follow each environment, how, and what of it they cannot evaluate. */
export function ProgramsTab({ project }: { project: string }) {
  const found = useQuery(environmentsQuery(project));
  if (found.isPending) return <Loading lines={6} />;
  if (found.isError) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  return (
    <>
      <p className={classes.hint}>{words.intro}</p>
      {found.data.length === 0 && <Empty title={text.settings.environments.none} />}
      {found.data.map(({ key, name }) => (
        <Programs key={key} project={project} environment={key} name={name || key} />
      ))}
    </>
  );
}

function Programs({ project, environment, name }: { project: string; environment: string; name: string }) {
  const found = useQuery({
    queryKey: [project, "programs", environment],
    queryFn: async () => (await answered(listPrograms({ path: { project, environment } }))).items,
    refetchInterval: AGAIN_MS,
  });
  return (
    <section className={classes.card} aria-label={words.title(environment)}>
      <div className={classes.head}>
        <h2>
          <bdi>{name}</bdi>
        </h2>
        <code>{environment}</code>
      </div>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading lines={2} />}
      {found.data !== undefined && (
        <Table
          label={words.title(environment)}
          none={words.none}
          rows={found.data}
          keyOf={({ application, sdk, version }) => JSON.stringify([application, sdk, version])}
          columns={[
            {
              name: words.columns.application,
              cell: ({ application }) => <bdi className="untrusted">{application || words.unnamed}</bdi>,
            },
            {
              name: words.columns.sdk,
              cell: ({ sdk, version }) => <bdi className="untrusted">{`${sdk} ${version}`}</bdi>,
            },
            { name: words.columns.follows, cell: follows },
            { name: words.columns.since, cell: ({ since }) => (since ? <Time at={since} /> : "–") },
            { name: words.columns.last, cell: ({ last_at }) => (last_at ? <Time at={last_at} /> : "–") },
            { name: words.columns.able, cell: (program) => <Able program={program} /> },
          ]}
        />
      )}
    </section>
  );
}

function follows({ follows, current, streams }: Program): string {
  return follows === "stream" ? words.follows.stream(current, streams) : words.follows[follows];
}

/** Whether a program can evaluate all flags; of those that it cannot, what its SDK lacks. */
function Able({ program: { verdict, lacking, lacks } }: { program: Program }) {
  if (verdict !== "older") return verdict === "able" ? words.able : <Chip tone="warning">{words.unknown}</Chip>;
  const flags = Object.entries(lacks);
  return (
    <details>
      <summary>
        <Chip tone="warning">{words.older(lacking)}</Chip>
      </summary>
      <p className={classes.caption}>{words.olderHint}</p>
      <ul className={classes.list}>
        {flags.slice(0, MOST_FLAGS).map(([flag, features]) => (
          <li key={flag}>
            <bdi className="untrusted">{flag}</bdi> {words.lacks(features.join(", "))}
          </li>
        ))}
      </ul>
      {lacking > MOST_FLAGS && <p className={classes.caption}>{words.more(lacking - MOST_FLAGS)}</p>}
    </details>
  );
}
