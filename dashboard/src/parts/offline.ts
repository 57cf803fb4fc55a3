import { createContext, useContext } from "react";

import { text } from "../text/en";

/** `14:02` since when the server cannot be reached; null while it can. */
export const OfflineContext = createContext<string | null>(null);

/** Why nothing can be saved now, in words; null while it can. A kill is tried all the same. */
export function useBarred(): string | null {
  const since = useContext(OfflineContext);
  return since === null ? null : text.shell.cannotSave(since);
}
