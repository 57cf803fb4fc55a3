import { ActionIcon, Menu, useComputedColorScheme, useMantineColorScheme } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { answered } from "../api/http";
import { signOut } from "../client";
import { Icon } from "../parts/Icon";
import { text } from "../text/en";
import { PLACES, Waiting } from "./places";
import { useMe } from "./session";
import classes from "./shell.module.css";

/** Where the header has no room for the places, the menu has them. */
const NARROW = "(max-width: 1080px)";

/** Who one is, and what one does for oneself; on a narrow screen also where one can go. */
export function HeaderMenu({ project, showKeys }: { project: string | undefined; showKeys: () => void }) {
  const me = useMe();
  const navigate = useNavigate();
  const narrow = useMediaQuery(NARROW, undefined, { getInitialValueInEffect: false });
  const toggleTheme = useToggledTheme();
  const leave = useSignOut();
  const initials = me.actor.slice(0, 2).toUpperCase();
  return (
    <Menu position="bottom-end" withinPortal={false} width={narrow ? 240 : undefined}>
      <Menu.Target>
        <ActionIcon
          variant={narrow ? "subtle" : "default"}
          color="gray"
          size={narrow ? 40 : 28}
          aria-label={narrow ? text.shell.menu : `${initials}: ${me.actor}`}
          className={classes.me}
        >
          {narrow ? <Icon name="menu" size={20} /> : initials}
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown className={classes.menu}>
        {narrow && project !== undefined && (
          <>
            {PLACES.map(({ name, to }) => (
              <Menu.Item
                key={name}
                onClick={() => void navigate({ to, params: { project } })}
                rightSection={name === "requests" ? <Waiting project={project} /> : undefined}
              >
                {text.nav[name]}
              </Menu.Item>
            ))}
            <Menu.Divider />
          </>
        )}
        <Menu.Label>{me.actor}</Menu.Label>
        <Menu.Item onClick={toggleTheme}>{text.shell.theme}</Menu.Item>
        <Menu.Item onClick={showKeys}>{text.shell.keys}</Menu.Item>
        <Menu.Item onClick={leave}>{text.shell.signOut}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Light becomes dark, and dark light. */
export function useToggledTheme(): () => void {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme();
  return () => setColorScheme(scheme === "dark" ? "light" : "dark");
}

/** Ends the session, and forgets everything that was asked for in it. */
export function useSignOut(): () => void {
  const queries = useQueryClient();
  return () => void answered(signOut()).finally(() => queries.resetQueries());
}
