import { faultsOf } from "../api/faults";
import classes from "./Faults.module.css";
import { wordsOf } from "./States";

/** Why something could not be done; nothing without an error.
 *
 * Of several faults of what was entered each is told; the server's words tell a single one.
 */
export function Faults({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  const faults = faultsOf(error);
  return (
    <div className={classes.faults} role="alert">
      {wordsOf(error)}
      {faults.length > 1 && (
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
