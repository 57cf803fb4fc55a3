import { ActionIcon, Button, Checkbox, Group, Select, TextInput } from "@mantine/core";

import { fromLocal, toLocal, zoneHere, zones } from "../../model/instants";
import { DAYS, windowsOf, withField, type Freeze } from "../../model/policies";
import { Icon } from "../../parts/Icon";
import { text } from "../../text/en";
import type { PolicyFormProps } from "./PolicyCard";
import classes from "./Settings.module.css";

const words = text.settings.policies.freeze;

/** Windows in which nothing changes without approval: once, by instants; or weekly, by a zone's clock. */
export function FreezesForm({ policy, change, disabled }: PolicyFormProps) {
  const windows = windowsOf(policy);
  const set = (next: Freeze[]) => change(withField(policy, next, "windows"));
  const add = (window: Freeze) => set([...windows, window]);
  return (
    <div>
      {windows.length === 0 && <p className={classes.caption}>{words.none}</p>}
      {windows.map((window, index) => (
        <div key={index} className={classes.row} data-lined>
          <WindowFields
            number={index + 1}
            window={window}
            disabled={disabled}
            change={(next) => set(windows.map((each, at) => (at === index ? next : each)))}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            size={32}
            disabled={disabled}
            aria-label={words.remove(index + 1)}
            onClick={() => set(windows.filter((_, at) => at !== index))}
          >
            <Icon name="close" size={12} />
          </ActionIcon>
        </div>
      ))}
      {!disabled && (
        <Group gap={8} mt={8}>
          <Button
            variant="default"
            size="compact-sm"
            h={24}
            leftSection={<Icon name="plus" size={12} />}
            onClick={() => {
              const hour = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000);
              const day = new Date(hour.getTime() + 86_400_000);
              add({ from: hour.toISOString(), to: day.toISOString() });
            }}
          >
            {words.addOnce}
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            h={24}
            leftSection={<Icon name="plus" size={12} />}
            onClick={() => add({ days: ["fri"], from: "16:00", to: "08:00", zone: zoneHere() })}
          >
            {words.addWeekly}
          </Button>
        </Group>
      )}
    </div>
  );
}

interface FieldsProps {
  number: number;
  window: Freeze;
  disabled: boolean;
  change: (window: Freeze) => void;
}

function WindowFields({ number, window, disabled, change }: FieldsProps) {
  const weekly = window.days !== undefined;
  const says = (name: string) => `${weekly ? words.weekly : words.once} ${number}: ${name}`;
  const time = (name: "from" | "to") => (
    <TextInput
      type={weekly ? "time" : "datetime-local"}
      label={words[name]}
      aria-label={says(words[name])}
      disabled={disabled}
      value={weekly ? window[name] : toLocal(window[name])}
      onChange={(event) => {
        const typed = event.currentTarget.value;
        const given = weekly ? typed : fromLocal(typed);
        if (given !== null) change({ ...window, [name]: given });
      }}
    />
  );
  return (
    <>
      {weekly && (
        <Checkbox.Group
          label={words.days}
          aria-label={says(words.days)}
          value={window.days ?? []}
          onChange={(days) => change({ ...window, days: DAYS.filter((day) => days.includes(day)) })}
        >
          <Group gap={8} mih={32}>
            {DAYS.map((day) => (
              <Checkbox key={day} value={day} label={day} disabled={disabled} />
            ))}
          </Group>
        </Checkbox.Group>
      )}
      {time("from")}
      {time("to")}
      {weekly ? (
        <Select
          className={classes.middle}
          label={words.zone}
          aria-label={says(words.zone)}
          searchable
          limit={50}
          disabled={disabled}
          data={[...new Set([window.zone ?? "UTC", ...zones()])]}
          value={window.zone ?? "UTC"}
          onChange={(zone) => change({ ...window, zone: zone ?? "UTC" })}
        />
      ) : (
        <span className={classes.caption}>{words.here(zoneHere())}</span>
      )}
      <TextInput
        className={classes.middle}
        label={words.reason}
        aria-label={says(words.reason)}
        disabled={disabled}
        value={window.reason ?? ""}
        onChange={(event) => change({ ...window, reason: event.currentTarget.value })}
      />
    </>
  );
}
