import { ActionIcon, Switch, TextInput } from "@mantine/core";
import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";
import { memo } from "react";

import type { Rule } from "../../../client";
import { same } from "../../../model/draft";
import { above, type Odd } from "../../../model/findings";
import { isSplit } from "../../../model/serves";
import { Icon } from "../../../parts/Icon";
import type { VariantKeys } from "../../../parts/Variant";
import { ConditionEditor } from "../../../rules/ConditionEditor";
import { ConditionView } from "../../../rules/ConditionView";
import { ServeEditor } from "../../../rules/ServeEditor";
import { ServeView } from "../../../rules/ServeView";
import { text } from "../../../text/en";
import { Callout } from "./Callout";
import type { Count } from "./count";
import classes from "./RuleCard.module.css";
import { RuleMenu } from "./RuleMenu";
import { Took, Waterfall } from "./Took";
import type { RuleActs } from "./useRules";

interface Props {
  rule: Rule;
  number: number;
  rules: readonly Rule[];
  of: VariantKeys;
  count: Count;
  odd: Odd | undefined;
  acts: RuleActs;
  open: boolean;
  editing: boolean;
  edited: boolean;
  setOpen: (id: string | null) => void;
}

/** One rule: read at a glance, edited in place, moved by mouse, by Alt and the arrows, by menu.
 *
 * The frame is drawn whenever the order changes, since every frame may have to give way; what is in
 * it only when that changes.
 */
export const RuleCard = memo(function RuleCard(props: Props) {
  const { rule, odd, editing, edited } = props;
  const sorting = useSortable({ id: rule.id, disabled: !editing });
  const name = nameOf(props);
  return (
    <div
      ref={sorting.setNodeRef}
      role="group"
      tabIndex={-1}
      className={classes.card}
      data-rule={rule.id}
      data-edited={edited || undefined}
      data-paused={rule.paused || undefined}
      data-odd={odd !== undefined || undefined}
      data-dragging={sorting.isDragging || undefined}
      style={{ transform: CSS.Transform.toString(sorting.transform), transition: sorting.transition }}
      aria-label={name}
    >
      <header className={classes.head}>
        {editing && (
          <button
            ref={sorting.setActivatorNodeRef}
            type="button"
            className={classes.grip}
            {...sorting.attributes}
            {...sorting.listeners}
            onKeyDown={(event) => {
              if (!event.altKey) sorting.listeners?.onKeyDown?.(event);
            }}
            aria-label={text.targeting.rule.grip(name)}
          >
            <Icon name="grip" size={12} />
          </button>
        )}
        <Head {...props} />
      </header>
      <Body {...props} />
    </div>
  );
}, isSame);

function nameOf({ rule, number }: Props): string {
  return rule.name || text.flag.rule(number);
}

const Head = memo(function Head(props: Props) {
  const { rule, number, rules, count, acts, open, editing, edited, setOpen } = props;
  const name = nameOf(props);
  return (
    <>
        <span className={classes.number}>{number}</span>
        {open ? (
          <TextInput
            size="xs"
            className={classes.name}
            aria-label={text.targeting.rule.name}
            placeholder={text.flag.rule(number)}
            value={rule.name ?? ""}
            maxLength={200}
            onChange={(event) => acts.change({ ...rule, name: event.currentTarget.value })}
          />
        ) : (
          <h3 className="untrusted" title={name}>
            {name}
          </h3>
        )}
        {rule.paused && <span className={classes.chip}>{text.flag.paused}</span>}
        {edited && <span className={classes.edited}>{text.targeting.rule.edited}</span>}
        <span className={classes.room} />
        {!rule.paused && <Took count={count} />}
        {editing && (
          <>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              aria-label={open ? text.targeting.rule.close(name) : text.targeting.rule.edit(name)}
              aria-expanded={open}
              onClick={() => setOpen(open ? null : rule.id)}
            >
              <Icon name={open ? "up" : "down"} />
            </ActionIcon>
            <RuleMenu rule={rule} name={name} number={number} count={rules.length} acts={acts} />
          </>
        )}
    </>
  );
}, isSame);

const Body = memo(function Body({ rule, rules, of, count, odd, acts, open }: Props) {
  return (
    <>
      <Waterfall count={count} empty={rule.paused ?? false} />
      {open ? (
        <>
          <ConditionEditor
            condition={rule.when}
            change={(when) => acts.change({ ...rule, when })}
          />
          <div className={classes.serve}>
            <span className={classes.word}>{text.flag.serves}</span>
            <ServeEditor
              serve={rule.serve}
              of={of}
              change={(serve) => acts.change({ ...rule, serve })}
            />
          </div>
          <Switch
            size="xs"
            label={text.targeting.rule.paused}
            checked={rule.paused ?? false}
            onChange={(event) => acts.change({ ...rule, paused: event.currentTarget.checked })}
          />
        </>
      ) : (
        <div className={classes.read}>
          <ConditionView condition={rule.when} />
          {isSplit(rule.serve) ? (
            <div className={classes.split}>
              <ServeView serve={rule.serve} of={of} />
            </div>
          ) : (
            <>
              <span className={classes.word}>{text.flag.serves}</span>
              <ServeView serve={rule.serve} of={of} />
            </>
          )}
        </div>
      )}
      {odd && (
        <Callout
          odd={odd}
          rules={rules}
          above={() => acts.put(above(rules, rule.id, odd.culprits))}
          remove={() => acts.remove(rule.id)}
        />
      )}
    </>
  );
}, isSame);

/** Whether a card would look the same: a hundred rules are not drawn anew for one that is edited. */
function isSame(one: Props, other: Props): boolean {
  return (
    one.rule === other.rule &&
    one.number === other.number &&
    one.rules.length === other.rules.length &&
    one.acts === other.acts &&
    one.open === other.open &&
    one.editing === other.editing &&
    one.edited === other.edited &&
    same(one.of, other.of) &&
    same(one.count, other.count) &&
    same(one.odd, other.odd) &&
    (one.odd === undefined || one.rules === other.rules)
  );
}
