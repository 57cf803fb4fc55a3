import { Button } from "@mantine/core";
import { useState } from "react";

import type { FlagFinding, Rule } from "../../../client";
import type { Odd } from "../../../model/findings";
import { Icon } from "../../../parts/Icon";
import { text } from "../../../text/en";
import classes from "./Callout.module.css";

interface Props {
  odd: Odd;
  rules: readonly Rule[];
  /** Undefined where nothing may be edited. */
  above?: (() => void) | undefined;
  remove?: (() => void) | undefined;
}

const HEADINGS: Partial<Record<FlagFinding["kind"], string>> = {
  "rule-never-matches": text.targeting.odd.never,
  "rule-shadowed": text.targeting.odd.shadowed,
  "condition-contradictory": text.targeting.odd.contradictory,
  "condition-always-true": text.targeting.odd.always,
};

/** What is odd about a rule: who is to blame, the proof, and the way out of it. */
export function Callout({ odd, rules, above, remove }: Props) {
  const [proving, setProving] = useState(false);
  const { finding, culprits } = odd;
  const words = text.targeting.odd;
  const blamed = rules.flatMap(({ id, name }, at) =>
    culprits.includes(id) ? [{ number: at + 1, name: name ?? "" }] : [],
  );
  const names = blamed.map(({ number, name }) => words.named(number, name));
  const dead = finding.kind === "rule-shadowed" || finding.kind === "rule-never-matches";
  return (
    <div className={classes.callout} role="note">
      <Icon name="warning" />
      <div>
        <p>
          <strong>{HEADINGS[finding.kind] ?? words.other}</strong>{" "}
          {names.length > 0 ? words.by(names.join(", ")) : finding.proof || finding.words}
        </p>
        {proving && (
          <p className={classes.proof}>
            {finding.words}
            {finding.witness !== null && (
              <>
                {" "}
                {words.example}: <code>{JSON.stringify(finding.witness)}</code>
              </>
            )}
          </p>
        )}
        <div className={classes.acts}>
          {dead && above && blamed[0] && (
            <Act act={above}>{words.above(blamed[0].number)}</Act>
          )}
          {dead && remove && <Act act={remove}>{words.remove}</Act>}
          <Act act={() => setProving(!proving)} open={proving}>
            {proving ? words.hide : words.proof}
          </Act>
        </div>
      </div>
    </div>
  );
}

/** A finding that is about the flag as a whole. */
export function Aside({ finding }: { finding: FlagFinding }) {
  return (
    <div className={classes.callout} role="note">
      <Icon name="warning" />
      <p>{finding.words}</p>
    </div>
  );
}

function Act({ act, open, children }: { act: () => void; open?: boolean; children: string }) {
  return (
    <Button variant="subtle" size="compact-sm" px={0} aria-expanded={open} onClick={act}>
      {children}
    </Button>
  );
}
