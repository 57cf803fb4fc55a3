import { Button, Group, Textarea, TextInput } from "@mantine/core";

import type { Condition } from "../../client";
import { same } from "../../model/draft";
import { withoutKeys, withKeys } from "../../model/segmentKeys";
import type { SegmentFields } from "../../model/segments";
import { Icon } from "../../parts/Icon";
import { ConditionEditor } from "../../rules/ConditionEditor";
import { ConditionView } from "../../rules/ConditionView";
import { text } from "../../text/en";
import { KeyList } from "./KeyList";
import classes from "./SegmentCard.module.css";

interface Props {
  fields: SegmentFields;
  /** As it is saved; nothing where it is new here. */
  before: SegmentFields | undefined;
  version: number;
  editing: boolean;
  edit: (fields: Partial<SegmentFields>) => void;
}

/** Who is in a segment: its condition, then the keys that are in or out whatever it says. */
export function SegmentCard({ fields, before, version, editing, edit }: Props) {
  const isEdited = (name: keyof SegmentFields) =>
    (editing && before !== undefined && !same(fields[name], before[name])) || undefined;
  return (
    <div className={classes.cards}>
      <section className={classes.card} data-edited={isEdited("name") ?? isEdited("description")}>
        {editing ? (
          <>
            <TextInput
              label={text.segments.name}
              value={fields.name}
              onChange={(event) => edit({ name: event.currentTarget.value })}
            />
            <Textarea
              label={text.segments.description}
              autosize
              minRows={1}
              maxRows={6}
              value={fields.description}
              onChange={(event) => edit({ description: event.currentTarget.value })}
            />
          </>
        ) : (
          <Group gap={8} justify="space-between" wrap="nowrap">
            {fields.description ? (
              <bdi className={classes.description}>{fields.description}</bdi>
            ) : (
              <span className={classes.caption}>{text.segments.undescribed}</span>
            )}
            <span className={classes.caption}>{text.segments.version(version)}</span>
          </Group>
        )}
      </section>
      <section
        className={classes.card}
        aria-label={text.segments.when}
        data-edited={isEdited("when")}
      >
        <h2>{text.segments.when}</h2>
        <When when={fields.when} editing={editing} change={(when) => edit({ when })} />
      </section>
      <section
        className={classes.card}
        aria-label={text.segments.included}
        data-edited={isEdited("included")}
      >
        <KeyList
          title={text.segments.included}
          hint={text.segments.includedHint}
          lists={fields.included}
          editing={editing}
          add={(kind, keys) =>
            edit({
              included: withKeys(fields.included, kind, keys),
              excluded: withoutKeys(fields.excluded, kind, keys),
            })
          }
          remove={(kind, keys) => edit({ included: withoutKeys(fields.included, kind, keys) })}
        />
      </section>
      <section
        className={classes.card}
        aria-label={text.segments.excluded}
        data-edited={isEdited("excluded")}
      >
        <KeyList
          title={text.segments.excluded}
          hint={text.segments.excludedHint}
          lists={fields.excluded}
          editing={editing}
          add={(kind, keys) =>
            edit({
              excluded: withKeys(fields.excluded, kind, keys),
              included: withoutKeys(fields.included, kind, keys),
            })
          }
          remove={(kind, keys) => edit({ excluded: withoutKeys(fields.excluded, kind, keys) })}
        />
      </section>
    </div>
  );
}

interface WhenProps {
  when: Condition | null;
  editing: boolean;
  change: (when: Condition | null) => void;
}

function When({ when, editing, change }: WhenProps) {
  if (!editing) {
    if (when === null) return <span className={classes.caption}>{text.segments.noWhen}</span>;
    return <ConditionView condition={when} />;
  }
  if (when === null) {
    return (
      <Group gap={8}>
        <Button
          variant="default"
          leftSection={<Icon name="plus" />}
          onClick={() => change({ all: [] })}
        >
          {text.segments.addWhen}
        </Button>
        <span className={classes.caption}>{text.segments.noWhen}</span>
      </Group>
    );
  }
  return (
    <>
      <ConditionEditor condition={when} change={change} />
      <Button
        variant="subtle"
        size="compact-sm"
        className={classes.less}
        onClick={() => change(null)}
      >
        {text.segments.removeWhen}
      </Button>
    </>
  );
}
