import { faultsOf } from "../api/faults";
import classes from "./Faults.module.css";
import { wordsOf } from "./States";

/** Why something could not be done, with each fault of what was entered; nothing without an error. */
export function Faults({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const faults = faultsOf(error);
  return (
    <div className={classes.faults} role="alert">
      {wordsOf(error)}
      {faults.length > 0 && (
        <ul>
          {faults.map(({ pointer, detail, hint }, index) => (
            <li key={index}>
              <code>{pointer || "/"}</code> {detail}
              {hint ? ` (${hint})` : ""}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
