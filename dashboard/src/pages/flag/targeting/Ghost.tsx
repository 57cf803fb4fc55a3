import { Button } from "@mantine/core";

import { text } from "../../../text/en";
import classes from "./RuleCard.module.css";

/** A rule that other environments have: a hole in the row, and the way to fill it. */
export function Ghost({ name, from, copy }: { name: string; from: string; copy: () => void }) {
  return (
    <div className={classes.ghost}>
      <span className="untrusted" title={name}>
        {text.targeting.ghost.none(name)}
      </span>
      <Button variant="subtle" size="compact-sm" px={0} onClick={copy}>
        {text.targeting.ghost.copy(from)}
      </Button>
    </div>
  );
}
