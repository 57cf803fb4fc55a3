import { Button, Select, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { faultAt } from "../../api/faults";
import { answered, Failed } from "../../api/http";
import { useMe } from "../../app/session";
import { createFlag, listFlags } from "../../client";
import { may } from "../../model/grants";
import { Faults } from "../../parts/Faults";
import { text } from "../../text/en";
import classes from "./Start.module.css";
import { issueStartKey } from "./issueStartKey";

const words = text.start.flag;
const FIRST = "welcome-banner";

interface Props {
  project: string;
  environments: string[];
  chosen: (environment: string, flag: string, since: string) => void;
}

/** Makes a boolean flag and a key, or takes a flag that exists. */
export function FlagStep({ project, environments, chosen }: Props) {
  // Where it does no harm: anywhere but in production, if there is such a place.
  const first = environments.find((key) => key !== "production") ?? environments[0] ?? "";
  const [environment, setEnvironment] = useState(first);
  const [key, setKey] = useState(FIRST);
  const queries = useQueryClient();
  const admin = may(useMe().grants, "admin", project, environment);
  const take = useMutation({
    mutationFn: async (flag: string) => ({ flag, since: await begin(project, environment, admin) }),
    onSuccess: ({ flag, since }) => chosen(environment, flag, since),
  });
  const make = useMutation({
    mutationFn: () =>
      answered(
        createFlag({ path: { project }, headers: { "If-Match": "*" }, body: { key: key.trim() } }),
      ),
    onSuccess: async (done) => {
      if ("change_request" in done) return;
      await queries.invalidateQueries({ queryKey: [project] });
      take.mutate(key.trim());
    },
  });
  const exists = make.error instanceof Failed && make.error.problem.status === 409;
  return (
    <form
      className={classes.card}
      onSubmit={(event) => {
        event.preventDefault();
        make.mutate();
      }}
    >
      <div className={classes.row}>
        <TextInput
          className={classes.grow ?? ""}
          label={words.key}
          description={words.keyHint}
          value={key}
          onChange={(event) => {
            setKey(event.currentTarget.value);
            make.reset();
          }}
          error={exists ? words.taken : faultAt(make.error, "/key")}
          maxLength={256}
          spellCheck={false}
          required
        />
        <Select
          label={words.environment}
          description={words.environmentHint}
          data={environments}
          value={environment}
          onChange={(value) => setEnvironment(value ?? first)}
        />
      </div>
      <div className={classes.row}>
        {exists ? (
          <Button onClick={() => take.mutate(key.trim())} loading={take.isPending}>
            {words.takeIt(key.trim())}
          </Button>
        ) : (
          <Button type="submit" loading={make.isPending || take.isPending}>
            {admin ? words.make : words.makeOnly}
          </Button>
        )}
        <Existing project={project} take={take.mutate} />
      </div>
      {make.data && "change_request" in make.data && (
        <Text role="alert">{words.waits(make.data.change_request.id)}</Text>
      )}
      {!exists && faultAt(make.error, "/key") === undefined && <Faults error={make.error} />}
      <Faults error={take.error} />
    </form>
  );
}

/** Issues the key to ask with, if one may, and says since when answers count. */
async function begin(project: string, environment: string, admin: boolean): Promise<string> {
  return admin ? issueStartKey(project, environment, "server") : new Date().toISOString();
}

function Existing({ project, take }: { project: string; take: (flag: string) => void }) {
  const [typed, setTyped] = useState("");
  const [query] = useDebouncedValue(typed, 200);
  const found = useQuery({
    queryKey: [project, "flags", "pick", query],
    queryFn: () =>
      answered(listFlags({ path: { project }, query: { limit: 20, ...(query !== "" && { query }) } })),
    placeholderData: keepPreviousData,
  });
  return (
    <Select
      className={classes.grow ?? ""}
      aria-label={words.pick}
      placeholder={words.take}
      data={found.data?.items.map((flag) => flag.key) ?? []}
      value={null}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      // The server searches names and descriptions too.
      filter={({ options }) => options}
      nothingFoundMessage={words.none}
      onChange={(flag) => {
        if (flag !== null) take(flag);
      }}
    />
  );
}
