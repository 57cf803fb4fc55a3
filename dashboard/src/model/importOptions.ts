import type { ImportChoice } from "../client";
import { without } from "./without";

export type Options = Record<string, unknown>;

/** Options as a person writes them, `name=value` a line; a value that is JSON is read as JSON.
 *
 * `bad` is the first line that is none.
 */
export function optionsOf(text: string): { options: Options; bad: string | null } {
  const options: Options = {};
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "") continue;
    const [, name, value] = /^([^=]+?)\s*=\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return { options: {}, bad: line };
    options[name] = valueOf(value);
  }
  return { options, bad: null };
}

function valueOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** The options with a choice made; a value of null leaves the option out. */
export function chosen(options: Options, choice: ImportChoice, name: string): Options {
  const rest = without(options, choice.option);
  const value = choice.values[name];
  return value === null ? rest : { ...rest, [choice.option]: value };
}
