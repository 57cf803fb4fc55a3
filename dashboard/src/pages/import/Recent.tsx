import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { importsQuery } from "../../api/imports";
import { Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { importsText as words } from "../../text/imports";
import classes from "./Import.module.css";

/** Imports that were begun and can be gone on with; nothing where there are none. */
export function Recent({ project, environment }: { project: string; environment: string }) {
  const found = useQuery({ ...importsQuery(project, environment), retry: false });
  if (found.data === undefined || found.data.length === 0) return null;
  return (
    <section className={classes.panel} aria-label={words.recent}>
      <Title order={2}>{words.recent}</Title>
      <Table
        label={words.recent}
        rows={found.data}
        keyOf={({ id }) => id}
        none=""
        columns={[
          {
            name: words.columns.from,
            cell: ({ id, title, source }) => (
              <Link
                to="/projects/$project/import/$environment/$name"
                params={{ project, environment, name: id }}
                search={{}}
              >
                {title}, <bdi>{source}</bdi>
              </Link>
            ),
          },
          { name: words.columns.state, cell: ({ state }) => words.states[state] },
          { name: words.columns.when, cell: ({ created_at }) => <Time at={created_at} /> },
          { name: words.columns.by, cell: ({ created_by }) => <bdi>{created_by}</bdi> },
        ]}
      />
    </section>
  );
}
