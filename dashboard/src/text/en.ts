import { playgroundText } from "./playground";
import { plansText } from "./plans";
import { settingsText } from "./settings";
import { flagsText } from "./flags";
import { flagTabsText } from "./flagTabs";
import { traceText } from "./trace";
import { contextsText } from "./contexts";
import { historyText } from "./history";
import { movingText } from "./moving";
import { compareText } from "./compare";
import { requestsText } from "./requests";
import { segmentsText } from "./segments";
import { shellText } from "./shell";
import { snippetsText } from "./snippets";
import { startText } from "./start";
import { targetingText } from "./targeting";

/** Every text of the dashboard, by the place where it stands: the one catalogue to translate. */
export const text = {
  name: "Yardarm",
  nav: {
    flags: "Flags",
    segments: "Segments",
    contexts: "Contexts",
    playground: "Playground",
    requests: "Change requests",
    plans: "Plans",
    history: "History",
    settings: "Settings",
  },
  shell: shellText,
  signIn: {
    title: "Sign in",
    token: "Token",
    hint: "A token as `yardarm tokens create` prints it, or the one that `yardarm dev` showed.",
    go: "Sign in",
    wrong: "Nobody holds this token, or it has expired.",
    link: "This link was used already, or it is too old. Sign in with a token.",
  },
  states: {
    loading: "Loading",
    retry: "Try again",
    close: "Close",
    cancel: "Cancel",
    failed: (what: string) => `Cannot show this: ${what}`,
    notFound: "There is nothing at this address",
    notFoundHint: "It may have been renamed or removed.",
    docs: "How this works",
  },
  flags: flagsText,
  flag: {
    tabs: {
      targeting: "Targeting",
      activity: "Activity",
      audience: "Audience",
      exposures: "Exposures",
      code: "Code",
      settings: "Settings",
    },
    switchedOn: (environment: string) => `Switched on in ${environment}`,
    rule: (n: number) => `Rule ${n}`,
    defaultRule: "Default rule",
    everyoneElse: "Everyone else",
    serves: "serves",
    paused: "paused",
    prerequisite: "Prerequisite",
    targets: "Targets",
    noTargets: "None",
    more: (n: number) => `${n.toLocaleString("en")} more`,
    fallback: "fallback in code",
  },
  undo: {
    plain: (version: number) => `Undo ${version}`,
    named: (environment: string, version: number) => `Undo ${environment} ${version}`,
    done: "Taken back",
    waits: (request: number) => `Change request ${request} waits for approval`,
  },
  newFlag: {
    title: "New flag",
    key: "Key",
    keyHint: "What programs ask by. It stays the same for ever.",
    name: "Name",
    type: "Type",
    make: "Make the flag",
  },
  history: historyText,
  requests: requestsText,
  segments: segmentsText,
  compare: compareText,
  targeting: targetingText,
  contexts: contextsText,
  moving: movingText,
  plans: plansText,
  settings: settingsText,
  playground: playgroundText,
  flagTabs: flagTabsText,
  trace: traceText,
  snippets: snippetsText,
  start: startText,
  unknown: "unknown",
} as const;
