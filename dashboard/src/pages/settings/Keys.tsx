import { Button, Group } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answered } from "../../api/http";
import { useMe } from "../../app/session";
import { listKeys, revealKey, revokeKey, type KeyInfo } from "../../client";
import { may } from "../../model/grants";
import { Chip } from "../../parts/Chip";
import { ConfirmButton } from "../../parts/ConfirmButton";
import { SecretOnce } from "../../parts/SecretOnce";
import { Loading, Trouble } from "../../parts/States";
import { Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import { NewAlias } from "./NewAlias";
import { NewKey } from "./NewKey";
import classes from "./Settings.module.css";

const words = text.settings.keys;

/** The SDK keys of one environment: those in use, and on demand those that were revoked. */
export function Keys({ project, environment }: { project: string; environment: string }) {
  const me = useMe();
  const admin = may(me.grants, "admin", project, environment);
  const [all, setAll] = useState(false);
  const [isMaking, making] = useDisclosure(false);
  const [isTaking, taking] = useDisclosure(false);
  const found = useQuery({
    queryKey: [project, "keys", environment],
    enabled: admin,
    queryFn: () => answered(listKeys({ path: { project, environment }, query: { limit: 200 } })),
  });
  if (!admin) {
    return (
      <p className={classes.hint}>
        {words.title(environment)}: {text.settings.needs("admin", environment)}
      </p>
    );
  }
  const keys = found.data?.items ?? [];
  const ended = keys.filter(({ revoked_at }) => revoked_at !== null).length;
  return (
    <>
      <div className={classes.head}>
        <h3>{words.title(environment)}</h3>
        <span className={classes.room} />
        {ended > 0 && !all && (
          <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
            {words.ended(ended)}
          </Button>
        )}
        <Button variant="default" onClick={taking.open} aria-label={words.aliasTitle(environment)}>
          {words.alias}
        </Button>
        <Button variant="default" onClick={making.open} aria-label={words.issueTitle(environment)}>
          {words.issue}
        </Button>
      </div>
      <NewKey project={project} environment={environment} opened={isMaking} close={making.close} />
      <NewAlias project={project} environment={environment} opened={isTaking} close={taking.close} />
      {found.isError ? (
        <Trouble error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading lines={2} />
      ) : (
        <Table
          label={words.title(environment)}
          none={words.none}
          rows={keys.filter(({ revoked_at }) => all || revoked_at === null)}
          keyOf={({ id }) => id}
          columns={[
            { name: words.columns.name, cell: ({ name }) => <bdi>{name || "–"}</bdi> },
            {
              name: words.columns.kind,
              cell: ({ kind, vendor }) => (
                <>
                  {words[kind]} {vendor !== null && <Chip tone="accent">{words.vendors[vendor]}</Chip>}
                </>
              ),
            },
            { name: words.columns.prefix, cell: ({ prefix }) => <code>{prefix}…</code> },
            {
              name: words.columns.made,
              cell: ({ created_at, created_by }) => (
                <span className={classes.caption}>
                  <Time at={created_at} /> {text.plans.by} <bdi>{created_by}</bdi>
                </span>
              ),
            },
            {
              name: words.columns.state,
              cell: ({ revoked_at }) =>
                revoked_at === null ? (
                  <Chip tone="ok">
                    {words.live}
                  </Chip>
                ) : (
                  <span className={classes.caption}>
                    {words.revoked} <Time at={revoked_at} />
                  </span>
                ),
            },
            {
              name: "",
              cell: (key) =>
                key.revoked_at === null && (
                  <Acts project={project} environment={environment} info={key} />
                ),
            },
          ]}
        />
      )}
    </>
  );
}

function Acts({ project, environment, info }: { project: string; environment: string; info: KeyInfo }) {
  const queries = useQueryClient();
  const path = { project, environment, key: info.id };
  const reveal = useMutation({ mutationFn: () => answered(revealKey({ path })) });
  return (
    <Group gap={8} justify="flex-end">
      {info.revealable && (
        <Button
          variant="subtle"
          size="compact-sm"
          loading={reveal.isPending}
          onClick={() => reveal.mutate()}
          aria-label={`${words.reveal} ${info.name || info.prefix}`}
        >
          {words.reveal}
        </Button>
      )}
      {reveal.isError && <Trouble error={reveal.error} />}
      <SecretOnce title={words.revealed} secret={reveal.data?.key ?? null} close={reveal.reset} again />
      <ConfirmButton
        variant="subtle"
        color="danger"
        size="compact-sm"
        title={words.revokeTitle(info.name || info.prefix)}
        words={words.revokeWords}
        danger
        go={async () => {
          await answered(revokeKey({ path }));
          await queries.invalidateQueries({ queryKey: [project, "keys", environment] });
        }}
      >
        {words.revoke}
      </ConfirmButton>
    </Group>
  );
}
