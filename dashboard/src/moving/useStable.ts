import { useState } from "react";

/** The same object as long as it says the same, so that it can be waited for. */
export function useStable<T>(value: T): T {
  const [kept, setKept] = useState(value);
  if (JSON.stringify(kept) !== JSON.stringify(value)) {
    setKept(value);
    return value;
  }
  return kept;
}
