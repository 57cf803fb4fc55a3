import { Button, Switch } from "@mantine/core";
import { useDeferredValue, useState } from "react";

import type { FlagInEnvironment, ProjectFlag, Rule } from "../../../client";
import type { Row } from "../../../model/aligned";
import { oddOf, othersOf } from "../../../model/findings";
import { same, type Fields } from "../../../model/draft";
import { number } from "../../../model/movement";
import { Faults } from "../../../parts/Faults";
import type { VariantKeys } from "../../../parts/Variant";
import { text } from "../../../text/en";
import { Aside } from "./Callout";
import { countsOf } from "./count";
import { DefaultCard } from "./DefaultCard";
import { Ghost } from "./Ghost";
import { Prerequisites } from "./Prerequisites";
import { RuleCard } from "./RuleCard";
import { Says } from "./Says";
import { ServedBar } from "./ServedBar";
import { Sorting } from "./Sorting";
import classes from "./Targeting.module.css";
import { Targets } from "./Targets";
import type { Looking } from "./useLooked";
import { useRules } from "./useRules";

export interface ColumnProps {
  project: string;
  environment: string;
  flag: ProjectFlag;
  /** As it is served now. */
  here: FlagInEnvironment;
  /** As it is shown: the draft's, or as it is served. */
  fields: Fields;
  version: number | undefined;
  looking: Looking;
  /** The rules of all environments side by side. */
  rows: Row[];
  editing: boolean;
  folded: boolean;
  /** The rule whose editor is open. */
  open: string | null;
  setOpen: (id: string | null) => void;
  begin: () => void;
  unfold: () => void;
  edit: (fields: Partial<Fields>) => void;
  /** Copies the rule of a row from the environment that has it. */
  copy: (row: number, from: string) => void;
  add: () => void;
}

/** Head, sentence, bar, prerequisites, targets and what is left. */
const FIXED_ROWS = 6;

/** One environment of a flag: its sentence, then everything that decides, in the order asked. */
export function Column(given: ColumnProps) {
  // New numbers for a hundred rules are drawn bit by bit, between the strokes of whoever types.
  const looking = useDeferredValue(useSame(given.looking));
  const props = { ...given, looking };
  const { project, environment, flag, here, fields, editing, folded, edit } = props;
  const of: VariantKeys = { variants: flag.variants.map(({ key }) => key), off: fields.off };
  const shown = looking.drafted ?? looking.saved;
  // Side by side, every environment has the same rows.
  const beside = !editing && !folded;
  const drafting = editing && !same(fields, fieldsOnly(here));
  const count = countsOf(looking);
  const asides = othersOf(looking.findings, flag.key);
  return (
    <section
      className={classes.column}
      aria-label={environment}
      tabIndex={-1}
      data-environment={environment}
      data-editing={editing || undefined}
      data-folded={folded || undefined}
      style={beside ? { gridRow: `1 / span ${props.rows.length + FIXED_ROWS}` } : undefined}
    >
      <Head {...props} drafting={drafting} />
      <div className={classes.says}>
        <Says here={here} drafting={drafting} looking={looking} of={of} />
      </div>
      {folded ? (
        <>
          <ServedBar project={project} found={shown} of={of} />
          <Button
            variant="subtle"
            size="compact-sm"
            className={classes.unfold}
            onClick={props.unfold}
          >
            {text.targeting.unfold}
          </Button>
        </>
      ) : (
        <>
          <div className={classes.asides}>
            <ServedBar project={project} found={shown} of={of} />
            {drafting && <Faults error={looking.error} />}
            {asides.map((finding) => (
              <Aside key={finding.pointer + finding.kind} finding={finding} />
            ))}
          </div>
          <Prerequisites
            project={project}
            flag={flag.key}
            given={fields.prerequisites}
            count={count("stopped")}
            change={editing ? (prerequisites) => edit({ prerequisites }) : undefined}
          />
          <Targets
            given={fields.targets}
            of={of}
            count={count("targets")}
            change={editing ? (targets) => edit({ targets }) : undefined}
          />
          <Rules {...props} of={of} />
          <DefaultCard
            serve={fields.default}
            of={of}
            count={count("default")}
            change={editing ? (serve) => edit({ default: serve }) : undefined}
          />
        </>
      )}
    </section>
  );
}

function Head(props: ColumnProps & { drafting: boolean }) {
  const { environment, fields, version, looking, editing, folded, drafting, begin, edit } = props;
  const contexts = looking.saved?.contexts;
  const rate = looking.saved?.rate ?? 1;
  return (
    <header className={classes.head}>
      <Switch
        aria-label={text.flag.switchedOn(environment)}
        checked={fields.enabled}
        onChange={(event) => edit({ enabled: event.currentTarget.checked })}
      />
      <h2 className="untrusted" title={environment}>
        {environment}
      </h2>
      {drafting && <span className={classes.draft}>{text.targeting.draft}</span>}
      <span className={classes.room} />
      <span className={classes.caption}>
        {version !== undefined && text.targeting.versionOf(version)}
        {!folded && contexts !== undefined && (
          <>
            {" · "}
            {text.targeting.contexts(number(contexts / rate))}
            {rate < 1 && `, ${text.targeting.sampled(number(1 / rate))}`}
          </>
        )}
      </span>
      {!editing && !folded && (
        <Button variant="default" size="compact-sm" h={24} onClick={begin}>
          {text.targeting.edit}
        </Button>
      )}
    </header>
  );
}

function Rules(props: ColumnProps & { of: VariantKeys }) {
  const { environment, flag, here, fields, looking, rows, editing, open, setOpen, edit, of } = props;
  const acts = useRules(fields.rules, edit);
  const count = countsOf(looking);
  const odd = oddOf(looking.findings, flag.key);
  const card = (rule: Rule, index: number) => (
    <RuleCard
      key={rule.id}
      rule={rule}
      number={index + 1}
      rules={fields.rules}
      of={of}
      count={count({ rule: rule.id })}
      odd={odd.get(rule.id)}
      acts={acts}
      open={editing && open === rule.id}
      editing={editing}
      edited={editing && !same(rule, here.rules.find(({ id }) => id === rule.id))}
      setOpen={setOpen}
    />
  );
  if (editing) {
    return (
      <Sorting rules={fields.rules} move={acts.move} add={props.add}>
        {fields.rules.map(card)}
      </Sorting>
    );
  }
  return rows.map((row, at) => {
    const place = row.places[environment];
    const rule = place === undefined ? undefined : fields.rules[place];
    if (rule !== undefined && place !== undefined) return card(rule, place);
    const from = Object.keys(row.places).at(-1);
    return (
      <Ghost
        key={at}
        name={row.name}
        from={from ?? ""}
        copy={() => from !== undefined && props.copy(at, from)}
      />
    );
  });
}

/** The same object as long as every member is the same. */
function useSame<T extends object>(value: T): T {
  const [kept, setKept] = useState(value);
  const names = Object.keys(value) as (keyof T)[];
  if (names.every((name) => Object.is(kept[name], value[name]))) return kept;
  setKept(value);
  return value;
}

function fieldsOnly(here: FlagInEnvironment): Fields {
  const { enabled, off, prerequisites, targets, rules } = here;
  return { enabled, off, default: here.default, prerequisites, targets, rules };
}
