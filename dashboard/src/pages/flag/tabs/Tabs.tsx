import { Link } from "@tanstack/react-router";
import { lazy, Suspense } from "react";

import type { FlagSearch } from "../../../app/router";
import type { ProjectFlag } from "../../../client";
import { mainOf } from "../../../model/environments";
import { placeOf, type Draft, type Fields } from "../../../model/draft";
import { unreadAt } from "../../../model/unread";
import { Loading } from "../../../parts/States";
import { text } from "../../../text/en";
import { FLAG_TABS, type FlagTab } from "./names";
import classes from "./Tabs.module.css";

const BODIES = {
  activity: lazy(async () => ({ default: (await import("./activity/ActivityTab")).ActivityTab })),
  audience: lazy(async () => ({ default: (await import("./audience/AudienceTab")).AudienceTab })),
  exposures: lazy(async () => ({ default: (await import("./exposures/ExposuresTab")).ExposuresTab })),
  code: lazy(async () => ({ default: (await import("./code/CodeTab")).CodeTab })),
  settings: lazy(async () => ({ default: (await import("./settings/SettingsTab")).SettingsTab })),
  json: lazy(async () => ({ default: (await import("./document/DocumentTab")).DocumentTab })),
};

/** What every tab is given. */
export interface TabProps {
  project: string;
  flag: ProjectFlag;
  /** The version of each environment that the flag was read at. */
  versions: Record<string, number>;
  /** The environment that is looked at; and a version in it, or an instant, if not the newest. */
  environment: string;
  asOf: number | undefined;
  at: string | undefined;
  /** What of an environment was edited and is not saved. */
  draftIn: (environment: string) => Draft | null;
  /** Makes such an edit: the same draft as the rule editor's. */
  edit: (environment: string, fields: Partial<Fields>) => void;
}

/** The views of a flag, each with an address of its own. */
export function TabLinks({ project, flag, search }: { project: string; flag: ProjectFlag; search: FlagSearch }) {
  const names: Record<FlagTab, string> = { ...text.flag.tabs, json: text.flagTabs.json };
  const to = { to: "/projects/$project/flags/$flag", params: { project, flag: flag.key } } as const;
  const environment = environmentOf(flag, search);
  const unfinished = Object.keys(flag.environments).some((key) => unreadAt(placeOf(project, flag.key, key)) !== null);
  return (
    <nav className={classes.tabs} aria-label={text.flagTabs.label}>
      {[undefined, ...FLAG_TABS].map((tab) => (
        <Link
          key={tab ?? "targeting"}
          {...to}
          search={(was: FlagSearch) => ({ tab, in: was.in })}
          aria-current={search.tab === tab ? "page" : undefined}
          data-here={search.tab === tab || undefined}
        >
          {tab === undefined ? text.flag.tabs.targeting : names[tab]}
          {tab === "json" && search.tab !== tab && unfinished && (
            <>
              {" "}
              <span className={classes.unfinished}>{text.flagTabs.unread}</span>
            </>
          )}
        </Link>
      ))}
      <span className={classes.room} />
      <Link
        to="/projects/$project/playground"
        params={{ project }}
        search={{ flag: flag.key, columns: [environment] }}
      >
        {text.flagTabs.playground}
      </Link>
    </nav>
  );
}

type BodyProps = Omit<TabProps, "environment" | "asOf" | "at"> & { tab: FlagTab; search: FlagSearch };

/** The view that the address names. */
export function TabBody({ tab, search, ...given }: BodyProps) {
  const Body = BODIES[tab];
  return (
    <Suspense fallback={<Loading lines={6} />}>
      <Body {...given} environment={environmentOf(given.flag, search)} asOf={search.as} at={search.at} />
    </Suspense>
  );
}

function environmentOf(flag: ProjectFlag, { in: chosen }: FlagSearch): string {
  const environments = Object.keys(flag.environments);
  return chosen !== undefined && environments.includes(chosen) ? chosen : (mainOf(environments) ?? "");
}
