/** What the programs ask for: the server, with which key, and the flag. */
export interface Asked {
  url: string;
  /** The key's text; null has the program read YARDARM_SERVER_KEY or YARDARM_CLIENT_KEY. */
  key: string | null;
  flag: {
    key: string;
    type: "boolean" | "string" | "integer" | "number" | "json";
    variants: readonly { key: string; value?: unknown }[];
  };
  /** The variant that is served while the flag is off, if there is one. */
  off: string | null;
}

/** A program that asks for a flag and shows what it was answered. */
export interface Snippet {
  /** What it is saved as. */
  file: string;
  /** What it needs besides Yardarm, as a command; empty without. */
  install: string;
  run: string;
  /** Where its answer is shown, when it is a server of its own. */
  open: string;
  code: string;
}

/** What a program falls back to: what the flag serves when it is off, or nothing of its type. */
export function fallbackOf({ flag, off }: Asked): unknown {
  const served = flag.variants.find(({ key }) => key === off);
  if (served !== undefined) return served.value;
  return { boolean: false, string: "", integer: 0, number: 0, json: {} }[flag.type];
}
