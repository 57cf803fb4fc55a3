import { fallbackOf, type Asked, type Snippet } from "./asked.ts";
import { quoted, shell } from "./quoting.ts";

const DETAIL = {
  boolean: "Boolean",
  string: "String",
  integer: "Number",
  number: "Number",
  json: "Object",
} as const;

/** OpenFeature's web SDK with the stock OFREP provider: for pages, with a client key. */
export function browser(asked: Asked): Snippet {
  const { url, key, flag } = asked;
  const secret = key === null ? "`Bearer ${process.env.YARDARM_CLIENT_KEY}`" : quoted(`Bearer ${key}`);
  const fallback = JSON.stringify(fallbackOf(asked));
  return {
    file: "hello.js",
    install: "npm install @openfeature/web-sdk @openfeature/ofrep-web-provider",
    run: "",
    open: "",
    code: `${[
      'import { OFREPWebProvider } from "@openfeature/ofrep-web-provider";',
      'import { OpenFeature, ProviderEvents } from "@openfeature/web-sdk";',
      "",
      'await OpenFeature.setContext({ targetingKey: "user-1" });',
      "await OpenFeature.setProviderAndWait(",
      "  new OFREPWebProvider({",
      `    baseUrl: ${quoted(url)},`,
      `    headers: [["Authorization", ${secret}]],`,
      '    cacheMode: "disabled",',
      "  }),",
      ");",
      "const client = OpenFeature.getClient();",
      `const ask = () => console.log(client.get${DETAIL[flag.type]}Value(${quoted(flag.key)}, ${fallback}));`,
      "client.addHandler(ProviderEvents.ConfigurationChanged, ask);",
      "ask();",
    ].join("\n")}\n`,
  };
}

/** A single question by hand. */
export function curl({ url, key, flag }: Asked): Snippet {
  const secret = key === null ? '"Authorization: Bearer $YARDARM_SERVER_KEY"' : shell(`Authorization: Bearer ${key}`);
  return {
    file: "",
    install: "",
    run: "",
    open: "",
    code: `${[
      `curl ${shell(`${url}/ofrep/v1/evaluate/flags/${encodeURIComponent(flag.key)}`)} \\`,
      `  -H ${secret} \\`,
      "  -H 'Content-Type: application/json' \\",
      `  -d '{"context": {"targetingKey": "user-1"}}'`,
    ].join("\n")}\n`,
  };
}
