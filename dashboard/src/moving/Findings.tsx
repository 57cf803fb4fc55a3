import { Icon } from "../parts/Icon";
import { text } from "../text/en";
import classes from "./Findings.module.css";
import type { Odd } from "./odd";

/** What is odd about a change, the worst first. */
export function Findings({ odd }: { odd: readonly Odd[] }) {
  if (odd.length === 0) return <p className={classes.none}>{text.moving.nothingOdd}</p>;
  const order = ["error", "warning", "note"];
  const sorted = [...odd].sort((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
  return (
    <ul className={classes.findings}>
      {sorted.map(({ severity, words, more }, index) => (
        <li key={index} data-severity={severity}>
          <Icon name={severity === "note" ? "search" : "warning"} />
          <div>
            <span className="visually-hidden">{text.moving.severities[severity]}: </span>
            <strong>{words}</strong> {more}
          </div>
        </li>
      ))}
    </ul>
  );
}
