import { NumberInput, Select } from "@mantine/core";

import { fieldOf, numberOf, percentOfShare, shareOfPercent, withField } from "../../model/policies";
import { text } from "../../text/en";
import type { PolicyFormProps } from "./PolicyCard";
import classes from "./Settings.module.css";

const words = text.settings.policies.budget;
const none = text.settings.policies.noLimit;

/** How much may move: the fields that most budgets have. Tighter limits are written as JSON. */
export function BudgetsForm({ policy, change, disabled }: PolicyFormProps) {
  const tighter = fieldOf(policy, "for");
  const field = (label: string, within: string, unit: "share" | "count", ...path: string[]) => {
    const found = numberOf(policy, ...path);
    const suffix = unit === "share" ? " %" : undefined;
    return (
      <NumberInput
        className={classes.short}
        label={label}
        aria-label={`${within} ${label}`}
        placeholder={none}
        disabled={disabled}
        min={0}
        // The shares of an hour's changes are added up, and may be more than all contexts.
        {...(unit === "share" && !path.includes("per_hour") && !path.includes("growth_share") && { max: 100 })}
        decimalScale={unit === "share" ? 4 : 0}
        thousandSeparator=","
        {...(suffix !== undefined && { suffix })}
        value={found === null ? "" : unit === "share" ? percentOfShare(found) : found}
        onChange={(value) => {
          const number = value === "" ? undefined : Number(value);
          const set = number === undefined || unit === "count" ? number : shareOfPercent(number);
          change(withField(policy, set, ...path));
        }}
      />
    );
  };
  return (
    <div className={classes.form}>
      <fieldset className={classes.fieldset}>
        <legend>{words.once}</legend>
        <div className={classes.row}>
          {field(words.share, words.once, "share", "max_share")}
          {field(words.contexts, words.once, "count", "max_contexts")}
        </div>
      </fieldset>
      <fieldset className={classes.fieldset}>
        <legend>{words.hour}</legend>
        <div className={classes.row}>
          {field(words.share, words.hour, "share", "per_hour", "max_share")}
          {field(words.contexts, words.hour, "count", "per_hour", "max_contexts")}
        </div>
      </fieldset>
      <fieldset className={classes.fieldset}>
        <legend>{words.flags}</legend>
        <div className={classes.row}>
          {field(words.growth, words.flags, "share", "growth_share")}
          {field(words.shrink, words.flags, "share", "shrink_share")}
          {field(`${words.deleted} (${words.deletedUnit})`, words.flags, "count", "deleted_flags")}
        </div>
      </fieldset>
      <Select
        className={classes.middle}
        label={words.without}
        disabled={disabled}
        data={[
          { value: "approval", label: words.approval },
          { value: "allow", label: words.allow },
        ]}
        value={fieldOf(policy, "without_population") === "allow" ? "allow" : "approval"}
        onChange={(value) =>
          change(withField(policy, value === "allow" ? "allow" : undefined, "without_population"))
        }
      />
      {Array.isArray(tighter) && tighter.length > 0 && (
        <span className={classes.caption}>{words.tighter(tighter.length)}</span>
      )}
    </div>
  );
}
