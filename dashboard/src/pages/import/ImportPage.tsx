import { Button, PasswordInput, SegmentedControl, Select, Textarea, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { faultAt } from "../../api/faults";
import { answered } from "../../api/http";
import { importSourcesQuery } from "../../api/imports";
import { environmentsQuery } from "../../api/queries";
import { useMe } from "../../app/session";
import { beginImport, type ImportSource } from "../../client";
import { mainOf } from "../../model/environments";
import { may } from "../../model/grants";
import { packed } from "../../model/importFile";
import { optionsOf } from "../../model/importOptions";
import { Faults } from "../../parts/Faults";
import { Loading, Trouble } from "../../parts/States";
import { importsText as words } from "../../text/imports";
import { Drop } from "./Drop";
import classes from "./Import.module.css";
import { Recent } from "./Recent";
import { SourceChoice } from "./SourceChoice";
import { Steps } from "./Steps";

/** The first step of moving in: where from, into which environment, and the file or address. */
export function ImportPage() {
  const { project } = useParams({ from: "/projects/$project/import" });
  const me = useMe();
  const sources = useQuery(importSourcesQuery);
  const environments = useQuery(environmentsQuery(project));
  const keys = environments.data?.map(({ key }) => key) ?? [];
  const [picked, setPicked] = useState<string | null>(null);
  const environment = picked ?? mainOf(keys) ?? null;
  const [dialect, setDialect] = useState<string | null>(null);
  const source = sources.data?.find(({ name }) => name === dialect);
  const failed = sources.error ?? environments.error;
  const retry = () => void Promise.all([sources.refetch(), environments.refetch()]);
  return (
    <>
      <Title order={1} mb="sm">
        {words.title}
      </Title>
      <Steps project={project} />
      <p className={classes.intro}>{words.intro}</p>
      {failed !== null && <Trouble error={failed} retry={retry} />}
      {sources.isPending || environments.isPending ? (
        failed === null && <Loading lines={8} />
      ) : (
        <div className={classes.stack}>
          <section className={classes.panel} aria-label={words.from}>
            <Title order={2}>{words.from}</Title>
            <SourceChoice sources={sources.data ?? []} chosen={dialect} choose={setDialect} />
          </section>
          {source !== undefined && environment !== null && (
            <Bring
              key={source.name}
              project={project}
              source={source}
              environment={environment}
              environments={keys}
              pick={setPicked}
            />
          )}
          {environment !== null && may(me.grants, "edit", project, environment) && (
            <Recent project={project} environment={environment} />
          )}
        </div>
      )}
    </>
  );
}

interface Props {
  project: string;
  source: ImportSource;
  environment: string;
  environments: string[];
  pick: (environment: string) => void;
}

function Bring({ project, source, environment, environments, pick }: Props) {
  const me = useMe();
  const allowed = may(me.grants, "edit", project, environment);
  const askable = source.endpoint || source.databases.length > 0;
  const [by, setBy] = useState<"upload" | "connect">("upload");
  const [files, setFiles] = useState<File[]>([]);
  const [address, setAddress] = useState("");
  const [key, setKey] = useState("");
  const [typed, setTyped] = useState("");
  const { options, bad } = optionsOf(typed);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const begin = useMutation({
    mutationFn: async () => {
      const brought =
        by === "upload" ? { files: await packed(files) } : { address: address.trim(), ...(key !== "" && { key }) };
      return answered(
        beginImport({
          path: { project, environment },
          body: { dialect: source.name, options, ...brought },
        }),
      );
    },
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: [project, "imports"] });
      await navigate({
        to: "/projects/$project/import/$environment/$name",
        params: { project, environment, name: id },
        search: {},
      });
    },
  });
  const missing = by === "upload" ? files.length === 0 : address.trim() === "";
  return (
    <section className={classes.panel} aria-label={source.title}>
      <Title order={2}>{source.title}</Title>
      <p className={classes.hint}>
        {words.bring[source.name]} {words.guide(source.name.replaceAll("_", "-"))}
      </p>
      <form
        className={classes.stack}
        onSubmit={(event) => {
          event.preventDefault();
          begin.mutate();
        }}
      >
        <div className={classes.fields}>
          <Select
            label={words.into}
            data={environments}
            value={environment}
            onChange={(value) => value !== null && pick(value)}
          />
          {askable && (
            <SegmentedControl
              aria-label={words.how}
              data={[
                { value: "upload", label: words.upload },
                { value: "connect", label: words.connect },
              ]}
              value={by}
              onChange={(value) => setBy(value)}
            />
          )}
        </div>
        {by === "upload" ? (
          <div>
            <Drop files={files} change={setFiles} />
          </div>
        ) : (
          <div className={classes.fields}>
            <TextInput
              label={words.address}
              description={
                source.endpoint ? words.addressHint.endpoint : words.addressHint.databases(source.databases.join(", "))
              }
              value={address}
              onChange={(event) => setAddress(event.currentTarget.value)}
              error={faultAt(begin.error, "/address")}
            />
            {source.endpoint && (
              <PasswordInput
                label={words.key}
                description={words.keyHint}
                autoComplete="off"
                value={key}
                onChange={(event) => setKey(event.currentTarget.value)}
                error={faultAt(begin.error, "/key")}
              />
            )}
          </div>
        )}
        <div className={classes.fields}>
          <Textarea
            label={words.options}
            description={words.optionsHint}
            autosize
            minRows={1}
            maxRows={8}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            error={bad !== null ? words.badOption(bad) : faultAt(begin.error, "/options")}
          />
        </div>
        <Faults error={begin.error} />
        <div className={classes.foot}>
          <Button type="submit" loading={begin.isPending} disabled={!allowed || missing || bad !== null}>
            {words.read}
          </Button>
          {!allowed && <span className={classes.caption}>{words.needs(environment)}</span>}
          {allowed && missing && by === "upload" && <span className={classes.caption}>{words.noFiles}</span>}
        </div>
      </form>
    </section>
  );
}
