// flagd's evaluator for Node, asked over standard input: one JSON object on a line, one answer each.
//
//   node flagd.mjs FOLDER      the folder in whose node_modules @openfeature/flagd-core is
//
// {"keep": N, "document": {...}} remembers a document, {"drop": N} forgets it; both are not answered.
// {"document": N, "flag": KEY, "context": {...}} asks.
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const load = createRequire(`${process.argv[2]}/`);
const { FlagdCore } = load("@openfeature/flagd-core");
const quiet = { error() {}, warn() {}, info() {}, debug() {} };
console.log = () => {}; // where the operation `log` writes

const documents = new Map();

function ask({ document, flag, context }) {
  const core = documents.get(document);
  const found = core.getFlag(flag);
  if (!found) {
    return { reason: "ERROR", errorCode: "FLAG_NOT_FOUND", flagMetadata: core.getFlagSetMetadata() };
  }
  if (found.state === "DISABLED") return { reason: "DISABLED", flagMetadata: found.metadata };
  return found.evaluate(context, quiet);
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  if ("keep" in question) {
    const core = new FlagdCore(undefined, quiet);
    core.setConfigurations(JSON.stringify(question.document));
    documents.set(question.keep, core);
  } else if ("drop" in question) {
    documents.delete(question.drop);
  } else {
    const { value = null, variant = null, reason, errorCode = null, flagMetadata = {} } = ask(question);
    process.stdout.write(JSON.stringify({ value, variant, reason, errorCode, flagMetadata }) + "\n");
  }
}
