import { Title } from "@mantine/core";
import { Link, useParams } from "@tanstack/react-router";

import type { SettingsTab } from "../../app/router";
import { text } from "../../text/en";
import { EnvironmentsTab } from "./EnvironmentsTab";
import { PeopleTab } from "./PeopleTab";
import { PoliciesTab } from "./PoliciesTab";
import { PopulationTab } from "./PopulationTab";
import { ProgramsTab } from "./ProgramsTab";
import classes from "./Settings.module.css";
import { WebhookTab } from "./WebhookTab";

const TABS: Record<SettingsTab, (props: { project: string }) => React.ReactNode> = {
  environments: EnvironmentsTab,
  programs: ProgramsTab,
  policies: PoliciesTab,
  population: PopulationTab,
  webhook: WebhookTab,
  people: PeopleTab,
};

/** What a project has decided, and who may do what in it. */
export function SettingsPage() {
  const { project, tab } = useParams({ from: "/projects/$project/settings/$tab" });
  const Tab = TABS[tab];
  return (
    <>
      <Title order={1} mb="md">
        {text.settings.title}
      </Title>
      <div className={classes.page}>
        <nav className={classes.tabs} aria-label={text.settings.sections}>
          {(Object.keys(TABS) as SettingsTab[]).map((key) => (
            <Link
              key={key}
              to="/projects/$project/settings/$tab"
              params={{ project, tab: key }}
              search={(was) => was}
              activeOptions={{ includeSearch: false }}
            >
              {text.settings.tabs[key]}
            </Link>
          ))}
        </nav>
        <div className={classes.body}>
          <Tab key={project} project={project} />
        </div>
      </div>
    </>
  );
}
