import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";

import { readFlagsSearch } from "../model/flagSearch";
import { readHistorySearch } from "../model/historySearch";
import { readRequestsSearch } from "../model/requests";
import { Broken } from "../parts/Problems";
import { Empty, Loading } from "../parts/States";
import { FLAG_TABS, type FlagTab } from "../pages/flag/tabs/names";
import { text } from "../text/en";
import { ProjectPages } from "./project";
import { Shell } from "./shell";
import { Session } from "./session";

const root = createRootRoute({
  component: () => (
    <Session>
      <Shell />
    </Session>
  ),
  notFoundComponent: () => (
    <Empty title={text.states.notFound}>
      <span>{text.states.notFoundHint}</span>
    </Empty>
  ),
});

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  component: lazyRouteComponent(() => import("../pages/Home"), "Home"),
});

const project = createRoute({
  getParentRoute: () => root,
  path: "/projects/$project",
  component: ProjectPages,
});

const projectHome = createRoute({
  getParentRoute: () => project,
  path: "/",
  beforeLoad: ({ params }) => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw redirect({ to: "/projects/$project/flags", params });
  },
});

const start = createRoute({
  getParentRoute: () => project,
  path: "/start",
  component: lazyRouteComponent(() => import("../pages/start/StartPage"), "StartPage"),
});

const flags = createRoute({
  getParentRoute: () => project,
  path: "/flags",
  validateSearch: readFlagsSearch,
  component: lazyRouteComponent(() => import("../pages/flags/FlagsPage"), "FlagsPage"),
});

const flag = createRoute({
  getParentRoute: () => project,
  path: "/flags/$flag",
  validateSearch: (search: Record<string, unknown>): FlagSearch => ({
    tab: FLAG_TABS.find((tab) => tab === search.tab),
    in: texts(search.in),
    as: typeof search.as === "number" ? search.as : undefined,
    killed: texts(search.killed),
    at: texts(search.at),
  }),
  component: lazyRouteComponent(() => import("../pages/flag/FlagPage"), "FlagPage"),
});

const playground = createRoute({
  getParentRoute: () => project,
  path: "/playground",
  validateSearch: (search: Record<string, unknown>): PlaygroundSearch => ({
    flag: texts(search.flag),
    context: typeof search.context === "object" ? JSON.stringify(search.context) : texts(search.context),
    columns: Array.isArray(search.columns) ? search.columns.flatMap((each) => texts(each) ?? []) : undefined,
    all: search.all === true || undefined,
  }),
  component: lazyRouteComponent(() => import("../pages/playground/PlaygroundPage"), "PlaygroundPage"),
});

const requests = createRoute({
  getParentRoute: () => project,
  path: "/requests",
  validateSearch: readRequestsSearch,
  component: lazyRouteComponent(() => import("../pages/requests/RequestsPage"), "RequestsPage"),
});

const request = createRoute({
  getParentRoute: () => project,
  path: "/requests/$request",
  component: lazyRouteComponent(() => import("../pages/requests/RequestPage"), "RequestPage"),
});

const history = createRoute({
  getParentRoute: () => project,
  path: "/history",
  validateSearch: readHistorySearch,
  component: lazyRouteComponent(() => import("../pages/history/HistoryPage"), "HistoryPage"),
});

const compare = createRoute({
  getParentRoute: () => project,
  path: "/compare",
  validateSearch: (search: Record<string, unknown>): CompareSearch => ({
    into: texts(search.into),
    from: texts(search.from),
  }),
  component: lazyRouteComponent(() => import("../pages/compare/ComparePage"), "ComparePage"),
});

/** The two sides that are compared, as `environment`, `environment@version` or `environment@instant`. */
export interface CompareSearch {
  into?: string | undefined;
  from?: string | undefined;
}

const segments = createRoute({
  getParentRoute: () => project,
  path: "/segments",
  validateSearch: (search: Record<string, unknown>): { query?: string | undefined } => ({
    query: texts(search.query),
  }),
  component: lazyRouteComponent(() => import("../pages/segments/SegmentsPage"), "SegmentsPage"),
});

const segment = createRoute({
  getParentRoute: () => project,
  path: "/segments/$segment",
  validateSearch: (search: Record<string, unknown>): { environment?: string | undefined } => ({
    environment: texts(search.environment),
  }),
  component: lazyRouteComponent(() => import("../pages/segment/SegmentPage"), "SegmentPage"),
});

const contexts = createRoute({
  getParentRoute: () => project,
  path: "/contexts",
  validateSearch: (
    search: Record<string, unknown>,
  ): { environment?: string | undefined; key?: string | undefined } => ({
    environment: texts(search.environment),
    key: texts(search.key),
  }),
  component: lazyRouteComponent(() => import("../pages/contexts/ContextsPage"), "ContextsPage"),
});

