import { Button, Select, Switch, TagsInput, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { faultAt } from "../../../../api/faults";
import { answered } from "../../../../api/http";
import { updateFlag, type ProjectFlag } from "../../../../client";
import { changed, now, placeOf } from "../../../../model/draft";
import { tellSaved } from "../../../../moving/saved";
import { useDraft } from "../../../../moving/useDraft";
import { Faults } from "../../../../parts/Faults";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import type { TabProps } from "../Tabs";
import { commandOf, formOf, isWhole, matchOf, schemaOf, updateOf, type Form } from "./form";
import { Retiring } from "./Retiring";
import classes from "./Settings.module.css";
import { SettingsMovement } from "./SettingsMovement";
import { Variants } from "./Variants";

const PURPOSES: ProjectFlag["purpose"][] = ["release", "experiment", "operational", "permission"];

/** What of a flag belongs to the project. Kept as a draft on this device until it is saved. */
export function SettingsTab({ project, flag, versions }: TabProps) {
  const words = text.flagTabs.settings;
  const here = formOf(flag);
  // No environment has an empty key: this place is none of theirs.
  const drafting = useDraft<Form>(placeOf(project, flag.key, ""), here, 0);
  const form = drafting.draft === null ? here : now(drafting.draft);
  const fields = drafting.draft === null ? {} : changed(drafting.draft);
  const names = Object.keys(fields) as (keyof Form)[];
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      answered(
        updateFlag({
          path: { project, flag: flag.key },
          headers: { "If-Match": matchOf(versions) },
          body: updateOf(fields, flag.type),
        }),
      ),
    onSuccess: async (done) => {
      drafting.discard();
      tellSaved(project, done);
      await queries.invalidateQueries({ queryKey: [project] });
    },
  });
  // Names and the like move nobody.
  const moves = names.includes("variants") || names.includes("schema");
  const whole = isWhole(form, flag.type);
  const barred = names.length === 0 ? words.nothing : whole ? undefined : words.mend;
  const fault = (name: string) => faultAt(save.error, `/${name}`);
  const both = drafting.theirs.some((name) => names.includes(name));
  return (
    <div className={panel.stack}>
    <form
      className={panel.stack}
      onSubmit={(event) => {
        event.preventDefault();
        if (barred === undefined) save.mutate();
      }}
    >
      <section className={panel.panel} aria-label={words.title}>
        <h2>{words.title}</h2>
        <div className={classes.fields}>
          <TextInput
            label={words.name}
            value={form.name}
            error={fault("name")}
            onChange={(event) => drafting.edit({ name: event.currentTarget.value })}
          />
          <TextInput
            label={words.owner}
            value={form.owner}
            error={fault("owner")}
            onChange={(event) => drafting.edit({ owner: event.currentTarget.value })}
          />
          <Textarea
            className={classes.wide}
            label={words.description}
            value={form.description}
            error={fault("description")}
            autosize
            minRows={2}
            maxRows={12}
            onChange={(event) => drafting.edit({ description: event.currentTarget.value })}
          />
          <Select
            label={words.purpose}
            data={PURPOSES}
            value={form.purpose}
            error={fault("purpose")}
            onChange={(purpose) => drafting.edit({ purpose: purpose ?? form.purpose })}
          />
          <TagsInput
            label={words.tags}
            placeholder={form.tags.length === 0 ? words.tagsHint : ""}
            value={form.tags}
            error={fault("tags")}
            acceptValueOnBlur
            onChange={(tags) => drafting.edit({ tags })}
          />
          <div className={classes.expires}>
            <TextInput
              type="datetime-local"
              label={words.expires}
              description={words.expiresHint}
              value={form.expires}
              error={fault("expires_at")}
              onChange={(event) => drafting.edit({ expires: event.currentTarget.value })}
            />
            {form.expires !== "" && (
              <Button variant="subtle" size="compact-sm" onClick={() => drafting.edit({ expires: "" })}>
                {words.clear}
              </Button>
            )}
          </div>
          <TextInput label={words.type} description={words.typeHint} value={flag.type} readOnly />
          <Switch
            className={classes.wide}
            label={words.client}
            description={words.clientHint}
            checked={form.client}
            onChange={(event) => drafting.edit({ client: event.currentTarget.checked })}
          />
        </div>
      </section>
      <Variants
        flag={flag}
        variants={form.variants}
        error={save.error}
        change={(variants) => drafting.edit({ variants })}
      >
        <Textarea
          mt={16}
          label={words.schema}
          description={words.schemaHint}
          classNames={{ input: "mono" }}
          value={form.schema}
          error={schemaOf(form.schema) === undefined ? words.badSchema : fault("schema")}
          autosize
          minRows={2}
          maxRows={16}
          spellCheck={false}
          onChange={(event) => drafting.edit({ schema: event.currentTarget.value })}
        />
      </Variants>
      <footer className={classes.foot} data-dirty={names.length > 0 || undefined}>
        {moves && whole && !save.isPending && (
          <SettingsMovement project={project} command={commandOf(flag.key, updateOf(fields, flag.type))} versions={versions} />
        )}
        {both && <p className={classes.newer}>{words.newer}</p>}
        <Faults error={save.error} />
        <span id="settings-state" role="status">
          {barred ?? words.changed(names.map((name) => words[name]).join(", "))}
        </span>
        <span className={panel.room} />
        {names.length > 0 && (
          <Button
            variant="default"
            onClick={() => {
              drafting.discard();
              save.reset();
            }}
          >
            {words.discard}
          </Button>
        )}
        <Button
          type="submit"
          disabled={barred !== undefined}
          loading={save.isPending}
          aria-describedby="settings-state"
        >
          {words.save}
        </Button>
      </footer>
    </form>
    <Retiring project={project} flag={flag} versions={versions} />
    </div>
  );
}
