import { Button, Group, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { faultAt } from "../../api/faults";
import { answered } from "../../api/http";
import { useMe } from "../../app/session";
import { createActor, listActors } from "../../client";
import { may } from "../../model/grants";
import { Loading, Trouble, wordsOf } from "../../parts/States";
import { Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import classes from "./Settings.module.css";
import { Sessions } from "./Sessions";
import { Tokens } from "./Tokens";

const words = text.settings.people;

/** Who there is, and by which tokens they may do what. Actors and tokens belong to no project. */
export function PeopleTab({ project }: { project: string }) {
  const me = useMe();
  const admin = may(me.grants, "admin");
  const found = useQuery({
    queryKey: ["actors"],
    enabled: admin,
    queryFn: async () => (await answered(listActors({ query: { limit: 200 } }))).items,
  });
  const actors = found.data ?? [];
  return (
    <>
      <Tokens project={project} actors={actors.map(({ name }) => name)} admin={admin} />
      <Sessions admin={admin} />
      <section className={classes.card} aria-label={words.actors}>
        <div className={classes.head}>
          <Title order={2}>{words.actors}</Title>
        </div>
        <p className={classes.hint}>{words.actorsHint}</p>
        {!admin ? (
          <p className={classes.caption}>{text.settings.needs("admin", text.settings.onSystem)}</p>
        ) : found.isError ? (
          <Trouble error={found.error} retry={() => void found.refetch()} />
        ) : found.isPending ? (
          <Loading lines={3} />
        ) : (
          <>
            <Table
              label={words.actors}
              none=""
              rows={actors}
              keyOf={({ id }) => id}
              columns={[
                { name: words.columns.name, cell: ({ name }) => <bdi>{name}</bdi> },
                { name: words.columns.made, cell: ({ created_at }) => <Time at={created_at} /> },
                { name: words.columns.by, cell: ({ created_by }) => <bdi>{created_by}</bdi> },
              ]}
            />
            <NewActor />
          </>
        )}
      </section>
    </>
  );
}

function NewActor() {
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () => answered(createActor({ body: { name: name.trim() } })),
    onSuccess: async () => {
      setName("");
      await queries.invalidateQueries({ queryKey: ["actors"] });
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <Group gap={8} mt="md" align="flex-start">
        <TextInput
          className={classes.middle}
          aria-label={words.newActor}
          placeholder={words.newActor}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          error={make.error && (faultAt(make.error, "/name") ?? wordsOf(make.error))}
        />
        <Button type="submit" variant="default" disabled={name.trim() === ""} loading={make.isPending}>
          {words.addActor}
        </Button>
      </Group>
    </form>
  );
}
