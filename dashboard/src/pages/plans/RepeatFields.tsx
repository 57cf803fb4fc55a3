import { Checkbox, Group, NumberInput, Select, TextInput } from "@mantine/core";

import { faultAt } from "../../api/faults";
import type { Repeat } from "../../client";
import { zones } from "../../model/instants";
import { DAYS } from "../../model/policies";
import { text } from "../../text/en";
import classes from "./Plans.module.css";

const words = text.plans.newSchedule;
const PERIODS = ["daily", "weekly", "monthly"] as const;

interface Props {
  repeat: Repeat;
  change: (repeat: Repeat) => void;
  error: unknown;
}

/** When it comes again, by the clock of a zone. */
export function RepeatFields({ repeat, change, error }: Props) {
  const { every, zone, time = "00:00", days = [], day = 1 } = repeat;
  return (
    <>
      <div className={classes.row}>
        <Select
          className={classes.short}
          label={words.every}
          data={PERIODS.map((value) => ({ value, label: words.periods[value] }))}
          value={every}
          onChange={(value) => {
            const next = PERIODS.find((period) => period === value) ?? "weekly";
            change({
              every: next,
              zone,
              time,
              ...(next === "weekly" && { days: days.length > 0 ? days : ["mon" as const] }),
              ...(next === "monthly" && { day }),
            });
          }}
        />
        {every === "monthly" && (
          <NumberInput
            className={classes.short}
            label={words.day}
            min={1}
            max={31}
            decimalScale={0}
            value={day}
            onChange={(value) => value !== "" && change({ ...repeat, day: Number(value) })}
            error={faultAt(error, "/repeat/day")}
          />
        )}
        <TextInput
          type="time"
          className={classes.short}
          label={words.time}
          value={time}
          onChange={(event) => event.currentTarget.value !== "" && change({ ...repeat, time: event.currentTarget.value })}
          error={faultAt(error, "/repeat/time")}
        />
        <Select
          className={classes.middle}
          label={words.zone}
          searchable
          limit={50}
          data={[...new Set([zone, ...zones()])]}
          value={zone}
          onChange={(value) => change({ ...repeat, zone: value ?? zone })}
          error={faultAt(error, "/repeat/zone")}
        />
      </div>
      {every === "weekly" && (
        <Checkbox.Group
          label={words.days}
          value={days}
          error={faultAt(error, "/repeat/days")}
          onChange={(chosen) => change({ ...repeat, days: DAYS.filter((each) => chosen.includes(each)) })}
        >
          <Group gap={8} mt={4}>
            {DAYS.map((each) => (
              <Checkbox key={each} value={each} label={each} />
            ))}
          </Group>
        </Checkbox.Group>
      )}
    </>
  );
}
