import { ActionIcon, Menu, Select, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";

import { answered } from "../api/http";
import { projectsQuery } from "../api/queries";
import { signOut } from "../client";
import { text } from "../text/en";
import { useMe } from "./session";
import { useLive } from "./live";
import classes from "./shell.module.css";

/** What stands around every page: the project, where one can go, whether it is live, who one is. */
export function Shell() {
  const { project } = useParams({ strict: false });
  return (
    <>
      <a className={classes.skip} href="#content">
        {text.shell.skip}
      </a>
      <header className={classes.bar}>
        <Link to="/" className={classes.logo}>
          <svg viewBox="0 0 20 20" aria-hidden>
            <path d="M10 2v16M3 6h14M5 6v3M15 6v5M15 11l-4-2.5L15 6" />
          </svg>
          {text.name}
        </Link>
        {project !== undefined && <ProjectSelect project={project} />}
        {project !== undefined && <Places project={project} />}
        <span className={classes.room} />
        {project !== undefined && <Live project={project} />}
        <Me />
      </header>
      <main id="content" className={classes.content} tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}

function Places({ project }: { project: string }) {
  return (
    <nav className={classes.places} aria-label={text.name}>
      <Link to="/projects/$project/flags" params={{ project }}>
        {text.nav.flags}
      </Link>
      <Link to="/projects/$project/segments" params={{ project }}>
        {text.nav.segments}
      </Link>
      <Link to="/projects/$project/contexts" params={{ project }}>
        {text.nav.contexts}
      </Link>
      <Link to="/projects/$project/playground" params={{ project }}>
        {text.nav.playground}
      </Link>
      <Link to="/projects/$project/requests" params={{ project }}>
        {text.nav.requests}
      </Link>
      <Link to="/projects/$project/plans" params={{ project }}>
        {text.nav.plans}
      </Link>
      <Link to="/projects/$project/history" params={{ project }}>
        {text.nav.history}
      </Link>
      <Link to="/projects/$project/settings" params={{ project }}>
        {text.nav.settings}
      </Link>
    </nav>
  );
}

function ProjectSelect({ project }: { project: string }) {
  const navigate = useNavigate();
  const found = useQuery(projectsQuery);
  const data = found.data?.map(({ key, name }) => ({ value: key, label: name || key }));
  return (
    <Select
      aria-label={text.shell.project}
      className={classes.project}
      data={data ?? [project]}
      value={project}
      onChange={(key) => {
        if (key) void navigate({ to: "/projects/$project/flags", params: { project: key } });
      }}
    />
  );
}

function Live({ project }: { project: string }) {
  const since = useLive(project);
  return (
    <span className={classes.live} data-offline={since !== null || undefined} role="status">
      <i aria-hidden />
      {since === null ? text.shell.live : text.shell.offline(since)}
    </span>
  );
}

function Me() {
  const me = useMe();
  const queries = useQueryClient();
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme();
  const initials = me.actor.slice(0, 2).toUpperCase();
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon
          variant="default"
          size={28}
          aria-label={`${initials}: ${me.actor}`}
          className={classes.me}
        >
          {initials}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{me.actor}</Menu.Label>
        <Menu.Item onClick={() => setColorScheme(scheme === "dark" ? "light" : "dark")}>
          {text.shell.theme}
        </Menu.Item>
        <Menu.Item
          onClick={() => void answered(signOut()).finally(() => queries.resetQueries())}
        >
          {text.shell.signOut}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
