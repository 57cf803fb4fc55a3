import { Autocomplete, Button, Select, TextInput } from "@mantine/core";
import { useState } from "react";

import { useMe } from "../../app/session";
import type { FlagFacets, ListedFlag } from "../../client";
import { useKeys } from "../../keys/useKeys";
import { ACTS, commandsOf, isLocal, needsValue, type Act } from "../../model/bulk";
import { mainLast, mainOf } from "../../model/environments";
import { may, type Scope } from "../../model/grants";
import { fromLocal } from "../../model/instants";
import { movedWords, movers, number, type Movement } from "../../model/movement";
import { usePreview } from "../../moving/usePreview";
import { Faults } from "../../parts/Faults";
import { Unknown } from "../../parts/Variant";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";
import classes from "./BulkBar.module.css";
import { BulkKill } from "./BulkKill";
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
export function BulkBar(props: Props) {
  const { project, flags, environments, clear } = props;
  const { grants } = useMe();
  const has = (scope: Scope, where: string) => may(grants, scope, project, where);
  useKeys({ escape: clear });
  if (environments.some((where) => has("edit", where) || has("kill", where))) return <Acts {...props} has={has} />;
  return (
    <section className={classes.bar} aria-label={words.label}>
      <div className={classes.line}>
        <strong className={classes.selected}>{words.selected(flags.length)}</strong>
        <p className={classes.moves}>{words.readOnly}</p>
        <Clear clear={clear} />
      </div>
    </section>
  );
}

function Clear({ clear }: { clear: () => void }) {
  return (
    <Button variant="subtle" size="compact-sm" onClick={clear}>
      {words.clear} <kbd>{words.clearKey}</kbd>
    </Button>
  );
}

type ActsProps = Props & { has: (scope: Scope, where: string) => boolean };

function Acts({ project, flags, environments, facets, clear, refresh, has }: ActsProps) {
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
  const choose = (next: Act) => {
    setAct(next);
    setTyped("");
    bulk.reset();
  };
  const go = (force: boolean) => {
    bulk.run({ act, commands, where: isLocal(act) ? where : null, force });
  };
  const barred = barredBy(act, where, environments, has);
  const killable = flags.filter((flag) => Object.values(flag.environments).some(({ enabled }) => enabled));
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
        <BulkKill
          project={project}
          flags={killable}
          barred={barredBy("kill", where, environments, has)}
          done={async () => {
            clear();
            await refresh();
          }}
        />
        <Clear clear={clear} />
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
          disabled={commands.length === 0 || barred !== null}
          aria-describedby={barred === null ? undefined : "bulk-barred"}
          loading={bulk.isPending}
          onClick={() => go(false)}
        >
          {words.go[act](commands.length, where)}
        </Button>
        {barred !== null && <span id="bulk-barred">{barred}</span>}
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

/** Why somebody may not do it; null where they may. What is not of one environment is of all. */
function barredBy(
  act: Act | "kill",
  where: string,
  environments: string[],
  has: ActsProps["has"],
): string | null {
  const scope = act === "kill" || act === "off" ? "kill" : "edit";
  const concerned = act !== "kill" && isLocal(act) ? [where] : environments;
  const missing = concerned.filter((key) => !has("edit", key) && !(scope === "kill" && has("kill", key)));
  return missing.length === 0 ? null : words.needs(scope, missing.join(", "));
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
