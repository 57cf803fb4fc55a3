import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";

import { Empty, Loading, Trouble } from "../parts/States";
import { text } from "../text/en";
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

const project = createRoute({ getParentRoute: () => root, path: "/projects/$project" });

const projectHome = createRoute({
  getParentRoute: () => project,
  path: "/",
  beforeLoad: ({ params }) => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error
    throw redirect({ to: "/projects/$project/flags", params });
  },
});

const flags = createRoute({
  getParentRoute: () => project,
  path: "/flags",
  validateSearch: (search: Record<string, unknown>): FlagsSearch => ({
    query: texts(search.query),
    tag: texts(search.tag),
    owner: texts(search.owner),
    purpose: texts(search.purpose),
  }),
  component: lazyRouteComponent(() => import("../pages/flags/FlagsPage"), "FlagsPage"),
});

const flag = createRoute({
  getParentRoute: () => project,
  path: "/flags/$flag",
  component: lazyRouteComponent(() => import("../pages/flag/FlagPage"), "FlagPage"),
});

const requests = createRoute({
  getParentRoute: () => project,
  path: "/requests",
  component: lazyRouteComponent(() => import("../pages/requests/RequestsPage"), "RequestsPage"),
});

const history = createRoute({
  getParentRoute: () => project,
  path: "/history",
  component: lazyRouteComponent(() => import("../pages/history/HistoryPage"), "HistoryPage"),
});

/** What the list of flags is filtered by; it stands in the address, so that a view can be shared. */
export interface FlagsSearch {
  query?: string | undefined;
  tag?: string | undefined;
  owner?: string | undefined;
  purpose?: string | undefined;
}

function texts(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

export const router = createRouter({
  basepath: "/ui",
  routeTree: root.addChildren([home, project.addChildren([projectHome, flags, flag, requests, history])]),
  defaultPendingComponent: () => <Loading />,
  defaultErrorComponent: ({ error, reset }) => <Trouble error={error} retry={reset} />,
  defaultPreload: "intent",
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
