import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { useVariants } from "../../api/variants";
import type { ChangeRequest } from "../../client";
import {
  isSampled,
  isUnchanged,
  movedWords,
  movementOf,
  movers,
  nobodyReports,
  number,
  sameMatrix,
  type Movement,
} from "../../model/movement";
import { flagsChangedBy } from "../../model/requests";
import { BudgetMeters } from "../../moving/BudgetMeter";
import { FirstLine } from "../../moving/FirstLine";
import { Findings } from "../../moving/Findings";
import { oddOf } from "../../moving/odd";
import { People } from "../../moving/People";
import { Who } from "../../moving/Who";
import { Why } from "../../moving/Why";
import { usePreview, type Counted } from "../../moving/usePreview";
import { useStable } from "../../moving/useStable";
import { Icon } from "../../parts/Icon";
import { wordsOf } from "../../parts/States";
import type { VariantKeys } from "../../parts/Variant";
import { text } from "../../text/en";
import classes from "./Requests.module.css";

const words = text.requests;
const UNKNOWN: VariantKeys = { variants: [], off: null };

interface Props {
  request: ChangeRequest;
  environment: string;
  variantsOf: ReturnType<typeof useVariants>;
}

/** Whom a request that waits would move now, beside whom it moved when it was asked for. */
export function MovesNow(props: Props & { project: string; version: number }) {
  const { project, request, environment, version, variantsOf } = props;
  const command = useStable(request.command ?? null);
  const counted = usePreview(project, environment, command, version);
  const { movement, verdict } = counted;
  const flags = flagsChangedBy(request);
  const ramped = request.command?.type === "edit_flag" ? flags[0] : undefined;
  return (
    <section className={classes.card} aria-label={words.who(environment)}>
      <div className={classes.cardHead}>
        <h2>{words.who(environment)}</h2>
        {movement !== null && !nobodyReports(movement) && !isUnchanged(movement) && (
          <span className={classes.caption}>
            {words.basis(isSampled(movement), number(movement.contexts)) + words.counted(counted.version ?? version)}
          </span>
        )}
      </div>
      <Again then={thenOf(request, environment)} counted={counted} environment={environment} version={version} />
      <p className={classes.moved} role="status" data-old={counted.counting || undefined}>
        <FirstLine counted={counted} flag={flags.length === 1 ? flags[0] : undefined} variantsOf={(flag) => variantsOf(flag) ?? UNKNOWN} />
      </p>
      {movement !== null && (
        <>
          <Details movement={movement} variantsOf={variantsOf} environment={environment} version={counted.version} explained />
          <Findings odd={oddOf(movement)} />
        </>
      )}
      <BudgetMeters verdict={verdict} environment={environment} />
      {ramped !== undefined && (
        <div>
          <Button
            variant="default"
            size="compact-sm"
            leftSection={<Icon name="steps" />}
            renderRoot={(root) => (
              <Link {...root} to="/projects/$project/plans/ramp" params={{ project }} search={{ flag: ramped, environment }} />
            )}
          >
            {words.plan}
          </Button>
        </div>
      )}
    </section>
  );
}

/** Whom a request that is settled was to move, as it was counted then. */
export function MovedThen({ request, environment, variantsOf }: Props) {
  const movement = thenOf(request, environment);
  if (movement === null) return null;
  const flags = flagsChangedBy(request);
  const counted: Counted = {
    movement, edits: [], version: null, preview: null, seconds: 0, verdict: null, counting: false, error: null,
    retry: () => undefined,
  };
  return (
    <section className={classes.card} aria-label={words.whoThen(environment)}>
      <div className={classes.cardHead}>
        <h2>{words.whoThen(environment)}</h2>
        <span className={classes.caption}>{words.countedThen}</span>
      </div>
      <p className={classes.moved}>
        <FirstLine counted={counted} flag={flags.length === 1 ? flags[0] : undefined} variantsOf={(flag) => variantsOf(flag) ?? UNKNOWN} />
      </p>
      <Details movement={movement} variantsOf={variantsOf} environment={environment} version={null} />
    </section>
  );
}

/** What was counted when it was asked for; null where nobody was counted. */
function thenOf({ preview }: ChangeRequest, environment: string): Movement | null {
  const found = preview?.[environment] as Partial<Movement> | undefined;
  return found?.contexts === undefined ? null : movementOf(found);
}

interface AgainProps {
  then: Movement | null;
  counted: Counted;
  environment: string;
  version: number;
}

/** Against what it was counted again, and whether anything differs. */
function Again({ then, counted, environment, version }: AgainProps) {
  const { movement, counting, error } = counted;
  if (counting || (movement === null && error === null)) return <p className={classes.banner}>{words.recounting}</p>;
  if (error !== null || movement === null) {
    return (
      <p className={classes.banner} data-tone="warning">
        {words.recountFailed(wordsOf(error))}
      </p>
    );
  }
  if (isUnchanged(movement)) {
    return (
      <p className={classes.banner} data-tone="warning">
        {words.nothingNow(environment)}
      </p>
    );
  }
  if (then === null) return null;
  const on = counted.version ?? version;
  if (sameMatrix(then, movement)) {
    return (
      <p className={classes.banner}>
        <Icon name="undo" /> {words.same(environment, on)}
      </p>
    );
  }
  return (
    <p className={classes.banner} data-tone="warning">
      <Icon name="warning" />
      <span>
        <strong>{words.differs(environment, on)}</strong> {words.differsHint(movedWords(then), movedWords(movement))}
      </span>
    </p>
  );
}

interface DetailsProps {
  movement: Movement;
  environment: string;
  version: number | null;
  variantsOf: ReturnType<typeof useVariants>;
  /** Whether it is known what explains it, and who moves for example. */
  explained?: boolean;
}

const SHOWN_FLAGS = 5;

function Details({ movement, environment, version, variantsOf, explained }: DetailsProps) {
  const flags = movers(movement).slice(0, SHOWN_FLAGS);
  return flags.map(([key]) => {
    const found = movement.flags[key];
    const of = variantsOf(key) ?? UNKNOWN;
    return found === undefined ? null : (
      <div key={key}>
        {flags.length > 1 && <h3 className="mono">{key}</h3>}
        <div className={classes.who}>
          <div>
            <Who found={found} of={of} total={movement.contexts} />
          </div>
          {explained && (
            <div>
              <h3>{text.moving.why}</h3>
              <Why found={found} />
            </div>
          )}
        </div>
        {explained && <People environment={environment} flag={key} found={found} of={of} version={version} />}
      </div>
    );
  });
}
