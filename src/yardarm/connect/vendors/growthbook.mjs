// GrowthBook's JavaScript SDK, asked over standard input: one JSON object on a line, one answer each.
//
//   node growthbook.mjs FOLDER      the folder in whose node_modules the SDK is
//
// {"keep": N, "document": {...}} remembers a document, {"drop": N} forgets it; both are not answered.
// {"document": N, "feature": KEY, "context": {...}} asks; "experiment" may stand for "feature".
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

const load = createRequire(`${process.argv[2]}/`);
const { GrowthBook, StickyBucketService } = load("@growthbook/growthbook");
console.error = () => {}; // the SDK complains of operators that it does not know
process.on("unhandledRejection", () => {}); // it loads sticky buckets behind our back

class Stored extends StickyBucketService {
  constructor(docs) {
    super();
    this.docs = docs;
  }
  async getAssignments(name, value) {
    const found = (doc) => doc.attributeName === name && doc.attributeValue === value;
    return this.docs.findLast(found) ?? null;
  }
  async saveAssignments() {}
}

const documents = new Map();

async function answer({ document, feature, experiment, context }) {
  const options = { disableExperimentsOnLoad: true, ...documents.get(document), ...context };
  if (options.forcedFeatures) {
    const forced = options.forcedFeatures;
    options.forcedFeatureValues = new Map(Array.isArray(forced) ? forced : Object.entries(forced));
  }
  const sticky = options.stickyBucketAssignmentDocs;
  if (sticky) {
    options.stickyBucketService = new Stored(Array.isArray(sticky) ? sticky : []);
    // The SDK writes into the documents it is given.
    options.stickyBucketAssignmentDocs = Array.isArray(sticky) ? {} : { ...sticky };
  }
  const gb = new GrowthBook(options);
  if (Array.isArray(sticky)) await gb.refreshStickyBuckets();
  if (Object.keys(options).some((name) => name.startsWith("encrypted"))) {
    const { encryptedFeatures, encryptedExperiments } = options;
    const { encryptedSavedGroups, encryptedContextualBandits } = options;
    const encrypted = { encryptedFeatures, encryptedExperiments };
    await gb.setPayload({ ...encrypted, encryptedSavedGroups, encryptedContextualBandits });
  }
  const found = experiment ? ofRun(gb.run(experiment)) : gb.evalFeature(feature);
  const { value = null, on, off, source, ruleId, experimentResult = null } = found;
  if (experimentResult) experimentResult.value ??= null;
  const out = { value, on, off, source, ruleId, experimentResult };
  if (sticky) out.stickyBucketAssignmentDocs = gb.getStickyBucketAssignmentDocs();
  return out;
}

function ofRun(result) {
  const value = result.value;
  return { value, on: !!value, off: !value, source: "experiment", ruleId: "", experimentResult: result };
}

for await (const line of createInterface({ input: process.stdin })) {
  const question = JSON.parse(line);
  if ("keep" in question) documents.set(question.keep, question.document);
  else if ("drop" in question) documents.delete(question.drop);
  else {
    let out;
    try {
      out = await answer(question);
    } catch (error) {
      out = { raised: String(error) };
    }
    process.stdout.write(JSON.stringify(out) + "\n");
  }
}
