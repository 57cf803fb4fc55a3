/** One line of a difference. */
export interface Line {
  is: "same" | "added" | "removed";
  text: string;
}

// A flag with a hundred rules has a few thousand lines: more than that are not compared one by one.
const MOST = 4_000;

/** The fewest lines to take out and put in that make one text the other. */
export function difference(before: string, after: string): Line[] {
  const [old, young] = [before.split("\n"), after.split("\n")];
  let start = 0;
  while (start < old.length && start < young.length && old[start] === young[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, young.length) - start && old.at(-1 - end) === young.at(-1 - end)) end += 1;
  const same = (lines: string[]): Line[] => lines.map((text) => ({ is: "same", text }));
  const middle = between(old.slice(start, old.length - end), young.slice(start, young.length - end));
  return [...same(old.slice(0, start)), ...middle, ...same(old.slice(old.length - end))];
}

function between(old: string[], young: string[]): Line[] {
  const removed = old.map((text): Line => ({ is: "removed", text }));
  const added = young.map((text): Line => ({ is: "added", text }));
  if (old.length === 0 || young.length === 0 || old.length * young.length > MOST * MOST) {
    return [...removed, ...added];
  }
  // The longest common subsequence, counted from the end so that it is read from the start.
  const width = young.length + 1;
  const longest = new Uint16Array((old.length + 1) * width);
  const at = (i: number, j: number) => longest[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = young.length - 1; j >= 0; j -= 1) {
      longest[i * width + j] = old[i] === young[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const found: Line[] = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < young.length) {
    if (old[i] === young[j]) {
      found.push({ is: "same", text: old[i] ?? "" });
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      found.push(...removed.slice(i, i + 1));
      i += 1;
    } else {
      found.push(...added.slice(j, j + 1));
      j += 1;
    }
  }
  return [...found, ...removed.slice(i), ...added.slice(j)];
}

export interface Run {
  lines: Line[];
  /** Lines alike that are not shown: far from any change. */
  folded: boolean;
}

const AROUND = 3;

/** The lines in runs: those near a change to be shown, the others folded. */
export function folded(lines: readonly Line[]): Run[] {
  const near = new Set<number>();
  lines.forEach(({ is }, index) => {
    if (is === "same") return;
    for (let at = index - AROUND; at <= index + AROUND; at += 1) near.add(at);
  });
  const runs: Run[] = [];
  lines.forEach((line, index) => {
    const hidden = !near.has(index);
    const last = runs.at(-1);
    if (last?.folded === hidden) last.lines.push(line);
    else runs.push({ lines: [line], folded: hidden });
  });
  return runs;
}
