// A program that follows flags with the stock OpenFeature web provider, unmodified.
// It prints one JSON line when ready and one after each change it is told of.
//
//   node follow.mjs BASE_URL CLIENT_KEY TARGETING_KEY
import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";
import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";
import { EventSource } from "eventsource";

globalThis.EventSource ??= EventSource; // browsers have it, Node does not

const [baseUrl, key, targetingKey] = process.argv.slice(2);
const provider = new OFREPWebProvider({
  baseUrl,
  headers: [["Authorization", `Bearer ${key}`]],
  cacheMode: "disabled",
});

function print(event) {
  const client = OpenFeature.getClient();
  console.log(
    JSON.stringify({
      event,
      checkout: client.getBooleanDetails("new-checkout", false),
      engine: client.getStringDetails("search-engine", "fallback"),
      banner: client.getObjectDetails("banner", {}),
      shipping: client.getNumberDetails("free-shipping-over", -1),
      missing: client.getBooleanDetails("no-such-flag", true),
    }),
  );
}

await OpenFeature.setContext({ targetingKey, country: "NL" });
OpenFeature.addHandler(ProviderEvents.ConfigurationChanged, () => print("changed"));
await OpenFeature.setProviderAndWait(provider);
print("ready");
process.stdin.resume(); // until our parent closes its end
process.stdin.on("end", () => process.exit(0));
