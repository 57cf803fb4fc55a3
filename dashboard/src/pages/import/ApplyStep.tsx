import { Checkbox, Group, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { documentQuery } from "../../api/documents";
import { answered } from "../../api/http";
import type { ImportPlace } from "../../api/imports";
import { applyImport, type ImportView } from "../../client";
import { number } from "../../model/movement";
import { MovementFoot } from "../../moving/MovementFoot";
import { tellSaved } from "../../moving/saved";
import { useSaving } from "../../moving/useSaving";
import { importsText as words } from "../../text/imports";
import { UndoButton } from "../flag/UndoButton";
import classes from "./Import.module.css";
import { Absent } from "./Absent";
import { useImportMovement, type ImportMode } from "./useImportMovement";

/** Who moves, and taking it over as one change. */
export function ApplyStep({ place, found }: { place: ImportPlace; found: ImportView }) {
  return found.applied === null ? (
    <TakeOver place={place} found={found} />
  ) : (
    <TakenOver place={place} title={found.title} version={found.applied.version} />
  );
}

function TakeOver({ place, found }: { place: ImportPlace; found: ImportView }) {
  const { project, environment } = place;
  const [mode, setMode] = useState<ImportMode>("merge");
  const [seen, setSeen] = useState(false);
  const counted = useImportMovement(place, found, mode);
  const present = useQuery(documentQuery(project, { environment }));
  const [despite, setDespite] = useState(false);
  const differing = found.verification?.differing ?? 0;
  const fresh = found.summary?.new ?? 0;
  // Nothing goes that nobody has looked at.
  const goes = mode === "replace" && (found.summary?.absent ?? 0) > 0;
  const saving = useSaving(
    project,
    counted,
    found.version,
    ({ reason, headers }) => answered(applyImport({ path: { ...place }, headers, body: { mode, force: despite || (goes && seen), reason } })),
    () => undefined,
    // The page itself says that it was taken over.
    (of, answer) => "change_request" in answer && tellSaved(of, answer),
  );
  const flags = present.data?.flags as Record<string, { variants: { key: string }[]; off?: string | null }> | undefined;
  return (
    <div className={classes.stack} data-footed>
      <section className={classes.panel} aria-label={words.apply.title(environment)}>
        <Title order={2}>{words.apply.title(environment)}</Title>
        <p>{words.apply.what}</p>
        {fresh > 0 && <p>{words.apply.fresh(fresh)}</p>}
        <Verified found={found} />
        {found.summary !== null && (found.summary.absent ?? 0) > 0 && (
          <Absent environment={environment} summary={found.summary} mode={mode} choose={setMode} seen={seen} see={setSeen} />
        )}
        <div className={classes.fields}>
          {differing > 0 && (
            <Checkbox
              label={words.apply.despite}
              checked={despite}
              onChange={(event) => setDespite(event.currentTarget.checked)}
            />
          )}
        </div>
      </section>
      <MovementFoot
        project={project}
        environment={environment}
        variantsOf={(flag) => ({
          variants: flags?.[flag]?.variants.map(({ key }) => key) ?? [],
          off: flags?.[flag]?.off ?? null,
        })}
        command={null}
        counted={counted}
        saving={saving}
        barred={
          differing > 0 && !despite ? words.apply.despiteFirst : goes && !seen ? words.apply.seenFirst : null
        }
      />
    </div>
  );
}

function Verified({ found }: { found: ImportView }) {
  const verification = found.verification;
  if (verification?.state !== "done") return <p className={classes.hint}>{words.apply.unverified}</p>;
  const differing = verification.differing ?? 0;
  return differing === 0 ? (
    <p>{words.apply.verified}</p>
  ) : (
    <p className={classes.error}>{words.apply.differ(number(differing))}</p>
  );
}

function TakenOver({ place, title, version }: { place: ImportPlace; title: string; version: number | null }) {
  const { project, environment } = place;
  return (
    <section className={classes.panel} aria-label={words.states.applied}>
      <div role="status">
        <Title order={2}>
          {version === null ? words.apply.doneNothing(environment) : words.apply.done(title, environment, version)}
        </Title>
      </div>
      <Group gap={16}>
        {version !== null && (
          // All of its flags go at once, which a guard asks about: it is meant.
          <UndoButton project={project} environment={environment} version={version} force />
        )}
        <Link to="/projects/$project/flags" params={{ project }}>
          {words.apply.flags}
        </Link>
        <Link to="/projects/$project/history" params={{ project }}>
          {words.apply.history}
        </Link>
      </Group>
    </section>
  );
}
