import { Button, Kbd, TextInput } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { ConfirmButton } from "../parts/ConfirmButton";
import { Icon } from "../parts/Icon";
import { text } from "../text/en";
import { BudgetLine } from "./BudgetMeter";
import classes from "./MovementFoot.module.css";
import type { Counted } from "./usePreview";
import type { Saving } from "./useSaving";

interface Props {
  project: string;
  environment: string;
  flag: string | undefined;
  /** The rule whose share a ramp would raise: the one that is edited, if it is one. */
  rule: string | undefined;
  /** What could come later too; null for what cannot. */
  command: Record<string, unknown> | null;
  counted: Counted;
  saving: Saving;
  reason: string;
  setReason: (reason: string) => void;
  /** Why nothing can be saved now. */
  barred: string | null;
}

/** What can be done with a draft: save it, ask for approval, or let it come later or in steps. */
export function FootActions(props: Props) {
  const { project, environment, flag, rule, command, counted, saving, reason, setReason, barred } = props;
  const grounds = counted.verdict?.grounds ?? [];
  const asks = grounds.length > 0;
  return (
    <div className={classes.actions}>
      <div className={classes.buttons}>
        {flag !== undefined && (
          <Button
            variant="default"
            leftSection={<Icon name="steps" />}
            renderRoot={(root) => (
              <Link {...root} to="/projects/$project/plans/ramp" params={{ project }} search={{ flag, environment, rule }} />
            )}
          >
            {text.moving.ramp}
          </Button>
        )}
        {command !== null && <Button
          variant="default"
          leftSection={<Icon name="clock" />}
          renderRoot={(root) => (
            <Link
              {...root}
              to="/projects/$project/plans/schedule"
              params={{ project }}
              search={{ flag, environment, command: JSON.stringify(command) }}
            />
          )}
        >
          {text.moving.schedule}
        </Button>}
        {asks && (
          <ConfirmButton
            variant="outline"
            color="danger"
            act={text.moving.saveAnyway}
            title={text.moving.emergencyTitle}
            words={text.moving.emergencyWords}
            asks={text.moving.emergencyReason}
            needsReason
            danger
            barred={barred}
            go={(why) => {
              saving.save({ reason: why, emergency: true });
              return Promise.resolve();
            }}
          >
            {text.moving.emergency}
          </ConfirmButton>
        )}
        <Button
          className={classes.save}
          onClick={() => saving.save({ reason })}
          loading={saving.pending}
          disabled={barred !== null}
          title={barred ?? undefined}
          rightSection={<Kbd size="xs">{asks ? text.moving.requestKeys : text.moving.saveKeys}</Kbd>}
        >
          {asks ? text.moving.request : text.moving.save(environment)}
        </Button>
      </div>
      <div className={classes.below}>
        <TextInput
          size="xs"
          className={classes.reason}
          aria-label={text.moving.reason}
          placeholder={text.moving.reasonHint}
          value={reason}
          maxLength={1000}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <BudgetLine verdict={counted.verdict} />
      </div>
    </div>
  );
}
