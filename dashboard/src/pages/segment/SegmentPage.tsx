import { Button, Group, SegmentedControl, Title } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { documentQuery, wholeSegmentsQuery } from "../../api/documents";
import { answered } from "../../api/http";
import { environmentsQuery } from "../../api/queries";
import { putSegment } from "../../client";
import { useKeys } from "../../keys/useKeys";
import { isChanged, segmentPlaceOf } from "../../model/draft";
import { mainOf } from "../../model/environments";
import { keep } from "../../model/kept";
import {
  dependentsOf,
  flagsOf,
  NO_FIELDS,
  segmentBody,
  segmentFieldsOf,
  type SegmentFields,
} from "../../model/segments";
import { Meanwhile } from "../../moving/Meanwhile";
import { MovementFoot } from "../../moving/MovementFoot";
import { RecentDrafts } from "../../moving/RecentDrafts";
import { useDraft } from "../../moving/useDraft";
import { usePreview } from "../../moving/usePreview";
import { useSaving } from "../../moving/useSaving";
import { useStable } from "../../moving/useStable";
import { Loading, Trouble } from "../../parts/States";
import { CompletionContext } from "../../rules/completion";
import { useSeen } from "../../rules/useSeen";
import { text } from "../../text/en";
import { Absent } from "./Absent";
import { Elsewhere } from "./Elsewhere";
import { RemoveSegment } from "./RemoveSegment";
import { SegmentCard } from "./SegmentCard";
import classes from "./SegmentPage.module.css";
import { WhoNeedsIt } from "./WhoNeedsIt";

