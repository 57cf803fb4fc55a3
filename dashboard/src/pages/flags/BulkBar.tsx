import { Autocomplete, Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";

import type { FlagFacets, ListedFlag } from "../../client";
import { useKeys } from "../../keys/useKeys";
import { ACTS, commandsOf, isLocal, needsValue, type Act } from "../../model/bulk";
import { mainLast, mainOf } from "../../model/environments";
import { fromLocal } from "../../model/instants";
import { movedWords, movers, number, type Movement } from "../../model/movement";
import { usePreview } from "../../moving/usePreview";
import { Faults } from "../../parts/Faults";
import { Unknown } from "../../parts/Variant";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";
import classes from "./BulkBar.module.css";
import { useBulk } from "./useBulk";

const words = text.flags.bulk;
const SHOWN = 3;

interface Props {
  project: string;
  flags: ListedFlag[];
  environments: string[];
  facets: FlagFacets | undefined;
  clear: () => void;
  refresh: () => Promise<void>;
}

/** What can be done to the selected flags; it says who moves before anything is pressed. */
export function BulkBar({ project, flags, environments, facets, clear, refresh }: Props) {
  const [act, setAct] = useState<Act>("off");
  const [where, setWhere] = useState(mainOf(environments) ?? "");
  const [typed, setTyped] = useState("");
  const value = act === "expiry" ? (fromLocal(typed) ?? "") : typed.trim();
  const commands = commandsOf(act, flags, where, value);
  const environment = isLocal(act) ? where : (mainOf(environments) ?? "");
  const command = commands.length === 0 ? null : { type: "together", commands };
  const versions = flags.map((flag) => flag.environments[environment]?.version ?? 0);
  const base = Math.max(0, ...versions);
  const counted = usePreview(project, environment, command, base);
  const bulk = useBulk(project, refresh, clear);
  useKeys({ escape: clear });
  const choose = (next: Act) => {
    setAct(next);
    setTyped("");
    bulk.reset();
  };
  const go = (force: boolean) => {
    bulk.run({ act, commands, where: isLocal(act) ? where : null, force });
  };
  const suggested = act === "owner" ? facets?.owners : facets?.tags;
  return (
    <section className={classes.bar} aria-label={words.label}>
      <div className={classes.line}>
        <strong className={classes.selected}>{words.selected(flags.length)}</strong>
        <div className={classes.acts} role="group" aria-label={words.act}>
          {ACTS.map((each) => (
            <Button
              key={each}
              size="compact-sm"
              variant={each === act ? "light" : "default"}
              aria-pressed={each === act}
              onClick={() => choose(each)}
            >
              {words.acts[each]}
            </Button>
          ))}
        </div>
        <Button variant="subtle" size="compact-sm" onClick={clear}>
          {words.clear} <kbd>{words.clearKey}</kbd>
        </Button>
      </div>
      <div className={classes.line}>
        {isLocal(act) && (
          <Select
            aria-label={words.where}
            className={classes.field}
            data={mainLast(environments)}
            value={where}
            allowDeselect={false}
            onChange={(key) => setWhere(key ?? where)}
          />
        )}
        {act === "expiry" && (
          <TextInput
            type="datetime-local"
            aria-label={words.value.expiry}
            className={classes.field}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )}
        {needsValue(act) && act !== "expiry" && (
          <Autocomplete
            aria-label={words.value[act]}
            placeholder={words.value[act]}
            className={classes.field}
            data={(suggested ?? []).map((tally) => tally.value).filter(Boolean)}
            limit={20}
            maxLength={100}
            value={typed}
            onChange={setTyped}
          />
        )}
        <p className={classes.moves} role="status" data-old={counted.counting || undefined}>
          {commands.length === 0 ? (
            needsValue(act) && value === "" ? words.say : words.unchanged
          ) : (
            <Moves {...counted} environment={environment} />
          )}
        </p>
        <Button
          className={classes.go}
          color={act === "archive" || act === "off" ? "danger" : undefined}
          disabled={commands.length === 0}
          loading={bulk.isPending}
          onClick={() => go(false)}
        >
          {words.go[act](commands.length, where)}
        </Button>
      </div>
      {bulk.error !== null && (
        <div className={classes.line}>
          <Faults error={bulk.error} />
          {bulk.canForce && (
            <Button variant="outline" color="danger" size="compact-sm" onClick={() => go(true)}>
              {words.force}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

interface MovesProps {
  movement: Movement | null;
  counting: boolean;
  error: unknown;
  retry: () => void;
  environment: string;
}

function Moves({ movement, counting, error, retry, environment }: MovesProps) {
  if (movement === null) {
    if (error === null || counting) return <>{text.moving.counting}</>;
    return (
      <>
        {text.moving.failed(wordsOf(error))}{" "}
        <Button variant="subtle" size="compact-sm" onClick={retry}>
          {text.states.retry}
        </Button>
      </>
    );
  }
  return (
    <>
      <strong>{movedWords(movement)}</strong> {words.in(environment)}
      {movers(movement)
        .slice(0, SHOWN)
        .map(([key, moved], index) => (
          <span key={key}>
            {index === 0 ? ": " : ", "}
            <b>{number(moved)}</b> <bdi className="mono">{key}</bdi>
          </span>
        ))}
      {movement.unknown > 0 && (
        <>
          {"; "}
          <Unknown>{text.moving.unknown(number(movement.unknown))}</Unknown>
        </>
      )}
    </>
  );
}
