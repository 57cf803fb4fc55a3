import { useParams, useRouterState } from "@tanstack/react-router";
import { useEffect, type RefObject } from "react";

import { text } from "../text/en";

/** The page's heading is the document's title, and has the focus after one has gone somewhere.
 *
 * So a screen reader says where one has arrived. A page has its heading when what it shows is there;
 * whoever has begun to do something on it by then is not disturbed.
 */
export function useArrival(main: RefObject<HTMLElement | null>): void {
  // While the next page is on its way, what is seen is the one before.
  const path = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });
  const { project } = useParams({ strict: false });
  useEffect(() => {
    const page = main.current;
    if (page === null) return;
    let arriving = true;
    const look = () => {
      const heading = page.querySelector("h1");
      document.title = text.shell.titled(heading?.textContent ?? "", project ?? "");
      arriving &&= !page.contains(document.activeElement);
      if (heading === null || !arriving) return;
      arriving = false;
      // On the first load nobody has gone anywhere: the reader reads from the top.
      if (first) {
        first = false;
        return;
      }
      if (document.querySelector("[aria-modal=true]") !== null) return;
      heading.tabIndex = -1;
      heading.focus();
    };
    look();
    const watching = new MutationObserver(look);
    watching.observe(page, { childList: true, subtree: true, characterData: true });
    return () => watching.disconnect();
  }, [main, path, project]);
}

let first = true;