/** One segment in one environment: who is in it, who needs it, and whom an edit would move. */
export function SegmentPage() {
  const { project, segment: key } = useParams({ from: "/projects/$project/segments/$segment" });
  const search = useSearch({ from: "/projects/$project/segments/$segment" });
  const navigate = useNavigate({ from: "/projects/$project/segments/$segment" });
  const environments = useQuery(environmentsQuery(project));
  const keys = environments.data?.map((each) => each.key) ?? [];
  const asked = useQueries({ queries: keys.map((each) => wholeSegmentsQuery(project, each)) });
  const of = (each: string) =>
    asked[keys.indexOf(each)]?.data?.segments.find((segment) => segment.key === key);
  const having = keys.filter((each) => of(each) !== undefined);
  const environment = search.environment ?? mainOf(having) ?? mainOf(keys) ?? null;
  const mine = environment === null ? undefined : asked[keys.indexOf(environment)];
  const here = environment === null ? undefined : of(environment);
  const ready = mine?.data !== undefined && environment !== null;

  const version = mine?.data?.version ?? 0;
  const drafting = useDraft(
    ready ? segmentPlaceOf(project, key, environment) : null,
    ready ? (here ? segmentFieldsOf(here) : NO_FIELDS) : undefined,
    version,
  );
  const { draft, conflict } = drafting;
  const [opened, setOpened] = useState<string | null>(null);
  const editing = ready && (opened === environment || draft !== null);
  const fields = drafting.fields ?? (here ? segmentFieldsOf(here) : NO_FIELDS);
  const dirty = editing && (here === undefined || (draft !== null && isChanged(draft)));
  const body = segmentBody(key, here, fields);
  const commandOf = (segment: object) => ({ type: "put_segment", segment });
  const command = useStable(dirty ? commandOf(body) : null);
  const counted = usePreview(project, environment, command, version);
  const done = () => {
    drafting.discard();
    setOpened(null);
  };
  const saving = useSaving(
    project,
    counted,
    version,
    ({ reason, headers }) => {
      const path = { project, environment: environment ?? "", segment: key };
      return answered(putSegment({ path, headers, body: { ...body, reason } }));
    },
    () => {
      drafting.done();
      setOpened(null);
    },
  );
  const document = useQuery({
    ...documentQuery(project, { environment: environment ?? "" }),
    enabled: environment !== null,
  });
  const needed = document.data ? dependentsOf(document.data, key) : null;
  const flags = document.data ? flagsOf(document.data) : {};
  const variantsOf = (flag: string) => ({
    variants: flags[flag]?.variants.map((variant) => variant.key) ?? [],
    off: flags[flag]?.off ?? null,
  });
  const seen = useSeen(project, editing ? environment : null);
  useKeys({
    "mod+z": drafting.undo,
    "mod+shift+z": drafting.redo,
    e: () => here && setOpened(environment),
  });

  const failed = environments.error ?? mine?.error ?? null;
  if (failed !== null && !ready) return <Trouble error={failed} retry={() => void mine?.refetch()} />;
  if (!ready || asked.some(({ isPending }) => isPending)) return <Loading lines={6} />;
  const name = having.map((each) => of(each)?.name).find(Boolean) ?? key;
  return (
    <>
      <Group className={classes.head}>
        <Link to="/projects/$project/segments" params={{ project }}>
          {text.nav.segments}
        </Link>
        <span aria-hidden>/</span>
        <Title order={1} className="untrusted" title={name}>
          {name}
        </Title>
        <code className="untrusted">{key}</code>
        <span className={classes.room} />
        <SegmentedControl
          size="xs"
          aria-label={text.segments.environment}
          data={keys}
          value={environment}
          onChange={(value) => void navigate({ search: { environment: value }, replace: true })}
        />
        {editing ? (
          <Button variant="default" onClick={done}>
            {dirty ? text.segments.discard : text.segments.done}
          </Button>
        ) : (
          here && <Button onClick={() => setOpened(environment)}>{text.segments.edit}</Button>
        )}
        {here && (
          <RemoveSegment
            project={project}
            environment={environment}
            segment={key}
            version={version}
            needed={needed}
            dirty={dirty}
          />
        )}
      </Group>
      {here === undefined && !editing ? (
        <Absent
          segment={key}
          environment={environment}
          having={having}
          make={() => setOpened(environment)}
          copy={(other) => {
            setOpened(environment);
            drafting.edit(segmentFieldsOf(of(other) ?? {}));
          }}
        />
      ) : (
        <div className={classes.columns}>
          <CompletionContext
            value={{ ...seen, segments: seen.segments.filter((each) => each !== key) }}
          >
            <SegmentCard
              fields={fields}
              before={here && segmentFieldsOf(here)}
              version={version}
              editing={editing}
              edit={drafting.edit}
            />
          </CompletionContext>
          <div className={classes.side}>
            <WhoNeedsIt project={project} needed={needed} error={document.error} />
            <Elsewhere
              fields={fields}
              others={having
                .filter((each) => each !== environment)
                .map((each) => [each, segmentFieldsOf(of(each) ?? {})])}
              editing={editing}
              copy={drafting.edit}
            />
          </div>
        </div>
      )}
      {!editing && (
        <RecentDrafts<SegmentFields>
          places={{ [environment]: segmentPlaceOf(project, key, environment) }}
          named={(field) => text.segments.fields[field]}
          resume={(_, again) => {
            keep(segmentPlaceOf(project, key, environment), again);
            drafting.resume(again);
          }}
        />
      )}
      {dirty && (
        <MovementFoot
          project={project}
          environment={environment}
          command={command}
          variantsOf={variantsOf}
          counted={counted}
          saving={saving}
          barred={conflict === null ? null : text.moving.choose}
          meanwhile={
            here !== undefined && (
              <Meanwhile
                project={project}
                environment={environment}
                version={here.version ?? version}
                drafting={drafting}
                theirs={() => segmentBody(key, here, segmentFieldsOf(here))}
                commandOf={commandOf}
                mine={counted}
                variantsOf={variantsOf}
                named={(field) => text.segments.fields[field]}
              />
            )
          }
        />
      )}
    </>
  );
}
