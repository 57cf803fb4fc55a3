import { ActionIcon, Menu, Switch, TextInput } from "@mantine/core";
import { useSortable } from "@dnd-kit/sortable";
import { CSS } from "@dnd-kit/utilities";

import type { Rule } from "../../client";
import { Icon } from "../../parts/Icon";
import type { VariantKeys } from "../../parts/Variant";
import { ConditionEditor } from "../../rules/ConditionEditor";
import { ConditionView } from "../../rules/ConditionView";
import { ServeEditor } from "../../rules/ServeEditor";
import { ServeView } from "../../rules/ServeView";
import { text } from "../../text/en";
import classes from "./RuleCard.module.css";

interface Props {
  rule: Rule;
  number: number;
  count: number;
  of: VariantKeys;
  open: boolean;
  editing: boolean;
  edited: boolean;
  setOpen: (open: boolean) => void;
  change: (rule: Rule) => void;
  move: (to: number) => void;
  remove: () => void;
}

/** One rule: read at a glance, edited in place, moved by mouse or by Alt and the arrows. */
export function RuleCard(props: Props) {
  const { rule, number, count, of, open, editing, edited, setOpen, change, move, remove } = props;
  const { attributes, listeners, setNodeRef, setActivatorNodeRef, transform, transition, isDragging } =
    useSortable({ id: rule.id, disabled: !editing });
  const name = rule.name || text.flag.rule(number);
  return (
    <div
      ref={setNodeRef}
      role="group"
      className={classes.card}
      data-edited={edited || undefined}
      data-paused={rule.paused || undefined}
      data-dragging={isDragging || undefined}
      style={{ transform: CSS.Transform.toString(transform), transition }}
      aria-label={name}
    >
      <header className={classes.head}>
        {editing && (
          <button
            ref={setActivatorNodeRef}
            type="button"
            className={classes.grip}
            {...attributes}
            {...listeners}
            onKeyDown={(event) => {
              const by = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : undefined;
              if (by === undefined) {
                listeners?.onKeyDown?.(event);
                return;
              }
              event.preventDefault();
              move(number - 1 + by);
            }}
            aria-label={`Move ${name}: Space, then arrows; or Alt and an arrow`}
          >
            <Icon name="grip" size={12} />
          </button>
        )}
        <span className={classes.number}>{number}</span>
        {open ? (
          <TextInput
            size="xs"
            className={classes.name}
            aria-label="Name of the rule"
            placeholder={text.flag.rule(number)}
            value={rule.name ?? ""}
            maxLength={200}
            onChange={(event) => change({ ...rule, name: event.currentTarget.value })}
          />
        ) : (
          <h3 className="untrusted" title={name}>
            {name}
          </h3>
        )}
        {rule.paused && <span className={classes.chip}>{text.flag.paused}</span>}
        {edited && <span className={classes.edited}>edited</span>}
        <span className={classes.room} />
        {editing && (
          <>
            <ActionIcon
              variant="subtle"
              color="gray"
              size={24}
              aria-label={open ? `Close ${name}` : `Edit ${name}`}
              aria-expanded={open}
              onClick={() => setOpen(!open)}
            >
              <Icon name={open ? "up" : "down"} />
            </ActionIcon>
            <Menu position="bottom-end">
              <Menu.Target>
                <ActionIcon variant="subtle" color="gray" size={24} aria-label={`More for ${name}`}>
                  <Icon name="more" />
                </ActionIcon>
              </Menu.Target>
              <Menu.Dropdown>
                <Menu.Item onClick={() => change({ ...rule, paused: !rule.paused })}>
                  {rule.paused ? "Resume" : "Pause"}
                </Menu.Item>
                <Menu.Item disabled={number === 1} onClick={() => move(0)}>
                  Move to the top
                </Menu.Item>
                <Menu.Item disabled={number === 1} onClick={() => move(number - 2)}>
                  Move up
                </Menu.Item>
                <Menu.Item disabled={number === count} onClick={() => move(number)}>
                  Move down
                </Menu.Item>
                <Menu.Item color="danger" onClick={remove}>
                  Delete
                </Menu.Item>
              </Menu.Dropdown>
            </Menu>
          </>
        )}
      </header>
      {open ? (
        <>
          <ConditionEditor condition={rule.when} change={(when) => change({ ...rule, when })} />
          <div className={classes.serve}>
            <span className={classes.word}>{text.flag.serves}</span>
            <ServeEditor serve={rule.serve} of={of} change={(serve) => change({ ...rule, serve })} />
          </div>
          <Switch
            size="xs"
            label="Paused: the rule is not asked"
            checked={rule.paused ?? false}
            onChange={(event) => change({ ...rule, paused: event.currentTarget.checked })}
          />
        </>
      ) : (
        <>
          <ConditionView condition={rule.when} />
          <div className={classes.serve}>
            <span className={classes.word}>{text.flag.serves}</span>
            <ServeView serve={rule.serve} of={of} />
          </div>
        </>
      )}
    </div>
  );
}
