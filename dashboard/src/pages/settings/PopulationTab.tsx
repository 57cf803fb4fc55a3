import { Select, Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { useMe } from "../../app/session";
import { clearPopulation, getPopulation, type Summary } from "../../client";
import { may } from "../../model/grants";
import { number, share } from "../../model/movement";
import { ConfirmButton } from "../../parts/ConfirmButton";
import { Loading, Trouble } from "../../parts/States";
import { Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import { ImportContexts } from "./ImportContexts";
import { PopulationPolicyCard } from "./PopulationPolicyCard";
import classes from "./Settings.module.css";
import { useEnvironment } from "./useEnvironment";

const words = text.settings.population;

/** Whom an environment's flags were really evaluated for: who reports them, and what is kept. */
export function PopulationTab({ project }: { project: string }) {
  const me = useMe();
  const queries = useQueryClient();
  const { found: environments, keys, environment = "", choose } = useEnvironment(project);
  const found = useQuery({
    queryKey: [project, "population", environment],
    enabled: environment !== "",
    queryFn: () => answered(getPopulation({ path: { project, environment } })),
  });
  const admin = may(me.grants, "admin", project, environment);
  const edit = may(me.grants, "edit", project, environment);
  if (environments.isError) return <Trouble error={environments.error} />;
  return (
    <>
      <Select
        label={text.settings.environment}
        className={classes.middle}
        data={keys}
        value={environment}
        onChange={choose}
      />
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Loading lines={6} />}
      {found.data && (
        <>
          <Reported summary={found.data}>
            <ConfirmButton
              variant="default"
              title={words.clearTitle(environment)}
              words={words.clearWords(number(found.data.contexts))}
              act={words.clearAct}
              danger
              barred={
                !admin
                  ? text.settings.needs("admin", environment)
                  : found.data.contexts === 0
                    ? words.none
                    : null
              }
              go={async () => {
                await answered(clearPopulation({ path: { project, environment } }));
                await queries.invalidateQueries({ queryKey: [project] });
              }}
            >
              {words.clear}
            </ConfirmButton>
          </Reported>
          <ImportContexts key={environment} project={project} environment={environment} allowed={edit} />
          <PopulationPolicyCard
            key={`${environment} policy`}
            project={project}
            environment={environment}
            admin={admin}
          />
        </>
      )}
    </>
  );
}

function Reported({ summary, children }: { summary: Summary; children: React.ReactNode }) {
  const { contexts, estimate, rate, sources, reporters, silent_reporters, oldest, newest } = summary;
  const from = Object.entries(sources)
    .map(([source, count]) => `${source} ${number(count)}`)
    .join(", ");
  return (
    <section className={classes.card} aria-label={text.settings.tabs.population}>
      <div className={classes.head}>
        <Title order={2}>
          {contexts === 0
            ? words.none
            : rate < 1
              ? words.sampled(number(contexts), number(estimate), share(rate, 1))
              : words.kept(number(contexts))}
        </Title>
        <span className={classes.room} />
        {children}
      </div>
      {oldest !== null && newest !== null && (
        <p className={classes.hint}>
          {words.sources} {from}, {words.seen} <Time at={oldest} /> {words.to} <Time at={newest} />
        </p>
      )}
      <Table
        label={words.reporters}
        none={words.noReporters}
        rows={reporters}
        keyOf={({ application, sdk, version }) => JSON.stringify([application, sdk, version])}
        columns={[
          { name: words.columns.application, cell: ({ application }) => <bdi>{application || "–"}</bdi> },
          { name: words.columns.sdk, cell: ({ sdk, version }) => <bdi>{`${sdk} ${version}`}</bdi> },
          { name: words.columns.contexts, number: true, cell: (row) => number(row.contexts) },
          { name: words.columns.last, cell: ({ last_at }) => <Time at={last_at} /> },
        ]}
      />
      {silent_reporters.length > 0 && (
        <p className={classes.silent}>
          {words.silent} <bdi>{silent_reporters.join(", ")}</bdi>. {words.silentHint}
        </p>
      )}
    </section>
  );
}
