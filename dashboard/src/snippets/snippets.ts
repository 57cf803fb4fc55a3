import type { Asked, Snippet } from "./asked.ts";
import { browser, curl } from "./ofrep.ts";
import { django, fastapi, flask, openfeature, script } from "./python.ts";

/** Programs that ask for a flag, ready to run against this server, by what they are written with.
 *
 * Every one of them is run by a test (tests/e2e/test_snippets.py).
 */
export const SNIPPETS = { python: script, flask, django, fastapi, openfeature, browser, curl } satisfies Record<
  string,
  (asked: Asked) => Snippet
>;

export type Framework = keyof typeof SNIPPETS;

export const FRAMEWORKS = Object.keys(SNIPPETS) as Framework[];

/** Which kind of key a snippet asks with. */
export function keyKindOf(framework: Framework): "server" | "client" {
  return framework === "browser" ? "client" : "server";
}
