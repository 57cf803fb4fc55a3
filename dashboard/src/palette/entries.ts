import type { Project, ProjectFlag } from "../client";
import { PLACES as HEADER } from "../app/places";
import { commandWords } from "../text/commands";
import { paletteText as words, PEERS, PLACES } from "../text/palette";
import type { useFound } from "./found";
import { asking, matches } from "./verbs";

/** Something that the palette offers. */
export interface Entry {
  id: string;
  title: string;
  /** What else tells it from others: a key, a place. */
  detail?: string;
  go: Go;
}

/** What an entry does; the palette carries it out. */
export type Go =
  | { to: "place"; place: keyof typeof PLACES }
  | { to: "project"; project: string }
  | { to: "flag"; flag: string }
  | { to: "segment"; segment: string }
  | { to: "context"; key: string }
  | { to: "request"; request: number }
  | { to: "plan"; plan: string }
  | { to: "ramp" | "schedule" | "new flag" | "new project" | "theme" | "sign out" | "keys" | "single keys" }
  | { to: "kill"; flag: ProjectFlag }
  | { to: "switch"; flag: ProjectFlag; environment: string; on: boolean }
  | { to: "undo"; environment: string; version: number }
  | { to: "type"; words: string };

export type Group = [title: string, entries: Entry[]];

interface Known {
  typed: string;
  found: ReturnType<typeof useFound>;
  projects: readonly Project[];
  project: string | undefined;
  /** The flag whose page is open: what is done with a flag is offered without looking for it. */
  here: ProjectFlag | undefined;
  single: boolean;
}

/** Everything that is offered for what was typed, by kind; kinds without anything are left out. */
export function entriesFor(known: Known): Group[] {
  const { verb, rest } = asking(known.typed);
  if (verb !== null && known.project !== undefined) {
    const flags = rest === "" && known.here ? [known.here, ...known.found.flags] : known.found.flags;
    const act = verb === "kill" ? killing : switching;
    return held([[words.groups.acts, unique(flags.flatMap(act))]]);
  }
  const { found } = known;
  const places: Group = [words.groups.pages, known.project === undefined ? [] : pages(rest)];
  return held([
    // Whoever has typed nothing most often goes somewhere.
    ...(rest === "" ? [places] : []),
    [words.groups.flags, found.flags.map(flagEntry)],
    [words.groups.segments, found.segments.map(({ key = "", name }) => ({
      id: `segment ${key}`, title: name || key, detail: key, go: { to: "segment", segment: key },
    }))],
    [words.groups.contexts, found.contexts.flatMap(({ id, context }): Entry[] => {
      const { key } = context;
      return typeof key === "string" ? [{ id: `context ${id}`, title: key, go: { to: "context", key } }] : [];
    })],
    [words.groups.requests, found.requests.map(({ id, reason, author }) => ({
      id: `request ${id}`, title: words.request(id, reason || author), go: { to: "request", request: id },
    }))],
    [words.groups.plans, found.plans.map(({ id, name }) => ({
      id: `plan ${id}`, title: name, go: { to: "plan", plan: String(id) },
    }))],
    [words.groups.acts, acts(known).filter(({ title }) => rest === "" || matches(title, rest))],
    ...(rest === "" ? [] : [places]),
    [words.groups.projects, known.projects
      .filter(({ key, name }) => key !== known.project && matches(`${key} ${name}`, rest))
      .map(({ key, name }) => ({ id: `project ${key}`, title: name || key, detail: key, go: { to: "project", project: key } }))],
  ]);
}

function held(groups: Group[]): Group[] {
  return groups.filter(([, entries]) => entries.length > 0);
}

function unique(entries: Entry[]): Entry[] {
  return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
}

function flagEntry({ key, name }: ProjectFlag): Entry {
  return { id: `flag ${key}`, title: name || key, detail: key, go: { to: "flag", flag: key } };
}

function killing(flag: ProjectFlag): Entry[] {
  const serving = Object.values(flag.environments).some(({ enabled }) => enabled);
  if (!serving) return [];
  return [{ id: `kill ${flag.key}`, title: words.kill(flag.name || flag.key), detail: flag.key, go: { to: "kill", flag } }];
}

function switching(flag: ProjectFlag): Entry[] {
  return Object.entries(flag.environments).map(([environment, { enabled }]) => ({
    id: `switch ${flag.key} ${environment}`,
    title: (enabled ? words.switchOff : words.switchOn)(flag.name || flag.key, environment),
    detail: flag.key,
    go: { to: "switch", flag, environment, on: !enabled },
  }));
}

function acts({ project, found, here, single }: Known): Entry[] {
  const inProject: Entry[] = [
    ...(here ? [...killing(here), ...switching(here)] : []),
    { id: "new flag", title: words.newFlag, go: { to: "new flag" } },
    { id: "kill", title: words.killSome, go: { to: "type", words: "kill " } },
    { id: "switch", title: words.switchSome, go: { to: "type", words: "switch " } },
    ...Object.entries(found.last?.versions ?? {}).map(([environment, version]): Entry => ({
      id: `undo ${environment}`,
      title: words.undo(environment, version, commandWords(found.last?.command)),
      go: { to: "undo", environment, version },
    })),
    { id: "ramp", title: words.newRamp, go: { to: "ramp" } },
    { id: "schedule", title: words.newSchedule, go: { to: "schedule" } },
  ];
  return [
    ...(project === undefined ? [] : inProject),
    { id: "new project", title: words.newProject, go: { to: "new project" } },
    { id: "theme", title: words.theme, go: { to: "theme" } },
    { id: "keys", title: words.keys, go: { to: "keys" } },
    { id: "single", title: single ? words.singleOff : words.singleOn, go: { to: "single keys" } },
    { id: "out", title: words.signOut, go: { to: "sign out" } },
  ];
}

/** Pages by our words and by those of other systems; then it is said what it is called here. */
function pages(typed: string): Entry[] {
  const places = Object.entries(PLACES) as [keyof typeof PLACES, (typeof PLACES)[keyof typeof PLACES]][];
  const header = new Set<string>(HEADER.map(({ name }) => name));
  const shown = places.filter(([place, each]) =>
    typed === "" ? header.has(place) : matches(`${each.title} ${each.words}`, typed),
  );
  const peers = PEERS.filter(({ theirs }) => typed.length > 2 && theirs.some((word) => matches(word, typed)));
  return [
    ...shown.map(([place, { title }]): Entry => ({
      id: `page ${place}`,
      title: typed === "" || matches(title, typed) ? title : words.here(typed, title),
      go: { to: "place", place },
    })),
    ...peers.map(({ ours }): Entry => ({ id: ours, title: words.here(typed, ours), go: { to: "place", place: "flags" } })),
  ];
}
