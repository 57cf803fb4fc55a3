import { describe, expect, it } from "vitest";

import { chordOf, isSingle, meant, type Press } from "./chord";

const press = (key: string, held: Partial<Press> = {}): Press => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  shiftKey: false,
  ...held,
});

describe("a chord", () => {
  it.each([
    [press("g"), "g"],
    [press("G", { shiftKey: true }), "shift+g"],
    [press("?", { shiftKey: true }), "?"],
    [press(" "), "space"],
    [press("s", { metaKey: true }), "mod+s"],
    [press("Z", { ctrlKey: true, shiftKey: true }), "mod+shift+z"],
    [press("ArrowUp", { altKey: true }), "alt+arrowup"],
    [press("ArrowUp", { ctrlKey: true, altKey: true }), "mod+alt+arrowup"],
    [press("Shift", { shiftKey: true }), ""],
  ])("%j is %s", (pressed, chord) => {
    expect(chordOf(pressed)).toBe(chord);
  });

  it("is a key alone, unless something is held that types nothing", () => {
    expect(["j", "?", "shift+x", "escape"].map(isSingle)).toEqual([true, true, true, true]);
    expect(["mod+s", "alt+arrowup", "mod+alt+arrowup"].map(isSingle)).toEqual([false, false, false]);
  });
});

describe("two presses", () => {
  it("are asked together before the last is asked alone", () => {
    expect(meant("g", "f")).toEqual(["g f", "f"]);
    expect(meant("", "f")).toEqual(["f"]);
  });
});
