import type { ImportFinding, ImportLoss } from "../../client";
import { importsText as words } from "../../text/imports";
import classes from "./Import.module.css";

/** What was not carried over exactly: where, why, and what is served instead. */
export function Losses({ losses }: { losses: readonly ImportLoss[] }) {
  return (
    <ul className={classes.notes}>
      {losses.map((loss, index) => (
        <li key={index}>
          <b>{loss.kind}</b> {loss.pointer && <code>{loss.pointer} </code>}
          <bdi>{loss.message}</bdi>
          {(loss.says || loss.did) && (
            <p>
              {words.says}: <bdi>{loss.says}</bdi>. {words.really}: <bdi>{loss.did}</bdi>.{" "}
              {loss.option && words.byOption(loss.option)}
            </p>
          )}
          {loss.effect && (
            <p className={classes.hint}>
              <bdi>{loss.effect}</bdi>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}

/** What analysis proves of the rules, as they were before. */
export function Findings({ findings }: { findings: readonly ImportFinding[] }) {
  return (
    <ul className={classes.notes}>
      {findings.map(({ severity, pointer, words, proof }, index) => (
        <li key={index}>
          <b>{severity}</b> <code>{pointer} </code>
          <bdi>{words}</bdi>
          {proof && (
            <p className={classes.hint}>
              <bdi>{proof}</bdi>
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
