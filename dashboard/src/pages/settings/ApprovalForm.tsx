import { NumberInput, Switch, TagsInput } from "@mantine/core";

import { fieldOf, numberOf, withField } from "../../model/policies";
import { text } from "../../text/en";
import type { PolicyFormProps } from "./PolicyCard";
import classes from "./Settings.module.css";

const words = text.settings.policies.approval;

/** Who approves, how many it takes, and how long a request waits. */
export function ApprovalForm({ policy, change, disabled }: PolicyFormProps) {
  const by = fieldOf(policy, "by");
  return (
    <div className={classes.form}>
      <div className={classes.row}>
        <NumberInput
          className={classes.short}
          label={words.count}
          disabled={disabled}
          min={1}
          decimalScale={0}
          value={numberOf(policy, "approvals") ?? 1}
          onChange={(value) => change(withField(policy, value === "" ? undefined : Number(value), "approvals"))}
        />
        <NumberInput
          className={classes.short}
          label={words.expires}
          suffix={` ${words.hours}`}
          disabled={disabled}
          min={0}
          max={8784}
          value={numberOf(policy, "expires_hours") ?? 72}
          onChange={(value) =>
            change(withField(policy, value === "" ? undefined : Number(value), "expires_hours"))
          }
        />
      </div>
      <TagsInput
        label={words.by}
        description={words.byHint}
        disabled={disabled}
        value={Array.isArray(by) ? by.map(String) : []}
        onChange={(names) => change(withField(policy, names.length === 0 ? undefined : names, "by"))}
      />
      <Switch
        label={words.always}
        disabled={disabled}
        checked={fieldOf(policy, "always") === true}
        onChange={(event) => change(withField(policy, event.currentTarget.checked || undefined, "always"))}
      />
    </div>
  );
}
