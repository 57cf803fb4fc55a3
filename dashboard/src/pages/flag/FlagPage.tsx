import { Button, Group, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { startTransition, useState } from "react";

import { answered } from "../../api/http";
import { flagQuery } from "../../api/queries";
import { editFlag } from "../../client";
import { useKeys } from "../../keys/useKeys";
import { begun, countable, differing, edited, fieldsOf, placeOf, type Fields } from "../../model/draft";
import { mainLast, mainOf } from "../../model/environments";
import { keep, load } from "../../model/kept";
import { same } from "../../model/same";
import { putBack } from "../../model/putback";
import { DraftChanges } from "../../moving/DraftChanges";
import { Meanwhile } from "../../moving/Meanwhile";
import { MovementFoot } from "../../moving/MovementFoot";
import { RecentDrafts } from "../../moving/RecentDrafts";
import { useDraft } from "../../moving/useDraft";
import { usePreview } from "../../moving/usePreview";
import { useSaving } from "../../moving/useSaving";
import { useStable } from "../../moving/useStable";
import { Missing, isMissing } from "../../parts/Problems";
import { Loading, Trouble } from "../../parts/States";
import { usePhone } from "../../parts/usePhone";
import { text } from "../../text/en";
import { killText } from "../../text/kill";
import classes from "./FlagPage.module.css";
import { KillButton } from "./kill/KillButton";
import { Killed } from "./kill/Killed";
import { PhoneFoot } from "./kill/PhoneFoot";
import { PhoneEnvironments, PhoneHeader } from "./PhoneHead";
import { Targeting } from "./targeting/Targeting";
import { TabBody, TabLinks } from "./tabs/Tabs";

/** One flag, all environments side by side. */
export function FlagPage() {
  const { project, flag: key } = useParams({ from: "/projects/$project/flags/$flag" });
  const search = useSearch({ from: "/projects/$project/flags/$flag" });
  const found = useQuery(flagQuery(project, key));
  const [editing, setEditing] = useState<string | null>(null);
  const [chosen, setChosen] = useState<string | null>(null);
  const phone = usePhone();
  const navigate = useNavigate({ from: "/projects/$project/flags/$flag" });
  const flag = found.data?.flag;
  const versions = found.data?.versions ?? {};
  const here = editing === null ? undefined : flag?.environments[editing];
  const drafting = useDraft(
    editing === null ? null : placeOf(project, key, editing),
    here && fieldsOf(here),
    versions[editing ?? ""] ?? 0,
  );
  const { draft, fields: shown, changes, conflict } = drafting;
  const dirty = Object.keys(changes).length > 0;
  const version = versions[editing ?? ""] ?? 0;
  const commandOf = (fields: object) => ({ type: "edit_flag", flag: key, fields });
  const command = useStable(dirty ? commandOf(countable(changes)) : null);
  const counted = usePreview(project, editing, command, version);
  const saving = useSaving(
    project,
    counted,
    version,
    ({ reason, headers }) => {
      const path = { project, environment: editing ?? "", flag: key };
      return answered(editFlag({ path, headers, body: { ...changes, reason } }));
    },
    () => {
      drafting.done();
      setEditing(null);
    },
  );
  useKeys({ "mod+z": drafting.undo, "mod+shift+z": drafting.redo });
  if (found.isPending) return <Loading lines={6} />;
  if (isMissing(found.error)) return <Missing project={project} flag={key} />;
  if (flag === undefined) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  const environments = mainLast(Object.keys(flag.environments));
  const looked = editing ?? chosen ?? mainOf(environments) ?? "";
  const draftIn = (environment: string) =>
    environment === editing ? draft : load(placeOf(project, key, environment));
  // A hundred cards become editors bit by bit, so that the press of the button is seen at once.
  const begin = (environment: string | null) => startTransition(() => setEditing(environment));
  const editIn = (environment: string, fields: Partial<Fields>) => {
    const at = flag.environments[environment];
    if (at === undefined) return;
    const edits = Object.keys(fields).length > 0;
    if (environment === editing) {
      if (edits) drafting.edit(fields);
      return;
    }
    // The draft is there before its editor opens, which takes it up.
    const place = placeOf(project, key, environment);
    const from = load(place) ?? begun(fieldsOf(at), versions[environment] ?? 0);
    if (edits) keep(place, edited(from, fields));
    setEditing(environment);
  };
  const variantsOf = () => ({ variants: flag.variants.map((v) => v.key), off: here?.off ?? null });
  const changesList = editing !== null && here !== undefined && shown !== undefined && draft !== null && dirty && (
    <DraftChanges
      environment={editing}
      base={draft.base}
      edits={counted.edits}
      variantsOf={variantsOf}
      undo={drafting.undo}
      putBack={(edit) => {
        const back = edit.key === key ? putBack(shown, fieldsOf(here), edit.pointer) : null;
        return back && (() => drafting.edit(back));
      }}
    />
  );
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
            {dirty ? text.moving.discard : text.moving.done}
          </Button>
        )}
        <KillButton project={project} flag={flag} className={classes.kill}>
          {killText.everywhere}
        </KillButton>
      </Group>
      {phone && <PhoneHeader project={project} flag={flag} />}
      {search.killed !== undefined && (
        <Killed
          project={project}
          flag={flag}
          changeSet={search.killed}
          close={() => void navigate({ search: (was) => ({ ...was, killed: undefined }) })}
        />
      )}
      <TabLinks project={project} flag={flag} search={search} />
      {search.tab !== undefined ? (
        <TabBody
          tab={search.tab}
          search={search}
          project={project}
          flag={flag}
          versions={versions}
          draftIn={draftIn}
          edit={editIn}
        />
      ) : (
        <>
          {phone && editing === null && <PhoneEnvironments flag={flag} shown={looked} show={setChosen} />}
          <div className={classes.beside}>
            <Targeting
              project={project}
              flag={flag}
              only={phone ? looked : null}
              versions={versions}
              editing={editing}
              fields={shown ?? null}
              changes={changes}
              base={version}
              begin={begin}
              edit={editIn}
            />
            {changesList}
          </div>
        </>
      )}
      {phone && !dirty && <PhoneFoot project={project} flag={flag} environment={looked} />}
      {search.tab === undefined && editing === null && (
        <RecentDrafts<Fields>
          places={Object.fromEntries(environments.map((each) => [each, placeOf(project, key, each)]))}
          named={(field) => text.moving.fields[field]}
          resume={(environment, again) => {
            keep(placeOf(project, key, environment), again);
            setEditing(environment);
          }}
        />
      )}
      {editing !== null && here !== undefined && shown !== undefined && draft !== null && dirty && (
        <MovementFoot
          project={project}
          environment={editing}
          flag={key}
          rule={editedRule(shown, here)}
          command={command}
          variantsOf={variantsOf}
          counted={counted}
          saving={saving}
          before={here}
          after={shown}
          barred={conflict === null ? null : text.moving.choose}
          meanwhile={
            <Meanwhile
              project={project}
              environment={editing}
              version={here.version}
              drafting={drafting}
              theirs={(from) => differing(fieldsOf(here), from)}
              commandOf={commandOf}
              mine={counted}
              variantsOf={variantsOf}
              named={(field) => text.moving.fields[field]}
            />
          }
        />
      )}
    </>
  );
}

/** The one rule whose share a draft changes; none, where it is the default or several. */
function editedRule(shown: Fields, here: Fields): string | undefined {
  const found = shown.rules.filter((rule) => {
    const was = here.rules.find(({ id }) => id === rule.id);
    return was !== undefined && !same(was.serve, rule.serve);
  });
  return found.length === 1 ? found[0]?.id : undefined;
}
