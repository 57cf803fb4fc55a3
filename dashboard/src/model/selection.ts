/** Which rows are selected, and where a range would begin. */
export interface Selection {
  keys: ReadonlySet<string>;
  anchor: number;
}

export const NOTHING_SELECTED: Selection = { keys: new Set(), anchor: 0 };

/** One row selected, or not any more. */
export function toggled(selection: Selection, key: string, index: number): Selection {
  const keys = new Set(selection.keys);
  if (!keys.delete(key)) keys.add(key);
  return { keys, anchor: index };
}

/** Every row from the last one that was touched to this one, besides what is selected. */
export function ranged(
  selection: Selection,
  index: number,
  keyAt: (index: number) => string | undefined,
): Selection {
  const keys = new Set(selection.keys);
  const [from, to] = [Math.min(selection.anchor, index), Math.max(selection.anchor, index)];
  for (let at = from; at <= to; at += 1) {
    const key = keyAt(at);
    if (key !== undefined) keys.add(key);
  }
  return { keys, anchor: index };
}
