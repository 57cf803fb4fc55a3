import { createContext, useContext } from "react";

export interface SeenAttribute {
  name: string;
  values: unknown[];
}

/** What an editor can complete: attributes and values that were really seen, and segments. */
export interface Completion {
  attributes: SeenAttribute[];
  segments: string[];
}

export const CompletionContext = createContext<Completion>({ attributes: [], segments: [] });

export function useCompletion(): Completion {
  return useContext(CompletionContext);
}
