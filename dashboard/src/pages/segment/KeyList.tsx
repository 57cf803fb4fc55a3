import { ActionIcon, Autocomplete, Button, CopyButton, Group, Textarea, TextInput } from "@mantine/core";
import { useState } from "react";

import type { SegmentKeys } from "../../client";
import { countOf, DEFAULT_KIND, keysIn, keysOf, kindsOf } from "../../model/segmentKeys";
import { number } from "../../model/movement";
import { Icon } from "../../parts/Icon";
import { text } from "../../text/en";
import classes from "./KeyList.module.css";

interface Props {
  title: string;
  hint: string;
  lists: SegmentKeys[];
  editing: boolean;
  add: (kind: string, keys: string[]) => void;
  remove: (kind: string, keys: string[]) => void;
}

const SHOWN = 60;

/** Keys one by one: found, taken out by a click, added and taken out in bulk. */
export function KeyList({ title, hint, lists, editing, add, remove }: Props) {
  const [sought, setSought] = useState("");
  const count = countOf(lists);
  return (
    <>
      <header className={classes.head}>
        <h2>{title}</h2>
        <span className={classes.caption}>
          {count === 1 ? text.segments.oneKey : count > 0 ? text.segments.keys(number(count)) : null}
        </span>
        <span className={classes.room} />
        {count > SHOWN && (
          <TextInput
            size="xs"
            aria-label={`${text.segments.filter}: ${title}`}
            placeholder={text.segments.filter}
            value={sought}
            onChange={(event) => setSought(event.currentTarget.value)}
          />
        )}
        {count > 0 && <CopyAll lists={lists} />}
      </header>
      <span className={classes.caption}>{hint}</span>
      {count === 0 && !editing && <span>{text.segments.noKeys}</span>}
      {kindsOf(lists).map((kind) => (
        <Keys
          key={kind}
          kind={kind}
          keys={keysOf(lists, kind).filter((key) => key.includes(sought.trim()))}
          remove={editing ? (keys) => remove(kind, keys) : null}
        />
      ))}
      {editing && <Bulk title={title} lists={lists} add={add} remove={remove} />}
    </>
  );
}

function CopyAll({ lists }: { lists: SegmentKeys[] }) {
  const all = lists.flatMap(({ keys }) => keys).join("\n");
  return (
    <CopyButton value={all}>
      {({ copied, copy }) => (
        <Button variant="default" size="compact-sm" h={24} onClick={copy}>
          {copied ? text.segments.copied : text.segments.copyKeys}
        </Button>
      )}
    </CopyButton>
  );
}

interface KeysProps {
  kind: string;
  keys: string[];
  remove: ((keys: string[]) => void) | null;
}

function Keys({ kind, keys, remove }: KeysProps) {
  return (
    <div className={classes.keys}>
      {kind !== DEFAULT_KIND && <strong className="untrusted">{kind}</strong>}
      {keys.length === 0 && <span className={classes.caption}>{text.segments.notAmong}</span>}
      {keys.slice(0, SHOWN).map((key) => (
        <span key={key} className={classes.key}>
          <bdi className="untrusted" title={key}>
            {key}
          </bdi>
          {remove && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={20}
              aria-label={text.segments.takeOut(key)}
              onClick={() => remove([key])}
            >
              <Icon name="close" size={10} />
            </ActionIcon>
          )}
        </span>
      ))}
      {keys.length > SHOWN && (
        <span className={classes.caption}>{text.segments.shown(number(keys.length - SHOWN))}</span>
      )}
    </div>
  );
}

type BulkProps = Omit<Props, "hint" | "editing">;

function Bulk({ title, lists, add, remove }: BulkProps) {
  const [typed, setTyped] = useState("");
  const [kind, setKind] = useState(kindsOf(lists)[0] ?? DEFAULT_KIND);
  const keys = keysIn(typed);
  const had = new Set(keysOf(lists, kind));
  const there = keys.filter((key) => had.has(key));
  const fresh = keys.length - there.length;
  const take = (act: Props["add"], which: string[]) => {
    act(kind, which);
    setTyped("");
  };
  return (
    <div className={classes.bulk}>
      <Textarea
        className={classes.typed}
        label={`${text.segments.bulk}: ${title}`}
        description={text.segments.bulkHint}
        autosize
        minRows={1}
        maxRows={8}
        spellCheck={false}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      <Group gap={8}>
        <Autocomplete
          size="xs"
          className={classes.kind}
          aria-label={`${text.segments.kind}: ${title}`}
          data={[...new Set([DEFAULT_KIND, ...kindsOf(lists)])]}
          value={kind}
          onChange={setKind}
        />
        <Button
          variant="default"
          size="compact-sm"
          h={28}
          disabled={fresh === 0 || kind.trim() === ""}
          onClick={() => take(add, keys)}
        >
          {text.segments.add(fresh)}
        </Button>
        <Button
          variant="default"
          size="compact-sm"
          h={28}
          disabled={there.length === 0}
          onClick={() => take(remove, there)}
        >
          {text.segments.takeOutMany(there.length)}
        </Button>
        {there.length > 0 && (
          <span className={classes.caption}>{text.segments.there(number(there.length))}</span>
        )}
        {had.size > 0 && keys.length === 0 && (
          <Button
            variant="subtle"
            size="compact-sm"
            h={28}
            onClick={() => remove(kind, [...had])}
          >
            {text.segments.takeOutAll}
          </Button>
        )}
      </Group>
    </div>
  );
}
