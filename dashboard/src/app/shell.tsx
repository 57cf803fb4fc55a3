import { ActionIcon, Kbd, Select, UnstyledButton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useNavigate, useParams } from "@tanstack/react-router";
import { lazy, Suspense, useRef, useState } from "react";

import { projectsQuery } from "../api/queries";
import { useKeys } from "../keys/useKeys";
import { Icon } from "../parts/Icon";
import { HEADER_PLACE } from "../parts/InHeader";
import { OfflineContext } from "../parts/offline";
import { text } from "../text/en";
import { useArrival } from "./arrival";
import { useLive } from "./live";
import { HeaderMenu } from "./menu";
import { PlaceLinks, usePlaceKeys } from "./places";
import classes from "./shell.module.css";

const Palette = lazy(() => import("../palette/Palette"));
const KeyMap = lazy(() => import("../keys/KeyMap"));

/** What stands around every page: the project, where one can go, whether it is live, who one is. */
export function Shell() {
  const { project } = useParams({ strict: false });
  const [over, setOver] = useState<"palette" | "keys" | null>(null);
  const main = useRef<HTMLElement>(null);
  const since = useLive(project);
  useArrival(main);
  usePlaceKeys(project);
  useKeys({ "mod+k": () => setOver("palette"), "?": () => setOver("keys") });
  const close = () => setOver(null);
  return (
    <OfflineContext value={since}>
      <a className={classes.skip} href="#content">
        {text.shell.skip}
      </a>
      <header className={classes.bar}>
        <span id={HEADER_PLACE} className={classes.page} />
        <Link to="/" className={classes.logo} aria-label={text.name}>
          <svg viewBox="0 0 20 20" aria-hidden>
            <path d="M10 2v16M3 6h14M5 6v3M15 6v5M15 11l-4-2.5L15 6" />
          </svg>
          <span>{text.name}</span>
        </Link>
        {project !== undefined && <ProjectSelect project={project} />}
        {project !== undefined && <PlaceLinks project={project} />}
        <span className={classes.room} />
        <Search open={() => setOver("palette")} />
        {project !== undefined && <Live since={since} />}
        <HeaderMenu project={project} showKeys={() => setOver("keys")} />
      </header>
      <main ref={main} id="content" className={classes.content} tabIndex={-1}>
        <Outlet />
      </main>
      <Suspense>
        {over === "palette" && <Palette project={project} close={close} showKeys={() => setOver("keys")} />}
        {over === "keys" && <KeyMap close={close} />}
      </Suspense>
    </OfflineContext>
  );
}

function ProjectSelect({ project }: { project: string }) {
  const navigate = useNavigate();
  const found = useQuery(projectsQuery);
  const data = found.data?.map(({ key, name }) => ({ value: key, label: name || key })) ?? [];
  return (
    <Select
      aria-label={text.shell.project}
      className={classes.project}
      data={data.some(({ value }) => value === project) ? data : [...data, project]}
      value={project}
      onChange={(key) => {
        if (key) void navigate({ to: "/projects/$project/flags", params: { project: key } });
      }}
    />
  );
}

/** The door to the palette: with its words where there is room for them. */
function Search({ open }: { open: () => void }) {
  return (
    <>
      <UnstyledButton className={classes.search} onClick={open} aria-haspopup="dialog">
        <Icon name="search" />
        <span>{text.shell.search}</span>
        <Kbd size="xs">{text.shell.searchKeys}</Kbd>
      </UnstyledButton>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={32}
        className={classes.lens}
        onClick={open}
        aria-haspopup="dialog"
        aria-label={text.shell.search}
      >
        <Icon name="search" />
      </ActionIcon>
    </>
  );
}

function Live({ since }: { since: string | null }) {
  return (
    <span className={classes.live} data-offline={since !== null || undefined} role="status">
      <i aria-hidden />
      {since === null ? text.shell.live : text.shell.offlineOld(since)}
    </span>
  );
}
