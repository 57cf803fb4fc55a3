import { Button, FileInput, NumberInput, Progress, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { answered } from "../../api/http";
import { importKey, importSourcesQuery, type ImportPlace } from "../../api/imports";
import { stopVerification, verifyImport, type ImportView, type Verification, type Verifier } from "../../client";
import { BadContexts, contextsOf } from "../../model/importFile";
import { number } from "../../model/movement";
import { Faults } from "../../parts/Faults";
import { Loading, Trouble } from "../../parts/States";
import { Table } from "../../parts/Table";
import { importsText } from "../../text/imports";
import classes from "./Import.module.css";

const words = importsText.verify;
const MOST = 10_000;

type Contexts = Verification["contexts"];

/** The vendor's own SDK and ours, asked the same: where they differ is listed. */
export function VerifyStep({ place, found }: { place: ImportPlace; found: ImportView }) {
  const sources = useQuery(importSourcesQuery);
  if (sources.data === undefined) {
    return sources.isError ? (
      <Trouble error={sources.error} retry={() => void sources.refetch()} />
    ) : (
      <Loading lines={4} />
    );
  }
  const verifier = sources.data.find(({ name }) => name === found.dialect)?.verifier ?? null;
  const { verification } = found;
  return (
    <div className={classes.stack}>
      <section className={classes.panel} aria-label={words.title}>
        <Title order={2}>{words.title}</Title>
        {verifier?.installed ? (
          <>
            <p>{words.what(found.title)}</p>
            {verification?.state === "running" ? (
              <Running place={place} verification={verification} />
            ) : (
              found.state === "read" && <Ask place={place} before={verification} />
            )}
          </>
        ) : (
          <Without title={found.title} verifier={verifier} />
        )}
        <div className={classes.foot}>
          <Link
            to="/projects/$project/import/$environment/$name"
            params={place}
            search={{ step: "apply" }}
          >
            {importsText.next.apply}
          </Link>
        </div>
      </section>
      {verification !== null && verification.state !== "running" && <Outcome verification={verification} />}
    </div>
  );
}

function Without({ title, verifier }: { title: string; verifier: Verifier | null }) {
  if (verifier === null) return <p>{words.none(title)}</p>;
  return (
    <>
      <p>{words.missing(title)}</p>
      <code className={classes.code}>{words.install(verifier.packages.join(" "))}</code>
    </>
  );
}

function Ask({ place, before }: { place: ImportPlace; before: Verification | null }) {
  const [contexts, setContexts] = useState<Contexts>(before?.contexts ?? "generated");
  const [count, setCount] = useState<number | string>(before?.count ?? 1_000);
  const [file, setFile] = useState<File | null>(null);
  const queries = useQueryClient();
  const ask = useMutation({
    mutationFn: async () => {
      const given = contexts === "given" && file !== null ? contextsOf(await file.text(), MOST) : [];
      const body = { contexts, ...(contexts === "given" ? { given } : { count: Number(count) }) };
      return answered(verifyImport({ path: { ...place }, body }));
    },
    onSuccess: (now) => queries.setQueryData(importKey(place), now),
  });
  const missing = contexts === "given" && file === null;
  return (
    <form
      className={classes.stack}
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <fieldset className={classes.set}>
        <legend>{words.contexts}</legend>
        {(["generated", "observed", "given"] as const).map((each) => (
          <label key={each} className={classes.option}>
            <input type="radio" name="contexts" checked={contexts === each} onChange={() => setContexts(each)} />
            <span>{words[each]}</span>
          </label>
        ))}
      </fieldset>
      <div className={classes.fields}>
        {contexts === "given" ? (
          <FileInput label={words.file} accept=".jsonl,.ndjson,.json" value={file} onChange={setFile} />
        ) : (
          <NumberInput label={words.count} min={1} max={MOST} allowDecimal={false} value={count} onChange={setCount} />
        )}
      </div>
      <Faults error={ask.error instanceof BadContexts ? new Error(badWords(ask.error)) : ask.error} />
      <div className={classes.foot}>
        <Button type="submit" loading={ask.isPending} disabled={missing || Number(count) < 1}>
          {before === null ? words.start : words.again}
        </Button>
        {missing && <span className={classes.caption}>{words.noFile}</span>}
      </div>
    </form>
  );
}

function badWords({ line }: BadContexts): string {
  return line === null ? words.many(number(MOST)) : words.badLine(line);
}

function Running({ place, verification }: { place: ImportPlace; verification: Verification }) {
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: () => answered(stopVerification({ path: { ...place } })),
    onSuccess: (now) => queries.setQueryData(importKey(place), now),
  });
  const done = (verification.progress ?? 0) * 100;
  const said = words.running(number(verification.count));
  return (
    <>
      <Progress value={done} aria-label={said} />
      <div className={classes.foot}>
        <span role="status">
          {said} {Math.floor(done)} %
        </span>
        <Button variant="default" size="compact-sm" loading={stop.isPending} onClick={() => stop.mutate()}>
          {importsText.stop}
        </Button>
      </div>
    </>
  );
}

function Outcome({ verification }: { verification: Verification }) {
  const { state, error, asked = 0, differing = 0, seen = 0, flags = 0, differences = [] } = verification;
  if (state === "cancelled") return <p role="status">{words.cancelled}</p>;
  if (state === "failed") {
    return (
      <p role="alert" className={classes.error}>
        {words.failed(error ?? "")}
      </p>
    );
  }
  if (differing === 0) {
    return (
      <p role="status" className={classes.panel}>
        {words.same(number(asked), number(seen), number(flags))}
      </p>
    );
  }
  const table = [
    { name: words.flag, cell: (row: Row) => <bdi>{row.flag}</bdi> },
    { name: words.context, cell: (row: Row) => <Value of={row.context} /> },
    { name: words.vendor, cell: (row: Row) => <Value of={row.vendor} /> },
    { name: words.ours, cell: (row: Row) => <Value of={row.ours} /> },
  ];
  return (
    <section className={`${classes.panel} ${classes.differences}`} aria-label={words.differ(number(differing), number(asked))}>
      <Title order={2}>{words.differ(number(differing), number(asked))}</Title>
      <p>{words.shown(number(differences.length))}</p>
      <Table label={words.ours} rows={differences} columns={table} keyOf={(row) => `${row.flag} ${JSON.stringify(row.context)}`} none="" />
    </section>
  );
}

type Row = NonNullable<Verification["differences"]>[number];

function Value({ of }: { of: unknown }) {
  return <code>{JSON.stringify(of)}</code>;
}
