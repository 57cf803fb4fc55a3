import { Button, Group, Title } from "@mantine/core";
import { useHotkeys } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { answered } from "../../api/http";
import { flagQuery } from "../../api/queries";
import { editFlag } from "../../client";
import {
  begun,
  changed,
  edited,
  fieldsOf,
  isChanged,
  keep,
  load,
  now,
  placeOf,
} from "../../model/draft";
import { mainLast } from "../../model/environments";
import { MovementFoot } from "../../moving/MovementFoot";
import { tellSaved } from "../../moving/saved";
import { useDraft } from "../../moving/useDraft";
import { usePreview } from "../../moving/usePreview";
import { useStable } from "../../moving/useStable";
import { Loading, Trouble } from "../../parts/States";
import { CompletionContext } from "../../rules/completion";
import { useSeen } from "../../rules/useSeen";
import { text } from "../../text/en";
import { EnvironmentColumn } from "./Targeting";
import targeting from "./Targeting.module.css";
import classes from "./FlagPage.module.css";
import { KillButton } from "./KillButton";
import { TabBody, TabLinks } from "./tabs/Tabs";

/** One flag, all environments side by side. */
export function FlagPage() {
  const { project, flag: key } = useParams({ from: "/projects/$project/flags/$flag" });
  const search = useSearch({ from: "/projects/$project/flags/$flag" });
  const found = useQuery(flagQuery(project, key));
  const [editing, setEditing] = useState<string | null>(null);
  const flag = found.data?.flag;
  const versions = found.data?.versions ?? {};
  const here = editing === null ? undefined : flag?.environments[editing];
  const drafting = useDraft(
    editing === null ? null : placeOf(project, key, editing),
    here && fieldsOf(here),
    versions[editing ?? ""] ?? 0,
  );
  const draft = drafting.draft;
  const fields = draft === null ? {} : changed(draft);
  const dirty = Object.keys(fields).length > 0;
  const base = draft?.base ?? 0;
  const command = useStable(dirty ? { type: "edit_flag", flag: key, fields } : null);
  const counted = usePreview(project, editing, command, base);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => {
      if (editing === null) throw new Error("nothing is being edited");
      return answered(
        editFlag({
          path: { project, environment: editing, flag: key },
          headers: { "If-Match": `"${base}"` },
          body: fields,
        }),
      );
    },
    onSuccess: async (done) => {
      drafting.discard();
      await queries.invalidateQueries({ queryKey: [project] });
      setEditing(null);
      tellSaved(project, done);
    },
  });
  const completion = useSeen(project, editing);
  useHotkeys([
    ["mod+Z", drafting.undo],
    ["mod+shift+Z", drafting.redo],
  ]);
  if (found.isPending) return <Loading lines={6} />;
  if (flag === undefined) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  const environments = mainLast(Object.keys(flag.environments));
  return (
    <>
      <Group className={classes.head} wrap="nowrap">
        <Link to="/projects/$project/flags" params={{ project }}>
          {text.flags.title}
        </Link>
        <span aria-hidden>/</span>
        <Title order={1} className="untrusted" title={flag.name || flag.key}>
          {flag.name || flag.key}
        </Title>
        <code>{flag.key}</code>
        <span className={classes.room} />
        {editing !== null && (
          <Button
            variant="default"
            onClick={() => {
              drafting.discard();
              setEditing(null);
            }}
          >
            {draft !== null && isChanged(draft) ? "Discard draft" : "Done"}
          </Button>
        )}
        <KillButton project={project} flag={flag} />
      </Group>
      <TabLinks project={project} flag={flag} search={search} />
      {search.tab !== undefined ? (
        <TabBody
          tab={search.tab}
          search={search}
          project={project}
          flag={flag}
          versions={versions}
          draft={editing !== null && draft !== null ? { environment: editing, fields: now(draft) } : null}
        />
      ) : (
      <CompletionContext value={completion}>
        <div className={targeting.columns} data-editing={editing !== null || undefined}>
        {environments.map((environment) => {
          const at = flag.environments[environment];
          if (!at) return null;
          const mine = environment === editing;
          return (
            <EnvironmentColumn
              key={environment}
              environment={environment}
              flag={flag}
              here={at}
              fields={mine && draft ? now(draft) : fieldsOf(at)}
              version={versions[environment]}
              editing={mine}
              folded={editing !== null && !mine}
              begin={() => setEditing(environment)}
              unfold={() => setEditing(null)}
              edit={
                mine
                  ? drafting.edit
                  : (fields) => {
                      // The draft is there before its editor opens, which takes it up.
                      const place = placeOf(project, key, environment);
                      const from = load(place) ?? begun(fieldsOf(at), versions[environment] ?? 0);
                      keep(place, edited(from, fields));
                      setEditing(environment);
                    }
              }
            />
          );
        })}
        </div>
      </CompletionContext>
      )}
      {editing !== null && dirty && (
        <MovementFoot
          environment={editing}
          flag={key}
          variantsOf={() => ({ variants: flag.variants.map((v) => v.key), off: here?.off ?? null })}
          base={base}
          counted={counted}
          meanwhile={{
            version: versions[editing] ?? 0,
            theirs: drafting.theirs,
            mine: drafting.mine,
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
