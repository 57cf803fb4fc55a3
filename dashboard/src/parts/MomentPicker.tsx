import { Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { ago, fromLocal, toLocal } from "../model/instants";
import type { Moment } from "../model/moment";
import { text } from "../text/en";
import { versionsQuery } from "../trace/asking";
import classes from "./MomentPicker.module.css";

interface Props {
  project: string;
  environments: string[];
  /** The flag whose versions are offered; without one, now and any time. */
  flag: string | undefined;
  column: string;
  moment: Moment;
  change: (moment: Moment) => void;
}

const NOW = "now";
const TIME = "time";

/** Which configuration a column asks: an environment, and since when. */
export function MomentPicker({ project, environments, flag, column, moment, change }: Props) {
  const { environment, version, at } = moment;
  const found = useQuery({
    ...versionsQuery(project, environment, flag ?? ""),
    enabled: flag !== undefined,
  });
  const words = text.playground;
  const versions = (found.data ?? []).map((each) => ({
    value: String(each.version),
    label: words.versionOf(each.version, ago(new Date(each.at), new Date())),
  }));
  if (version !== undefined && !versions.some(({ value }) => value === String(version))) {
    versions.unshift({ value: String(version), label: words.version(version) });
  }
  return (
    <div className={classes.moment}>
      <Select
        size="xs"
        aria-label={words.environment(column)}
        data={environments.includes(environment) ? environments : [environment, ...environments]}
        value={environment}
        onChange={(key) => change({ environment: key ?? environment })}
      />
      <Select
        size="xs"
        aria-label={words.moment(column)}
        data={[{ value: NOW, label: words.now }, ...versions, { value: TIME, label: words.atTime }]}
        value={version !== undefined ? String(version) : at !== undefined ? TIME : NOW}
        onChange={(chosen) => {
          if (chosen === TIME) change({ environment, at: new Date().toISOString() });
          else if (chosen === NOW || chosen === null) change({ environment });
          else change({ environment, version: Number(chosen) });
        }}
      />
      {at !== undefined && (
        <TextInput
          size="xs"
          type="datetime-local"
          aria-label={words.instant(column)}
          defaultValue={toLocal(at)}
          onChange={(event) => {
            const instant = fromLocal(event.currentTarget.value);
            if (instant !== null) change({ environment, at: instant });
          }}
        />
      )}
    </div>
  );
}
