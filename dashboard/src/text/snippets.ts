import type { Framework } from "../snippets/snippets";

const names: Record<Framework, string> = {
  python: "Python",
  flask: "Flask",
  django: "Django",
  fastapi: "FastAPI",
  openfeature: "OpenFeature",
  browser: "Browser",
  curl: "curl",
};

/** Texts of the programs that ask for a flag. */
export const snippetsText = {
  label: "Written with",
  names,
  install: "Install",
  run: "Run",
  copy: "Copy",
  copied: "Copied",
  copyWhat: (what: string) => `Copy: ${what}`,
  cannotCopy: "The browser does not let pages copy here. Select the text instead.",
  program: "The program",
  needsYardarm: "Runs where yardarm is installed.",
  needsNothing: "Needs no code of Yardarm's.",
  others: "Other languages:",
  othersHint: "OpenFeature's OFREP providers for Java, Go, .NET and others ask this server too",
} as const;
