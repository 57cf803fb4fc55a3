import { useLocalStorage } from "@mantine/hooks";
import type { KeyboardEvent, PointerEvent } from "react";

import { useKeys } from "../keys/useKeys";

const LEAST = 120;
const STEP = 40;
/** The foot never takes more of the window than this. */
const MOST = 0.56;

/** How high the opened foot is, remembered on this device: by its edge, or by Ctrl Alt and arrows. */
export function useHeight() {
  const [height, setHeight] = useLocalStorage({
    key: "yardarm.foot-height",
    defaultValue: 360,
    getInitialValueInEffect: false,
  });
  const most = Math.round(window.innerHeight * MOST);
  const put = (value: number) => setHeight(Math.round(Math.min(Math.max(value, LEAST), most)));
  const by = (step: number) => put(Math.min(height, most) + step);
  useKeys({ "mod+alt+arrowup": () => by(STEP), "mod+alt+arrowdown": () => by(-STEP) });
  return {
    height: Math.min(height, most),
    edge: {
      role: "separator",
      "aria-orientation": "horizontal" as const,
      "aria-valuenow": Math.min(height, most),
      "aria-valuemin": LEAST,
      "aria-valuemax": most,
      tabIndex: 0,
      onKeyDown: (event: KeyboardEvent) => {
        const step = { ArrowUp: STEP, ArrowDown: -STEP }[event.key];
        if (step === undefined || event.altKey) return;
        event.preventDefault();
        by(step);
      },
      onPointerDown: (event: PointerEvent) => event.currentTarget.setPointerCapture(event.pointerId),
      onPointerMove: (event: PointerEvent) => {
        if (event.currentTarget.hasPointerCapture(event.pointerId)) put(window.innerHeight - event.clientY);
      },
    },
  };
}
