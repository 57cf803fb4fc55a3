/** The command palette: what it offers, and the words of other systems that find ours. */
export const paletteText = {
  label: "Search or run a command",
  placeholder: "A flag, a person, a page, or what to do",
  results: "Found",
  none: (query: string) => `Nothing is found for “${query}”`,
  searching: "Searching",
  groups: {
    acts: "Do",
    flags: "Flags",
    segments: "Segments",
    contexts: "Contexts",
    requests: "Change requests",
    plans: "Plans",
    pages: "Go to",
    projects: "Projects",
  },
  request: (id: number, words: string) => `Change request ${id}: ${words}`,
  here: (theirs: string, ours: string) => `${theirs} is here: ${ours}`,
  newFlag: "New flag",
  newProject: "New project",
  newRamp: "New step plan",
  newSchedule: "New schedule",
  theme: "Switch between light and dark",
  signOut: "Sign out",
  keys: "Show the keys of the keyboard",
  singleOn: "Switch keys alone on",
  singleOff: "Switch keys alone off",
  kill: (flag: string) => `Kill ${flag}…`,
  switchOn: (flag: string, environment: string) => `Switch ${flag} on in ${environment}…`,
  switchOff: (flag: string, environment: string) => `Switch ${flag} off in ${environment}…`,
  killSome: "Kill a flag…",
  switchSome: "Switch a flag on or off…",
  undo: (environment: string, version: number, words: string) =>
    `Undo ${environment} ${version}: ${words}`,
  hint: "Arrows choose, Enter goes, Esc closes",
  switching: {
    title: (flag: string, environment: string, on: boolean) =>
      `Switch ${flag} ${on ? "on" : "off"} in ${environment}?`,
    go: (environment: string, on: boolean) => `Switch ${on ? "on" : "off"} in ${environment}`,
    counting: "Counting who moves",
    uncounted: "Who moves could not be counted",
  },
  /** Words that begin what is to be done with a flag. */
  verbs: {
    kill: ["kill", "stop", "disable everywhere", "emergency stop"],
    switch: ["switch", "toggle", "turn", "enable", "disable", "flip"],
  },
} as const;

/** Where a page is, and the words by which it is found: ours first, then those of other systems. */
export const PLACES = {
  flags: { title: "Flags", words: "feature toggle switch gate feature flag experiment release" },
  segments: { title: "Segments", words: "cohort audience saved group user group" },
  contexts: { title: "Contexts", words: "user identity people person evaluation context trait distinct id customer" },
  playground: { title: "Playground", words: "debug simulate evaluate test explain why trace" },
  compare: { title: "Compare and promote", words: "diff difference copy environments sync promote merge" },
  imports: { title: "Import flags", words: "migrate move in launchdarkly unleash flagsmith growthbook upload" },
  start: { title: "First run", words: "quickstart onboarding getting started sdk install snippet connect" },
  projects: { title: "Projects", words: "home workspace all projects overview" },
  docs: { title: "Documentation", words: "help manual guide how to reference terms" },
  requests: { title: "Change requests", words: "approval review pull request draft" },
  plans: { title: "Plans", words: "rollout progressive delivery schedule workflow ramp stage" },
  history: { title: "History", words: "audit log timeline activity feed changes deployments release marker" },
  environments: { title: "Settings: environments", words: "sdk key api key client-side id vendor alias" },
  programs: { title: "Settings: programs", words: "connections applications sdk versions clients connected live" },
  policies: { title: "Settings: policies", words: "budget blast radius guardrail change freeze blackout" },
  population: { title: "Settings: population", words: "privacy data retention traffic sample redact" },
  webhook: { title: "Settings: webhook", words: "integration notification hook slack" },
  people: { title: "Settings: people and tokens", words: "members roles permissions access token api users sessions signed in" },
} as const;

/** Words of other systems for a part of a flag, and where that part is. */
export const PEERS = [
  { theirs: ["strategy", "targeting rule", "activation strategy", "override rule"], ours: "Rules, on a flag's page" },
  { theirs: ["variation", "treatment", "remote config"], ours: "Variants, in a flag's settings" },
  { theirs: ["individual targeting", "allow list", "whitelist"], ours: "Targets, on a flag's page" },
  { theirs: ["parent flag", "dependency", "dependent"], ours: "Prerequisites, on a flag's page" },
  { theirs: ["percentage rollout", "split", "weight", "traffic allocation"], ours: "Split, in a rule of a flag" },
  { theirs: ["fallthrough", "default rule", "else"], ours: "Default rule, on a flag's page" },
  { theirs: ["impression", "allocation", "exposure"], ours: "Exposures, on a flag's page" },
  { theirs: ["stickiness", "hashing", "salt"], ours: "Bucketing, in a split of a flag" },
] as const;
