import { Button, CloseButton } from "@mantine/core";
import { useQueries, useQuery, useQueryClient } from "@tanstack/react-query";

import type { ProjectFlag, TimelineEntry } from "../../../client";
import { commandWords } from "../../../text/commands";
import { mainLast } from "../../../model/environments";
import { number, type Movement } from "../../../model/movement";
import { Icon } from "../../../parts/Icon";
import { Time } from "../../../parts/Time";
import { Variant } from "../../../parts/Variant";
import { killText as words } from "../../../text/kill";
import { UndoButton } from "../UndoButton";
import classes from "./kill.module.css";
import { connectionsQuery, losingQuery, plansOfQuery, recentQuery } from "./queries";
import { useUndoneKill } from "./useUndoneKill";

interface Props {
  project: string;
  flag: ProjectFlag;
  changeSet: string;
  close: () => void;
}

const SHOWN_BEFORE = 5;

/** What became of a kill: how far it has come, the way back, and what changed just before it. */
export function Killed({ project, flag, changeSet, close }: Props) {
  const recent = useQuery(recentQuery(project));
  const entries = recent.data ?? [];
  const at = entries.findIndex(({ change_set }) => change_set === changeSet);
  const kill = entries[at];
  if (kill === undefined) return null;
  return (
    <div className={classes.killed}>
      <section className={classes.card} aria-label={titleOf(kill, flag)}>
        <Told project={project} flag={flag} kill={kill} close={close} />
      </section>
      <section aria-labelledby="before-the-kill">
        <h2 id="before-the-kill">{words.killed.before}</h2>
        <ol className={classes.before}>
          {entries.slice(at + 1, at + 1 + SHOWN_BEFORE).map((entry, index) => (
            <Before key={`${entry.at} ${index}`} project={project} entry={entry} />
          ))}
        </ol>
        {at + 1 === entries.length && <p>{words.killed.nothing}</p>}
      </section>
    </div>
  );
}

function titleOf(kill: TimelineEntry, flag: ProjectFlag): string {
  // It stays what it was, also when it was taken back since.
  const everywhere = Object.entries(flag.environments).every(
    ([environment, { enabled }]) => !enabled || kill.environments.includes(environment),
  );
  return everywhere ? words.killed.everywhere : words.killed.in(kill.environments.join(", "));
}

type Told = Omit<Props, "changeSet"> & { kill: TimelineEntry };

function Told({ project, flag, kill, close }: Told) {
  const environments = mainLast(kill.environments).reverse();
  const [main] = environments;
  const off = main === undefined ? null : (flag.environments[main]?.off ?? null);
  // Counted before the kill, by the dialog; it is not counted anew.
  const lost = useQueryClient().getQueryData<Record<string, Movement>>(losingQuery(project, flag.key).queryKey);
  const plans = useQuery(plansOfQuery(project, flag.key));
  const undo = useUndoneKill(project, kill);
  return (
    <>
      <header>
        <span className={classes.mark}>
          <Icon name="kill" />
        </span>
        <div>
          <h2>{titleOf(kill, flag)}</h2>
          <p className={classes.caption}>
            <Time at={kill.at} /> {words.killed.by(kill.actor)}
            {Object.entries(kill.versions ?? {}).map(([environment, version]) => (
              <span key={environment}>, {words.killed.change(environment, version)}</span>
            ))}
          </p>
        </div>
        <CloseButton size={44} iconSize={18} aria-label={words.killed.close} onClick={close} />
      </header>
      {off !== null && (
        <p className={classes.served}>
          {words.everyone}{" "}
          <Variant of={{ variants: flag.variants.map(({ key }) => key), off }} name={off} />.
        </p>
      )}
      <Reached project={project} environments={environments} />
      <ul className={classes.list}>
        {environments.map((environment) => {
          const moved = lost?.[environment]?.flags[flag.key]?.moved;
          return moved === undefined ? null : (
            <li key={environment}>
              <strong className="untrusted">{environment}</strong>
              <span>{words.killed.moved(number(moved))}</span>
            </li>
          );
        })}
        {(plans.data ?? [])
          .filter(({ state }) => state === "paused")
          .map(({ id, name }) => (
            <li key={id}>
              <strong className="untrusted">{name}</strong>
              <span>{words.killed.planPaused}</span>
            </li>
          ))}
      </ul>
      {undo.isSuccess ? (
        <p role="status">{words.killed.undone}</p>
      ) : (
        <Button
          variant="default"
          fullWidth
          leftSection={<Icon name="undo" />}
          loading={undo.isPending}
          onClick={() => undo.mutate()}
        >
          {words.killed.undo}
        </Button>
      )}
      <p className={classes.caption}>{words.killed.undoHint}</p>
    </>
  );
}

/** How many of the connected programs were sent what changed, in all environments together. */
function Reached({ project, environments }: { project: string; environments: readonly string[] }) {
  const found = useQueries({ queries: environments.map((each) => connectionsQuery(project, each)) });
  const known = found.flatMap(({ data }) => (data ? [data] : []));
  if (known.length < environments.length) return null;
  const streams = known.reduce((sum, each) => sum + each.streams, 0);
  const current = known.reduce((sum, each) => sum + each.current, 0);
  if (streams === 0) return <p role="status">{words.killed.nobody}</p>;
  return (
    <div role="status">
      <p className={classes.reached}>
        <b>{words.killed.reached(current, streams)}</b> {words.killed.have}
      </p>
      <progress className={classes.meter} value={current} max={streams} aria-label={words.killed.have} />
    </div>
  );
}

function Before({ project, entry }: { project: string; entry: TimelineEntry }) {
  return (
    <li>
      <Time at={entry.at} />
      <bdi className={classes.words}>
        {entry.kind === "change"
          ? commandWords(entry.command)
          : `${entry.application ?? ""} ${entry.version ?? ""}`}
      </bdi>
      <span className={classes.ways}>
        {Object.entries(entry.kind === "change" ? (entry.versions ?? {}) : {}).map(([environment, version]) => (
          <UndoButton
            key={environment}
            project={project}
            environment={environment}
            version={version}
            named
          />
        ))}
      </span>
    </li>
  );
}
