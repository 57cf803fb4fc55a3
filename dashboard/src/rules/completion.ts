import { createContext, useContext } from "react";

import type { SeenAttribute } from "../api/queries";

/** What an editor can complete: attributes and values that were really seen, segments and flags. */
export interface Completion {
  project: string;
  attributes: SeenAttribute[];
  segments: string[];
  /** The kinds of contexts that were seen. */
  kinds: string[];
}

export const CompletionContext = createContext<Completion>({
  project: "",
  attributes: [],
  segments: [],
  kinds: [],
});

export function useCompletion(): Completion {
  return useContext(CompletionContext);
}
