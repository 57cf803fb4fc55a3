import { ActionIcon, Button, Progress } from "@mantine/core";
import { useEffect, useState } from "react";

import { useKeys } from "../keys/useKeys";
import { movedWords } from "../model/movement";
import { Icon } from "../parts/Icon";
import { useBarred } from "../parts/offline";
import { wordsOf } from "../parts/States";
import type { VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import { Basis, FirstLine } from "./FirstLine";
import { FootActions } from "./FootActions";
import { FootDetails } from "./FootDetails";
import classes from "./MovementFoot.module.css";
import { oddOf, warningsOf } from "./odd";
import type { Serving } from "./People";
import { useHeight } from "./useHeight";
import type { Counted } from "./usePreview";
import type { Saving } from "./useSaving";

interface Props {
  project: string;
  environment: string;
  /** The flag that is edited; without one, every flag that moves is told. */
  flag?: string;
  /** The rule that is edited, where it is one. */
  rule?: string | undefined;
  /** The command that is counted, where it is one that a schedule could carry out. */
  command: Record<string, unknown> | null;
  /** The variants of a flag, and which of them is `off`. */
  variantsOf: (flag: string) => VariantKeys;
  counted: Counted;
  saving: Saving;
  /** What the edited flag serves by rule, so that traces can show it. */
  before?: Serving | undefined;
  after?: Serving | undefined;
  /** What stands above it: a conflict, or news. */
  meanwhile?: React.ReactNode;
  /** Why nothing can be saved now. */
  barred?: string | null;
}

/** Who moves if one saves: never out of sight while something is unsaved. */
export function MovementFoot(props: Props) {
  const { project, environment, flag, rule, command, variantsOf, counted, saving, before, after } = props;
  const offline = useBarred();
  const { meanwhile } = props;
  const barred = props.barred ?? offline;
  const [open, setOpen] = useState(false);
  const [reason, setReason] = useState("");
  const { height, edge } = useHeight();
  const odd = oddOf(counted.movement);
  const asks = (counted.verdict?.grounds.length ?? 0) > 0;
  const save = () => {
    if (barred === null && !saving.pending) saving.save({ reason });
  };
  useKeys({
    m: () => setOpen((was) => !was),
    "mod+s": () => !asks && save(),
    "mod+enter": () => asks && save(),
  });
  useEffect(() => {
    // What is being edited stays in sight above the foot.
    if (open) document.querySelector("#content [data-edited]")?.scrollIntoView({ block: "start" });
  }, [open]);
  return (
    <section className={classes.foot} data-open={open || undefined} aria-label={text.moving.title}>
      {counted.counting && (
        <Progress className={classes.progress} value={100} size={2} animated aria-label={text.moving.counting} />
      )}
      {open && <div className={classes.edge} aria-label={text.moving.height} {...edge} />}
      {meanwhile}
      <div className={classes.top}>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={open ? text.moving.less : text.moving.more}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          <Icon name={open ? "down" : "up"} />
        </ActionIcon>
        <div className={classes.words} data-old={counted.counting || undefined}>
          <p className={classes.moved} role="status">
            <FirstLine counted={counted} variantsOf={variantsOf} flag={flag} />
          </p>
          <p className={classes.caption}>
            <Basis counted={counted} flag={flag} warnings={warningsOf(odd)} project={project} />
          </p>
          {counted.verdict?.grounds.map((ground, index) => (
            <p key={index} className={classes.ground}>
              {text.moving.needsApproval(ground.words)}
            </p>
          ))}
          {barred !== null && <p className={classes.ground}>{barred}</p>}
          {saving.error !== null && saving.error !== undefined && (
            <p className={classes.ground} role="alert">
              {wordsOf(saving.error)}
            </p>
          )}
          {saving.stopped !== null && <Stopped saving={saving} save={save} />}
        </div>
        <FootActions
          project={project}
          environment={environment}
          flag={flag}
          rule={rule}
          command={command}
          counted={counted}
          saving={saving}
          reason={reason}
          setReason={setReason}
          barred={barred}
        />
      </div>
      {open && (
        <FootDetails
          environment={environment}
          flag={flag}
          counted={counted}
          odd={odd}
          variantsOf={variantsOf}
          before={before}
          after={after}
          height={height}
        />
      )}
    </section>
  );
}

/** Others would move than was shown when one pressed save: both, and nothing is saved. */
function Stopped({ saving, save }: { saving: Saving; save: () => void }) {
  if (saving.stopped === null) return null;
  const { before, after } = saving.stopped;
  return (
    <p className={classes.stopped} role="alert">
      {text.moving.stopped} {text.moving.was}: <b>{movedWords(before)}</b>. {text.moving.is}:{" "}
      <b>{movedWords(after)}</b>.{" "}
      <Button variant="default" size="compact-sm" onClick={save}>
        {text.moving.saveAnyway}
      </Button>
    </p>
  );
}
