/** How a press of keys is written: `mod+s`, `alt+arrowup`, `g`, `?`. */
export interface Press {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** The chord of a press; empty while only a modifier is held. `mod` is Ctrl, or Cmd on a Mac. */
export function chordOf(press: Press): string {
  const key = press.key === " " ? "space" : press.key.toLowerCase();
  if (["control", "meta", "alt", "shift", "altgraph", "dead", "unidentified"].includes(key)) return "";
  const held: string[] = [];
  if (press.ctrlKey || press.metaKey) held.push("mod");
  if (press.altKey) held.push("alt");
  // Shift is part of what a printed character is: `?` needs none said, `shift+arrowup` does.
  const printed = key.length === 1 && !/[a-z0-9]/.test(key);
  if (press.shiftKey && !printed) held.push("shift");
  return [...held, key].join("+");
}

/** Whether a chord is a key alone: those are off while somebody types, and can be switched off. */
export function isSingle(chord: string): boolean {
  return !chord.includes("mod+") && !chord.includes("alt+");
}

/** What a press may stand for: with the one before it first, then alone. */
export function meant(before: string, chord: string): string[] {
  return before === "" ? [chord] : [`${before} ${chord}`, chord];
}
