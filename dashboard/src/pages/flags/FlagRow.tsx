import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { FlagActivity, ListedFlag } from "../../client";
import { chipOf, few } from "../../model/flagStates";
import { Bar } from "../../parts/Bar";
import { Sentence } from "../../parts/Sentence";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import { Attention } from "./Attention";
import classes from "./FlagRow.module.css";
import { Sparkline } from "./Sparkline";

interface Props {
  project: string;
  flag: ListedFlag;
  /** The environment whose sentence is told. */
  main: string | undefined;
  environments: string[];
  activity: Record<string, FlagActivity> | undefined;
  isSelected: boolean;
  onSelect: (shift: boolean) => void;
}

/** The cells of one flag. */
export function FlagRow(props: Props) {
  const { project, flag, main, environments, activity, isSelected, onSelect } = props;
  const here = main === undefined ? undefined : flag.environments[main];
  const of = { variants: flag.variants.map(({ key }) => key), off: here?.off ?? null };
  const name = flag.name || flag.key;
  return (
    <>
      <span role="gridcell" className={classes.check}>
        <Checkbox
          size="xs"
          tabIndex={-1}
          checked={isSelected}
          aria-label={text.flags.bulk.select(flag.key)}
          onChange={(event) => onSelect((event.nativeEvent as MouseEvent).shiftKey)}
        />
      </span>
      <span role="gridcell" className={classes.flag}>
        <Link to="/projects/$project/flags/$flag" params={{ project, flag: flag.key }} tabIndex={-1}>
          <bdi className="untrusted" title={name}>
            {name}
          </bdi>
        </Link>
        <code className="untrusted" title={flag.key}>
          {flag.key}
        </code>
      </span>
      <span role="gridcell" className={classes.serves}>
        {here && <Sentence small says={here.says} of={of} />}
      </span>
      {environments.map((key) => (
        <span role="gridcell" key={key} className={classes.state} data-main={key === main || undefined}>
          <State flag={flag} environment={key} activity={activity?.[key]} />
        </span>
      ))}
      <span role="gridcell" className={classes.evaluations}>
        <Evaluations activity={main === undefined ? undefined : activity?.[main]} />
      </span>
      <span role="gridcell" className={classes.owner}>
        <span className="untrusted" title={flag.owner}>
          {flag.owner}
        </span>
        {flag.tags.length > 0 && (
          <small className="untrusted" title={flag.tags.join(", ")}>
            {flag.tags.join(", ")}
          </small>
        )}
      </span>
      <span role="gridcell" className={classes.purpose}>
        {flag.purpose}
      </span>
      <span role="gridcell" className={classes.changed}>
        {flag.changed_at !== null && <Time at={flag.changed_at} />}
      </span>
      <span role="gridcell" className={classes.attention}>
        <Attention flag={flag} main={main} />
      </span>
    </>
  );
}

function State(props: { flag: ListedFlag; environment: string; activity: FlagActivity | undefined }) {
  const { flag, environment, activity } = props;
  const state = flag.states[environment];
  if (state === undefined) return null;
  const chip = chipOf(flag, environment, state, activity);
  const of = {
    variants: flag.variants.map(({ key }) => key),
    off: flag.environments[environment]?.off ?? null,
  };
  return (
    <span className={classes.chip} data-off={chip.off || undefined} title={chip.title}>
      <small className={classes.environment}>{environment}</small>
      <span className="untrusted">{chip.word}</span>
      <Bar of={of} shares={chip.shares} height={4} />
    </span>
  );
}

function Evaluations({ activity }: { activity: FlagActivity | undefined }) {
  const hours = activity?.hours ?? [];
  const sum = hours.reduce((all, count) => all + count, 0);
  if (sum === 0) return <span className={classes.none}>{text.flags.evaluations.none}</span>;
  return (
    <span className={classes.counted} title={text.flags.evaluations.label(sum.toLocaleString("en"))}>
      <Sparkline values={hours} />
      <span>{few(sum)}</span>
    </span>
  );
}
