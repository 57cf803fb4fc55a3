import { useSyncExternalStore } from "react";

const PLACE = "yardarm.single-keys";
const heard = new Set<() => void>();

/** Whether keys alone do something. Kept on this device; on until somebody switches them off. */
export const singleKeys = {
  get: (): boolean => {
    try {
      return localStorage.getItem(PLACE) !== "off";
    } catch {
      return true;
    }
  },
  set: (on: boolean): void => {
    try {
      if (on) localStorage.removeItem(PLACE);
      else localStorage.setItem(PLACE, "off");
    } catch {
      // a device that keeps nothing: they stay on
    }
    for (const tell of heard) tell();
  },
};

function follow(tell: () => void): () => void {
  heard.add(tell);
  return () => heard.delete(tell);
}

/** The same for a component, which is drawn anew when it changes. */
export function useSingleKeys(): boolean {
  return useSyncExternalStore(follow, singleKeys.get);
}