const context = createRoute({
  getParentRoute: () => project,
  path: "/contexts/$key",
  validateSearch: (search: Record<string, unknown>): ContextSearch => ({
    environment: texts(search.environment),
    version: Number.isInteger(search.version) ? (search.version as number) : undefined,
    at: texts(search.at),
  }),
  component: lazyRouteComponent(() => import("../pages/contexts/ContextPage"), "ContextPage"),
});

/** Whose answers are shown, and of which version or instant; neither is now. */
export interface ContextSearch {
  environment?: string | undefined;
  version?: number | undefined;
  at?: string | undefined;
}

const plans = createRoute({
  getParentRoute: () => project,
  path: "/plans",
  component: lazyRouteComponent(() => import("../pages/plans/PlansPage"), "PlansPage"),
});

const newRamp = createRoute({
  getParentRoute: () => project,
  path: "/plans/ramp",
  validateSearch: begunWith,
  component: lazyRouteComponent(() => import("../pages/plans/RampPage"), "RampPage"),
});

const newSchedule = createRoute({
  getParentRoute: () => project,
  path: "/plans/schedule",
  validateSearch: begunWith,
  component: lazyRouteComponent(() => import("../pages/plans/SchedulePage"), "SchedulePage"),
});

const plan = createRoute({
  getParentRoute: () => project,
  path: "/plans/$plan",
  component: lazyRouteComponent(() => import("../pages/plans/PlanPage"), "PlanPage"),
});

const imports = createRoute({
  getParentRoute: () => project,
  path: "/import",
  component: lazyRouteComponent(() => import("../pages/import/ImportPage"), "ImportPage"),
});

const imported = createRoute({
  getParentRoute: () => project,
  path: "/import/$environment/$name",
  validateSearch: (search: Record<string, unknown>): { step?: ImportStep | undefined } => ({
    step: IMPORT_STEPS.find((step) => step === search.step),
  }),
  component: lazyRouteComponent(() => import("../pages/import/ImportedPage"), "ImportedPage"),
});

const IMPORT_STEPS = ["report", "verify", "apply"] as const;

/** What of an import is shown; the report, where an address says nothing. */
export type ImportStep = (typeof IMPORT_STEPS)[number];

const settingsHome = createRoute({
  getParentRoute: () => project,
  path: "/settings",
  beforeLoad: ({ params }) => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw redirect({
      to: "/projects/$project/settings/$tab",
      params: { project: params.project, tab: "environments" },
    });
  },
});

const settings = createRoute({
  getParentRoute: () => project,
  path: "/settings/$tab",
  params: { parse: ({ tab }) => ({ tab: tabOf(tab) }), stringify: ({ tab }) => ({ tab }) },
  validateSearch: (search: Record<string, unknown>): { environment?: string | undefined } => ({
    environment: texts(search.environment),
  }),
  component: lazyRouteComponent(() => import("../pages/settings/SettingsPage"), "SettingsPage"),
});

const TABS = ["environments", "programs", "policies", "population", "webhook", "people"] as const;

/** A part of the settings; an address with another one shows the first. */
export type SettingsTab = (typeof TABS)[number];

function tabOf(tab: string): SettingsTab {
  return TABS.find((known) => known === tab) ?? "environments";
}

/** What a plan that is about to be written begins with: other pages link to it like that. */
export interface PlanSearch {
  flag?: string | undefined;
  environment?: string | undefined;
  rule?: string | undefined;
  /** Commands as JSON. */
  command?: string | undefined;
}

function begunWith(search: Record<string, unknown>): PlanSearch {
  const { command } = search;
  return {
    flag: texts(search.flag),
    environment: texts(search.environment),
    rule: texts(search.rule),
    // JSON in an address is read as what it says.
    command: typeof command === "object" && command !== null ? JSON.stringify(command) : texts(command),
  };
}

/** What a flag's page is opened at besides its targeting: a tab, in an environment, as of a version. */
export interface FlagSearch {
  tab?: FlagTab | undefined;
  in?: string | undefined;
  as?: number | undefined;
  /** The change set of the kill that was just carried out. */
  killed?: string | undefined;
  at?: string | undefined;
}

/** What the playground asks: the context as JSON, and the configurations as `environment@version`. */
export interface PlaygroundSearch {
  flag?: string | undefined;
  context?: string | undefined;
  columns?: string[] | undefined;
  all?: boolean | undefined;
}

function texts(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export const router = createRouter({
  basepath: "/ui",
  routeTree: root.addChildren([
    home,
    project.addChildren([
      projectHome,
      start,
      flags,
      flag,
      playground,
      requests,
      request,
      history,
      compare,
      segments,
      segment,
      contexts,
      context,
      plans,
      newRamp,
      newSchedule,
      plan,
      imports,
      imported,
      settingsHome,
      settings,
    ]),
  ]),
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: ({ error, reset }) => <Broken error={error} reset={reset} />,
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
