import { UnstyledButton } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import type { FlagInEnvironment, ProjectFlag } from "../../client";
import { mainLast } from "../../model/environments";
import { Icon } from "../../parts/Icon";
import { InHeader } from "../../parts/InHeader";
import { Variant } from "../../parts/Variant";
import { text } from "../../text/en";
import classes from "./PhoneHead.module.css";

/** A flag's name in the header of a phone, and the way back to the list. */
export function PhoneHeader({ project, flag }: { project: string; flag: ProjectFlag }) {
  return (
    <InHeader>
      <Link
        to="/projects/$project/flags"
        params={{ project }}
        className={classes.back}
        aria-label={text.shell.back}
      >
        <Icon name="back" />
      </Link>
      <span className={classes.name}>
        <bdi className="untrusted">{flag.name || flag.key}</bdi>
        <code className="untrusted">{flag.key}</code>
      </span>
    </InHeader>
  );
}

interface Choice {
  flag: ProjectFlag;
  shown: string;
  show: (environment: string) => void;
}

/** One environment at a time, each with what it serves in a word. */
export function PhoneEnvironments({ flag, shown, show }: Choice) {
  return (
    <nav className={classes.environments} aria-label={text.shell.environments}>
      {mainLast(Object.keys(flag.environments)).map((environment) => (
        <UnstyledButton
          key={environment}
          aria-current={environment === shown ? "true" : undefined}
          onClick={() => show(environment)}
        >
          <bdi className="untrusted">{environment}</bdi>
          <small>
            <Word flag={flag} here={flag.environments[environment]} />
          </small>
        </UnstyledButton>
      ))}
    </nav>
  );
}

function Word({ flag, here }: { flag: ProjectFlag; here: FlagInEnvironment | undefined }) {
  if (here === undefined) return null;
  if (!here.enabled) return text.flags.isOff;
  if (here.rules.length > 0) return text.flags.rules(here.rules.length);
  if (typeof here.default !== "string") return here.default === null ? text.flag.fallback : text.flags.split;
  return <Variant of={{ variants: flag.variants.map(({ key }) => key), off: here.off }} name={here.default} />;
}
