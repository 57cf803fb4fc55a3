import { NumberInput, SegmentedControl, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";

import { fromLocal, toLocal } from "../../model/instants";
import type { Moment } from "../../model/moment";
import { text } from "../../text/en";
import classes from "./ContextPage.module.css";

interface Props {
  moment: Moment;
  /** The version that answered last: where going back begins. */
  version: number | undefined;
  travel: (moment: Moment) => void;
}

type When = "now" | "version" | "time";

/** Which configuration is asked: the present one, a version, or the one in force at a time. */
export function Travel({ moment, version, travel }: Props) {
  const { environment } = moment;
  const words = text.contexts;
  const when: When =
    moment.version !== undefined ? "version" : moment.at !== undefined ? "time" : "now";
  const later = useDebouncedCallback(travel, 300);
  return (
    <div className={classes.travel}>
      <SegmentedControl
        size="xs"
        aria-label={words.moment}
        value={when}
        data={[
          { value: "now", label: words.now },
          { value: "version", label: words.atVersion },
          { value: "time", label: words.atTime },
        ]}
        onChange={(chosen) => {
          if (chosen === "version") travel({ environment, version: version ?? 1 });
          else if (chosen === "time") travel({ environment, at: new Date().toISOString() });
          else travel({ environment });
        }}
      />
      {when === "version" && (
        <NumberInput
          size="xs"
          className={classes.version}
          aria-label={words.version}
          min={1}
          allowDecimal={false}
          defaultValue={moment.version}
          onChange={(value) => {
            if (typeof value === "number" && value >= 1) later({ environment, version: value });
          }}
        />
      )}
      {when === "time" && (
        <TextInput
          size="xs"
          type="datetime-local"
          aria-label={words.time}
          max={toLocal(new Date().toISOString())}
          defaultValue={toLocal(moment.at)}
          onChange={(event) => {
            const at = fromLocal(event.currentTarget.value);
            if (at !== null) later({ environment, at });
          }}
        />
      )}
    </div>
  );
}
