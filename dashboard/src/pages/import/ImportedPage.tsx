import { Button, Group, Progress, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";

import { answered } from "../../api/http";
import { importKey, importQuery, type ImportPlace } from "../../api/imports";
import { environmentsQuery } from "../../api/queries";
import { chooseOptions, removeImport, stopVerification, type ImportView } from "../../client";
import { Faults } from "../../parts/Faults";
import { Loading, Trouble } from "../../parts/States";
import { importsText as words } from "../../text/imports";
import { ApplyStep } from "./ApplyStep";
import classes from "./Import.module.css";
import { ReportStep } from "./ReportStep";
import { Steps } from "./Steps";
import { VerifyStep } from "./VerifyStep";

const STEPS = { report: ReportStep, verify: VerifyStep, apply: ApplyStep };

/** A document that was brought: what became of it, its verification, and taking it over. */
export function ImportedPage() {
  const place = useParams({ from: "/projects/$project/import/$environment/$name" });
  const { step = "report" } = useSearch({ from: "/projects/$project/import/$environment/$name" });
  const found = useQuery(importQuery(place));
  if (found.data === undefined) {
    return found.isError ? (
      <Trouble error={found.error} retry={() => void found.refetch()} />
    ) : (
      <Loading lines={6} />
    );
  }
  const Step = STEPS[step];
  const ready = found.data.summary !== null;
  return (
    <>
      <Head place={place} found={found.data} />
      <Steps project={place.project} begun={{ place, found: found.data, step }} />
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.data.state === "reading" && <Reading place={place} found={found.data} />}
      {found.data.state === "failed" && <NotRead found={found.data} />}
      {found.data.state === "read" && <MovedOn place={place} found={found.data} />}
      {ready && found.data.state !== "reading" && <Step place={place} found={found.data} />}
    </>
  );
}

function Head({ place, found }: { place: ImportPlace; found: ImportView }) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const { project, environment } = place;
  const forget = useMutation({
    mutationFn: () => answered(removeImport({ path: { ...place } })),
    onSuccess: async () => {
      await navigate({ to: "/projects/$project/import", params: { project } });
      queries.removeQueries({ queryKey: importKey(place) });
      await queries.invalidateQueries({ queryKey: [project, "imports"] });
    },
  });
  return (
    <>
      <Group className={classes.head} gap={8}>
        <Title order={1}>{words.of(found.title)}</Title>
        <code className="untrusted" title={found.source}>
          {found.source}
        </code>
        <span className={classes.hint}>→</span>
        <code className="untrusted">{environment}</code>
        <span className={classes.room} />
        <Button variant="default" loading={forget.isPending} onClick={() => forget.mutate()}>
          {words.forget}
        </Button>
      </Group>
      <Faults error={forget.error} />
    </>
  );
}

function Reading({ place, found }: { place: ImportPlace; found: ImportView }) {
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: () => answered(stopVerification({ path: { ...place } })),
    onSuccess: (now) => queries.setQueryData(importKey(place), now),
  });
  return (
    <section className={classes.panel} aria-label={words.reading}>
      <Progress value={found.progress > 0 ? found.progress * 100 : 100} animated aria-label={words.reading} />
      <div className={classes.foot}>
        <span role="status">{words.reading}</span>
        <Button variant="default" size="compact-sm" onClick={() => stop.mutate()}>
          {words.stop}
        </Button>
      </div>
    </section>
  );
}

function NotRead({ found }: { found: ImportView }) {
  return (
    <section className={classes.panel} aria-label={words.failed} role="alert">
      <Title order={2}>{words.failed}</Title>
      {found.error !== "" && <p>{found.error}</p>}
      <ul className={classes.notes}>
        {found.troubles.map(({ pointer, detail, hint }, index) => (
          <li key={index}>
            {pointer !== "" && <code>{pointer} </code>}
            <bdi>{detail}</bdi>
            {hint !== undefined && hint !== "" && <p className={classes.hint}>{hint}</p>}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** Says when the environment was changed since the report was made, and makes it anew. */
function MovedOn({ place, found }: { place: ImportPlace; found: ImportView }) {
  const queries = useQueryClient();
  const environments = useQuery(environmentsQuery(place.project));
  const version = environments.data?.find(({ key }) => key === place.environment)?.version;
  const again = useMutation({
    mutationFn: () => answered(chooseOptions({ path: { ...place }, body: { options: found.options } })),
    onSuccess: (now) => queries.setQueryData(importKey(place), now),
  });
  if (version === undefined || version === found.version) return null;
  return (
    <div className={classes.amber} role="status">
      <span>{words.movedOn(place.environment, found.version, version)}</span>
      <Button variant="default" size="compact-sm" loading={again.isPending} onClick={() => again.mutate()}>
        {words.readAgain}
      </Button>
      <Faults error={again.error} />
    </div>
  );
}
