import { useEffect, useLayoutEffect, useRef } from "react";

import { chordOf, isSingle, meant } from "./chord";
import { singleKeys } from "./singleKeys";

/** What is done at which keys: `{ "mod+s": save, "g f": flags, "/": search }`.
 *
 * Written as `chordOf` writes them; two presses in a row with a space between. What answers `false`
 * has not taken the press: it does what it does without us.
 */
export type Keys = Record<string, ((event: KeyboardEvent) => unknown) | undefined>;

const layers: { current: Keys }[] = [];
let before = { chord: "", at: 0 };

/** What a field does with its own text. */
const OF_FIELDS = new Set(["mod+z", "mod+shift+z", "mod+y"]);

const TOGETHER_MS = 1_500;

/** Binds keys while the component is there. What was bound last answers first.
 *
 * Keys alone are off while somebody types or a dialog is open, and for whoever switched them off;
 * those with Ctrl, Cmd or Alt are not.
 */
export function useKeys(keys: Keys): void {
  const layer = useRef(keys);
  useLayoutEffect(() => {
    layer.current = keys;
  });
  useEffect(() => {
    if (layers.length === 0) addEventListener("keydown", pressed);
    layers.push(layer);
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      if (layers.length === 0) removeEventListener("keydown", pressed);
    };
  }, []);
}

function pressed(event: KeyboardEvent): void {
  const chord = chordOf(event);
  if (chord === "" || event.defaultPrevented || event.isComposing) return;
  const first = event.timeStamp - before.at < TOGETHER_MS ? before.chord : "";
  before = { chord, at: event.timeStamp };
  if (isSingle(chord) && !singleKeys.get()) return;
  if ((isSingle(chord) || OF_FIELDS.has(chord)) && isTaken(event.target)) return;
  for (const keys of meant(first, chord)) {
    for (const { current } of layers.toReversed()) {
      const act = current[keys];
      if (act === undefined || act(event) === false) continue;
      before = { chord: "", at: 0 };
      event.preventDefault();
      return;
    }
  }
}

/** Whether a key alone belongs to what has the focus: a field, a menu, an open dialog. */
function isTaken(target: EventTarget | null): boolean {
  if (document.querySelector("[aria-modal=true]") !== null) return true;
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.closest("input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [role=menu], [role=listbox]") !== null
  );
}
