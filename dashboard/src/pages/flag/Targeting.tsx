import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors } from "@dnd-kit/core";
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from "@dnd-kit/sortable";
import { Button, Switch } from "@mantine/core";
import { useState } from "react";

import type { FlagInEnvironment, ProjectFlag, Rule } from "../../client";
import { moved, same, type Fields } from "../../model/draft";
import { Icon } from "../../parts/Icon";
import { Sentence } from "../../parts/Sentence";
import { Variant, type VariantKeys } from "../../parts/Variant";
import { ServeEditor } from "../../rules/ServeEditor";
import { ServeView } from "../../rules/ServeView";
import { text } from "../../text/en";
import { RuleCard } from "./RuleCard";
import classes from "./Targeting.module.css";

interface Props {
  environment: string;
  flag: ProjectFlag;
  /** As it is served now. */
  here: FlagInEnvironment;
  /** As it is shown: the draft's, or as it is served. */
  fields: Fields;
  version: number | undefined;
  editing: boolean;
  folded: boolean;
  begin: () => void;
  unfold: () => void;
  edit: (fields: Partial<Fields>) => void;
}

/** One environment of a flag: its sentence, then everything that decides, in the order asked. */
export function EnvironmentColumn(props: Props) {
  const { environment, flag, here, fields, version, editing, folded, begin, unfold, edit } = props;
  const [open, setOpen] = useState<string | null>(null);
  const of: VariantKeys = { variants: flag.variants.map(({ key }) => key), off: fields.off };
  const setRules = (rules: Rule[]) => edit({ rules });
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
  return (
    <section
      className={classes.column}
      aria-label={environment}
      data-editing={editing || undefined}
      data-folded={folded || undefined}
    >
      <header className={classes.head}>
        <Switch
          aria-label={text.flag.switchedOn(environment)}
          checked={fields.enabled}
          onChange={(event) => edit({ enabled: event.currentTarget.checked })}
        />
        <h2 className="untrusted" title={environment}>
          {environment}
        </h2>
        <span className={classes.room} />
        {version !== undefined && <span className={classes.caption}>version {version}</span>}
        {!editing && !folded && (
          <Button variant="default" size="compact-sm" h={24} onClick={begin}>
            Edit
          </Button>
        )}
      </header>
      <Sentence says={here.says} of={of} />
      {folded ? (
        <Button variant="subtle" size="compact-sm" className={classes.unfold} onClick={unfold}>
          Unfold
        </Button>
      ) : (
        <div className={classes.rules}>
          <Prerequisites fields={fields} />
          <Targets fields={fields} of={of} />
          <DndContext
            sensors={sensors}
            collisionDetection={closestCenter}
            onDragEnd={({ active, over }) => {
              if (!over) return;
              const from = fields.rules.findIndex(({ id }) => id === active.id);
              const to = fields.rules.findIndex(({ id }) => id === over.id);
              if (from !== to) setRules(moved(fields.rules, from, to));
            }}
          >
            <SortableContext
              items={fields.rules.map(({ id }) => id)}
              strategy={verticalListSortingStrategy}
            >
              {fields.rules.map((rule, index) => (
                <RuleCard
                  key={rule.id}
                  rule={rule}
                  number={index + 1}
                  count={fields.rules.length}
                  of={of}
                  editing={editing}
                  edited={!same(rule, here.rules.find(({ id }) => id === rule.id))}
                  open={editing && open === rule.id}
                  setOpen={(is) => setOpen(is ? rule.id : null)}
                  change={(next) =>
                    setRules(fields.rules.map((r) => (r.id === next.id ? next : r)))
                  }
                  move={(to) => setRules(moved(fields.rules, index, to))}
                  remove={() => setRules(fields.rules.filter(({ id }) => id !== rule.id))}
                />
              ))}
            </SortableContext>
          </DndContext>
          {editing && (
            <Button
              variant="default"
              leftSection={<Icon name="plus" />}
              onClick={() => {
                const rule = newRule(fields, of);
                setRules([...fields.rules, rule]);
                setOpen(rule.id);
              }}
            >
              Rule
            </Button>
          )}
          <article className={classes.fixed} aria-label={text.flag.defaultRule}>
            <strong>{text.flag.defaultRule}</strong>
            <div className={classes.serve}>
              <span className={classes.caption}>
                {text.flag.everyoneElse} {text.flag.serves}
              </span>
              {editing ? (
                <ServeEditor
                  serve={fields.default}
                  of={of}
                  fallback
                  change={(serve) => edit({ default: serve })}
                />
              ) : (
                <ServeView serve={fields.default} of={of} />
              )}
            </div>
          </article>
        </div>
      )}
    </section>
  );
}

function Prerequisites({ fields }: { fields: Fields }) {
  if (fields.prerequisites.length === 0) return null;
  return (
    <div className={classes.line}>
      <span className={classes.label}>{text.flag.prerequisite}</span>
      {fields.prerequisites.map(({ flag, variants }) => (
        <span key={flag} className={classes.served}>
          <code>{flag}</code> is <code>{variants.join(", ")}</code>
        </span>
      ))}
    </div>
  );
}

const SHOWN_KEYS = 2;

function Targets({ fields, of }: { fields: Fields; of: VariantKeys }) {
  if (fields.targets.length === 0) return null;
  return (
    <div className={classes.line}>
      <span className={classes.label}>{text.flag.targets}</span>
      {fields.targets.map((target, index) => (
        <span key={index} className={classes.served}>
          <Variant of={of} name={target.variant} />
          {target.keys.slice(0, SHOWN_KEYS).map((key) => (
            <code key={key} className="untrusted">
              {key}
            </code>
          ))}
          {target.keys.length > SHOWN_KEYS && text.flag.more(target.keys.length - SHOWN_KEYS)}
        </span>
      ))}
    </div>
  );
}

function newRule(fields: Fields, of: VariantKeys): Rule {
  const used = new Set(fields.rules.map(({ id }) => id));
  let id = "";
  do id = Math.random().toString(16).slice(2, 10).padEnd(8, "0");
  while (used.has(id));
  const serve = of.variants.find((key) => key !== of.off) ?? of.variants[0] ?? null;
  return { id, when: { all: [] }, serve, name: "" };
}
