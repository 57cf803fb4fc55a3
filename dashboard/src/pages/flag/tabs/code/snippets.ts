import type { ProjectFlag } from "../../../../client";

export interface Snippets {
  key: string;
  python: string;
  openfeature: string;
  curl: string;
}

interface Asked {
  url: string;
  project: string;
  environment: string;
  flag: Pick<ProjectFlag, "key" | "type" | "variants">;
  off: string | null;
}

/** Programs that ask for a flag, ready to run against this server. */
export function snippetsOf({ url, project, environment, flag, off }: Asked): Snippets {
  const key = quoted(flag.key);
  const fallback = python(fallbackOf(flag, off));
  const detail = { boolean: "boolean", string: "string", integer: "integer", number: "float", json: "object" };
  return {
    key: [
      `export YARDARM_URL=${shell(url)}`,
      "export YARDARM_TOKEN=…",
      `export YARDARM_SERVER_KEY=$(yardarm keys create --project ${shell(project)} --environment ${shell(environment)} --name my-program)`,
    ].join("\n"),
    python: [
      "import os",
      "",
      "from yardarm import Client",
      "",
      `client = Client(${quoted(url)}, os.environ["YARDARM_SERVER_KEY"])`,
      'context = {"key": "user-1", "country": "NL"}',
      `print(client.${flag.type}(${key}, context, fallback=${fallback}))`,
      "client.close()",
    ].join("\n"),
    openfeature: [
      "import os",
      "",
      "from openfeature import api",
      "from openfeature.evaluation_context import EvaluationContext",
      "",
      "from yardarm.integrations.openfeature import YardarmProvider",
      "",
      `provider = YardarmProvider(${quoted(url)}, os.environ["YARDARM_SERVER_KEY"])`,
      "api.set_provider_and_wait(provider)",
      'context = EvaluationContext("user-1", {"country": "NL"})',
      `details = api.get_client().get_${detail[flag.type]}_details(${key}, ${fallback}, context)`,
      "print(details.value, details.variant, details.reason)",
      "api.shutdown()",
    ].join("\n"),
    curl: [
      `curl ${shell(`${url}/ofrep/v1/evaluate/flags/${encodeURIComponent(flag.key)}`)} \\`,
      '  -H "Authorization: Bearer $YARDARM_SERVER_KEY" \\',
      "  -H 'Content-Type: application/json' \\",
      `  -d '{"context": {"targetingKey": "user-1", "country": "NL"}}'`,
    ].join("\n"),
  };
}

/** What a program falls back to: what the flag serves when it is off, or nothing of its type. */
function fallbackOf(flag: Asked["flag"], off: string | null): unknown {
  const served = flag.variants.find(({ key }) => key === off);
  if (served !== undefined) return served.value;
  return { boolean: false, string: "", integer: 0, number: 0, json: {} }[flag.type];
}

/** A text in quotes; JSON's are Python's too. */
function quoted(value: string): string {
  return JSON.stringify(value);
}

/** A value as Python writes it. */
export function python(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value === "object") {
    const items = Object.entries(value).map(([key, inner]) => `${quoted(key)}: ${python(inner)}`);
    return `{${items.join(", ")}}`;
  }
  return JSON.stringify(value);
}

/** A word of the shell, in quotes where it needs them. */
export function shell(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
