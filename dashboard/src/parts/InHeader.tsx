import { useSyncExternalStore, type ReactNode } from "react";
import { createPortal } from "react-dom";

/** The header's place for a page that has more to say there than its project; shown on phones. */
export const HEADER_PLACE = "header-page";

const nothing = () => () => undefined;

/** Puts what it holds into the header, where a phone shows it instead of the project. */
export function InHeader({ children }: { children: ReactNode }) {
  // The header is there before any page; only the first drawing of all may be too early.
  const place = useSyncExternalStore(nothing, () => document.getElementById(HEADER_PLACE));
  return place === null ? null : createPortal(children, place);
}
