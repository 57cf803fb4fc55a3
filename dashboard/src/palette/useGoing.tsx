import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useState, type ReactNode } from "react";

import { answered } from "../api/http";
import { useSignOut, useToggledTheme } from "../app/menu";
import { PLACES } from "../app/places";
import type { SettingsTab } from "../app/router";
import { undoChange } from "../client";
import { singleKeys } from "../keys/singleKeys";
import { tellSaved } from "../moving/saved";
import { tellTrouble } from "../parts/tellTrouble";
import type { Go } from "./entries";
import { SwitchDialog } from "./SwitchDialog";

const NewFlag = lazy(async () => ({ default: (await import("../pages/flags/NewFlag")).NewFlag }));
const NewProject = lazy(async () => ({ default: (await import("../pages/NewProject")).NewProject }));
const KillDialog = lazy(async () => ({ default: (await import("../pages/flag/kill/KillDialog")).KillDialog }));

/** Pages that the header does not lead to. */
const BESIDE = {
  compare: "/projects/$project/compare",
  imports: "/projects/$project/import",
  start: "/projects/$project/start",
  projects: "/",
} as const;

/** After these the palette is not closed: something else takes its place. */
const STAYING = new Set<Go["to"]>(["type", "kill", "switch", "new flag", "new project", "keys"]);

interface From {
  project: string | undefined;
  /** The environment that segments and contexts are shown in. */
  main: string | undefined;
  close: () => void;
  showKeys: () => void;
  type: (words: string) => void;
}

/** Carries out what was chosen; `over` is what is shown in the palette's place meanwhile. */
export function useGoing({ project = "", main, close, showKeys, type }: From) {
  const navigate = useNavigate();
  const queries = useQueryClient();
  const toggleTheme = useToggledTheme();
  const signOut = useSignOut();
  const [over, setOver] = useState<ReactNode>(null);
  const instead = (dialog: ReactNode) => setOver(<Suspense>{dialog}</Suspense>);

  const undo = async (environment: string, version: number) => {
    try {
      const path = { project, environment, version };
      const done = await answered(undoChange({ path, headers: { "If-Match": "*" } }));
      await queries.invalidateQueries({ queryKey: [project] });
      tellSaved(project, done);
    } catch (error) {
      tellTrouble(error);
    }
  };

  const acts: { [To in Go["to"]]: (chosen: Extract<Go, { to: To }>) => void } = {
    type: ({ words }) => type(words),
    kill: ({ flag }) => instead(<KillDialog project={project} flag={flag} opened close={close} />),
    switch: (chosen) => instead(<SwitchDialog project={project} {...chosen} close={close} />),
    "new flag": () => instead(<NewFlag project={project} opened close={close} />),
    "new project": () => instead(<NewProject opened close={close} />),
    keys: showKeys,
    place: ({ place }) => {
      const page = PLACES.find(({ name }) => name === place);
      // The documentation is no page of the dashboard, and has an address of its own.
      if (place === "docs") location.assign("/docs");
      else if (page) void navigate({ to: page.to, params: { project } });
      else if (place in BESIDE) void navigate({ to: BESIDE[place as keyof typeof BESIDE], params: { project } });
      else {
        const tab = place as SettingsTab;
        void navigate({ to: "/projects/$project/settings/$tab", params: { project, tab } });
      }
    },
    project: (chosen) => void navigate({ to: "/projects/$project/flags", params: { project: chosen.project } }),
    flag: ({ flag }) => void navigate({ to: "/projects/$project/flags/$flag", params: { project, flag } }),
    segment: ({ segment }) =>
      void navigate({
        to: "/projects/$project/segments/$segment",
        params: { project, segment },
        search: { environment: main },
      }),
    context: ({ key }) =>
      void navigate({
        to: "/projects/$project/contexts/$key",
        params: { project, key },
        search: { environment: main },
      }),
    request: ({ request }) =>
      void navigate({ to: "/projects/$project/requests/$request", params: { project, request: String(request) } }),
    plan: ({ plan }) => void navigate({ to: "/projects/$project/plans/$plan", params: { project, plan } }),
    ramp: () => void navigate({ to: "/projects/$project/plans/ramp", params: { project } }),
    schedule: () => void navigate({ to: "/projects/$project/plans/schedule", params: { project } }),
    undo: ({ environment, version }) => void undo(environment, version),
    theme: toggleTheme,
    "single keys": () => singleKeys.set(!singleKeys.get()),
    "sign out": signOut,
  };
  const go = (chosen: Go) => {
    if (!STAYING.has(chosen.to)) close();
    (acts[chosen.to] as (chosen: Go) => void)(chosen);
  };
  return { go, over };
}
