import { Button, Group, SegmentedControl, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { documentQuery, wholeSegmentsQuery } from "../../api/documents";
import { answered } from "../../api/http";
import { environmentsQuery } from "../../api/queries";
import { putSegment } from "../../client";
import { isChanged, now, segmentPlaceOf } from "../../model/draft";
import { mainOf } from "../../model/environments";
import {
  dependentsOf,
  flagsOf,
  NO_FIELDS,
  segmentBody,
  segmentFieldsOf,
} from "../../model/segments";
import { MovementFoot } from "../../moving/MovementFoot";
import { tellSaved } from "../../moving/saved";
import { useDraft } from "../../moving/useDraft";
import { usePreview } from "../../moving/usePreview";
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
  const { draft } = drafting;
  const [opened, setOpened] = useState<string | null>(null);
  const editing = ready && (opened === environment || draft !== null);
  const fields = draft ? now(draft) : here ? segmentFieldsOf(here) : NO_FIELDS;
  const dirty = editing && (here === undefined || (draft !== null && isChanged(draft)));
  const base = draft?.base ?? version;
  const body = segmentBody(key, here, fields);
  const command = useStable(dirty ? { type: "put_segment", segment: body } : null);
  const counted = usePreview(project, environment, command, base);

  const queries = useQueryClient();
  const done = () => {
    drafting.discard();
    setOpened(null);
  };
  const save = useMutation({
    mutationFn: () =>
      answered(
        putSegment({
          path: { project, environment: environment ?? "", segment: key },
          headers: { "If-Match": `"${base}"` },
          body,
        }),
      ),
    onSuccess: async (saved) => {
      done();
      await queries.invalidateQueries({ queryKey: [project] });
      tellSaved(project, saved);
    },
    // A conflict: what is there now says what has changed meanwhile.
    onError: () => queries.invalidateQueries({ queryKey: [project, "segments"] }),
  });
  const document = useQuery({
    ...documentQuery(project, { environment: environment ?? "" }),
    enabled: environment !== null,
  });
  const needed = document.data ? dependentsOf(document.data, key) : null;
  const flags = document.data ? flagsOf(document.data) : {};
  const seen = useSeen(project, editing ? environment : null);
  useHotkeys([
    ["mod+Z", drafting.undo],
    ["mod+shift+Z", drafting.redo],
    ["E", () => here && setOpened(environment)],
  ]);

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
      {dirty && (
        <MovementFoot
          environment={environment}
          variantsOf={(flag) => ({
            variants: flags[flag]?.variants.map((variant) => variant.key) ?? [],
            off: flags[flag]?.off ?? null,
          })}
          base={base}
          counted={counted}
          meanwhile={{
            version,
            theirs: drafting.theirs.map((each) => text.segments.fields[each]),
            mine: drafting.mine.map((each) => text.segments.fields[each]),
            rebase: drafting.rebase,
          }}
          saving={save.isPending}
          saveError={save.error}
          save={() => save.mutate()}
        />
      )}
    </>
  );
}
