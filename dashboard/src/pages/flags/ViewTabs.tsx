import { ActionIcon, Button, Group, Menu, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueries, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { answered } from "../../api/http";
import { changeView, listFlags, listViews, removeView, saveView, type View } from "../../client";
import { filtersOf, isSameSearch, queryOf, readFlagsSearch, type FlagsSearch } from "../../model/flagSearch";
import { number } from "../../model/movement";
import { Faults } from "../../parts/Faults";
import { Icon } from "../../parts/Icon";
import { text } from "../../text/en";
import classes from "./ViewTabs.module.css";

interface Tab {
  name: string;
  search: FlagsSearch;
  view?: View;
}

const words = text.flags.views;

interface Props {
  project: string;
  search: FlagsSearch;
  main: string | undefined;
}

/** Views of the list, with how many flags each has: some that everybody has, then one's own. */
export function ViewTabs({ project, search, main }: Props) {
  const views = useQuery({
    queryKey: [project, "views"],
    queryFn: async () => (await answered(listViews({ path: { project } }))).items,
  });
  const tabs: Tab[] = [
    { name: words.all, search: {} },
    ...(main === undefined ? [] : [{ name: words.partly, search: { state: `${main}:several` } }]),
    { name: words.today, search: { changed: "24h" } },
    { name: words.expiring, search: { expiry: "soon" } },
    { name: words.stale, search: { stale: "any" } },
    ...(views.data ?? []).map((view) => ({ name: view.name, search: readFlagsSearch(view.filters), view })),
  ];
  const totals = useQueries({
    queries: tabs.map((tab) => ({
      queryKey: [project, "flags", "total", filtersOf(tab.search)],
      queryFn: async () => {
        const query = { ...queryOf(tab.search), limit: 1 };
        return (await answered(listFlags({ path: { project }, query }))).total;
      },
    })),
  });
  const isKnown = tabs.some((tab) => isSameSearch(tab.search, search));
  const [naming, setNaming] = useState<{ view?: View } | null>(null);
  return (
    <nav className={classes.tabs} aria-label={words.label}>
      {tabs.map((tab, index) => (
        <span key={tab.view?.id ?? tab.name} className={classes.tab}>
          <Link
            to="/projects/$project/flags"
            params={{ project }}
            search={tab.search}
            aria-current={isSameSearch(tab.search, search) ? "page" : undefined}
            // A link to filters is current only where they are the same: that is said above.
            activeProps={{}}
          >
            <bdi className="untrusted">{tab.name}</bdi>
            <small>{totals[index]?.data === undefined ? "–" : number(totals[index].data)}</small>
          </Link>
          {tab.view && (
            <ViewMenu project={project} view={tab.view} search={search} rename={() => setNaming({ view: tab.view as View })} />
          )}
        </span>
      ))}
      {!isKnown && (
        <Button variant="subtle" size="compact-sm" leftSection={<Icon name="plus" />} onClick={() => setNaming({})}>
          {words.save}
        </Button>
      )}
      {naming !== null && (
        <NameView project={project} search={search} view={naming.view} close={() => setNaming(null)} />
      )}
    </nav>
  );
}

function ViewMenu(props: { project: string; view: View; search: FlagsSearch; rename: () => void }) {
  const { project, view, search, rename } = props;
  const queries = useQueryClient();
  const path = { project, view: view.id };
  const done = () => queries.invalidateQueries({ queryKey: [project, "views"] });
  const remove = useMutation({ mutationFn: () => answered(removeView({ path })), onSuccess: done });
  const replace = useMutation({
    mutationFn: () => answered(changeView({ path, body: { filters: filtersOf(search) } })),
    onSuccess: done,
  });
  return (
    <Menu position="bottom-start">
      <Menu.Target>
        <ActionIcon variant="subtle" size={24} aria-label={words.menu(view.name)}>
          <Icon name="more" />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={rename}>{words.rename}</Menu.Item>
        <Menu.Item onClick={() => replace.mutate()}>{words.replace}</Menu.Item>
        <Menu.Item color="danger" onClick={() => remove.mutate()}>
          {words.remove}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface NameProps {
  project: string;
  search: FlagsSearch;
  view: View | undefined;
  close: () => void;
}

function NameView({ project, search, view, close }: NameProps) {
  const [name, setName] = useState(view?.name ?? "");
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      answered(
        view === undefined
          ? saveView({ path: { project }, body: { name, filters: filtersOf(search) } })
          : changeView({ path: { project, view: view.id }, body: { name } }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [project, "views"] });
      close();
    },
  });
  return (
    <Modal opened onClose={close} title={view === undefined ? words.save : words.rename}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        <Stack gap="md">
          <TextInput
            label={words.name}
            value={name}
            maxLength={80}
            required
            data-autofocus
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Text c="dimmed">{words.nameHint}</Text>
          <Faults error={save.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {words.cancel}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {words.keep}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
