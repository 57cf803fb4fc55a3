import { useEffect, useState } from "react";

import type { ProjectFlag, Rule } from "../../../client";
import { aligned, placeFor } from "../../../model/aligned";
import { countable, fieldsOf, moved, type Fields } from "../../../model/draft";
import { mainLast } from "../../../model/environments";
import { CompletionContext } from "../../../rules/completion";
import { useSeen } from "../../../rules/useSeen";
import { text } from "../../../text/en";
import { Column } from "./Column";
import { countWords } from "./count";
import classes from "./Targeting.module.css";
import { useLooked } from "./useLooked";
import { useRuleKeys } from "./useRuleKeys";
import { freshId } from "./useRules";

interface Props {
  project: string;
  flag: ProjectFlag;
  /** The one environment to show where there is no room for all. */
  only: string | null;
  versions: Record<string, number>;
  /** The environment that is edited. */
  editing: string | null;
  /** Its fields with the draft in them; null without a draft. */
  fields: Fields | null;
  /** What of them the draft changes, on top of version `base`. */
  changes: Partial<Fields>;
  base: number;
  begin: (environment: string | null) => void;
  /** Changes fields of an environment in its draft, and edits it from then on. */
  edit: (environment: string, fields: Partial<Fields>) => void;
}

/** What decides in each environment, side by side, with its rules in common rows. */
export function Targeting(props: Props) {
  const { project, flag, only, versions, editing, fields, changes, base, begin, edit } = props;
  const [open, setOpen] = useState<string | null>(null);
  const [focused, setFocused] = useState<string | null>(null);
  const [told, setTold] = useState<{ rule: string; words: string } | null>(null);
  const environments = only === null ? mainLast(Object.keys(flag.environments)) : [only];
  const here =
    editing === null || Object.keys(changes).length === 0
      ? null
      : { environment: editing, fields: countable(changes), base };
  const looked = useLooked(project, flag, environments, here);
  const completion = useSeen(project, editing);
  const shown = (environment: string): Fields => {
    const at = flag.environments[environment];
    if (environment === editing && fields !== null) return fields;
    return at === undefined ? NOTHING : fieldsOf(at);
  };
  const rules = (environment: string): Rule[] => shown(environment).rules;
  const rows = aligned(
    Object.fromEntries(environments.map((environment) => [environment, rules(environment)])),
  );

  const put = (environment: string, next: Rule[]) => edit(environment, { rules: next });
  const added = (environment: string, rule: Omit<Rule, "id">, at: number) => {
    const made: Rule = { ...rule, id: freshId(rules(environment)) };
    put(environment, [...rules(environment).slice(0, at), made, ...rules(environment).slice(at)]);
    setOpen(made.id);
    setFocused(made.id);
  };
  const add = (environment: string, after: string | null) => {
    const at = rules(environment).findIndex(({ id }) => id === after);
    const keys = flag.variants.map(({ key }) => key);
    const serve = keys.find((key) => key !== shown(environment).off) ?? keys[0] ?? null;
    const to = at === -1 ? rules(environment).length : at + 1;
    added(environment, { when: { all: [] }, serve, name: "" }, to);
  };
  useRuleKeys({
    edit: (environment, rule) => {
      begin(environment);
      if (rule !== null) setOpen(rule);
      setFocused(rule);
    },
    add: (environment, after) => {
      const where = environment ?? editing ?? environments.at(-1);
      if (where !== undefined) add(where, after);
    },
    move: (environment, id, by) => {
      const from = rules(environment).findIndex((rule) => rule.id === id);
      const to = from + by;
      const count = rules(environment).length;
      if (to < 0 || to >= count) return;
      put(environment, moved(rules(environment), from, to));
      setTold({ rule: id, words: text.targeting.rule.moved(to + 1, count) });
    },
    remove: (environment, id) => {
      const rule = rules(environment).find((each) => each.id === id);
      const at = rules(environment).findIndex((each) => each.id === id);
      const next = rules(environment).filter((each) => each.id !== id);
      put(environment, next);
      setFocused(next[Math.min(at, next.length - 1)]?.id ?? null);
      setTold({ rule: id, words: text.targeting.rule.removed(rule?.name || text.flag.rule(at + 1)) });
    },
    turn: (environment) => edit(environment, { enabled: !shown(environment).enabled }),
  });
  useEffect(() => {
    if (focused !== null) focusRule(focused);
  }, [focused]);

  const looking = looked(editing ?? "");
  const takes =
    told !== null && looking.drafted !== undefined && !looking.counting
      ? countWords(looking.drafted, { rule: told.rule })
      : null;
  const columns = environments.map((_, at) =>
    at === environments.length - 1 ? "minmax(320px, 1.5fr)" : "minmax(260px, 1fr)",
  );
  return (
    <CompletionContext value={completion}>
      <p role="status" className={classes.spoken}>
        {told?.words}
        {takes !== null && `, ${text.targeting.rule.takes(takes)}`}
      </p>
      <div
        className={classes.columns}
        data-editing={editing !== null || undefined}
        style={editing === null ? { gridTemplateColumns: columns.join(" ") } : undefined}
      >
        {environments.map((environment) => {
          const at = flag.environments[environment];
          return at === undefined ? null : (
            <Column
              key={environment}
              project={project}
              environment={environment}
              flag={flag}
              here={at}
              fields={shown(environment)}
              version={versions[environment]}
              looking={looked(environment)}
              rows={rows}
              editing={environment === editing}
              folded={editing !== null && environment !== editing}
              open={open}
              setOpen={setOpen}
              begin={() => begin(environment)}
              unfold={() => begin(null)}
              edit={(fields) => edit(environment, fields)}
              copy={(row, from) => {
                const place = rows[row]?.places[from];
                const rule = place === undefined ? undefined : rules(from)[place];
                if (rule !== undefined) added(environment, rule, placeFor(rows, row, environment));
              }}
              add={() => add(environment, null)}
            />
          );
        })}
      </div>
    </CompletionContext>
  );
}

const NOTHING: Fields = {
  enabled: false,
  off: null,
  default: null,
  prerequisites: [],
  targets: [],
  rules: [],
};

/** To what can be typed in where a rule is open, else to the rule itself. */
function focusRule(id: string): void {
  const card = document.querySelector<HTMLElement>(`[data-rule="${CSS.escape(id)}"]`);
  (card?.querySelector<HTMLElement>("input[type=text], input:not([type])") ?? card)?.focus();
}
