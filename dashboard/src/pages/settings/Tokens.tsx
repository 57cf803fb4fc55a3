import { Button, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answered } from "../../api/http";
import { useMe } from "../../app/session";
import { listTokens, revokeToken, type TokenInfo } from "../../client";
import { grantWords } from "../../model/grants";
import { Chip } from "../../parts/Chip";
import { ConfirmButton } from "../../parts/ConfirmButton";
import { Loading, Trouble } from "../../parts/States";
import { Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import { NewToken } from "./NewToken";
import classes from "./Settings.module.css";

const words = text.settings.people;

interface Props {
  project: string;
  actors: string[];
  admin: boolean;
}

/** Every token; without `admin` on the system only one's own. */
export function Tokens({ project, actors, admin }: Props) {
  const me = useMe();
  const [all, setAll] = useState(false);
  const [isMaking, making] = useDisclosure(false);
  // What is over is decided once, when the page opens: a row does not vanish under the pointer.
  const [opened] = useState(() => new Date());
  const found = useQuery({
    queryKey: ["tokens"],
    queryFn: async () => (await answered(listTokens({ query: { limit: 200 } }))).items,
  });
  const tokens = found.data ?? [];
  const over = tokens.filter((token) => isOver(token, opened)).length;
  const title = admin ? words.tokens : words.ownTokens;
  const mayIssue = me.grants.some(({ scope }) => scope === "admin");
  return (
    <section className={classes.card} aria-label={title}>
      <div className={classes.head}>
        <Title order={2}>{title}</Title>
        <span className={classes.room} />
        {over > 0 && !all && (
          <Button variant="subtle" size="compact-sm" onClick={() => setAll(true)}>
            {words.ended(over)}
          </Button>
        )}
        {!mayIssue && (
          <span className={classes.caption}>{text.settings.needs("admin", text.settings.inProject)}</span>
        )}
        <Button onClick={making.open} disabled={!mayIssue}>
          {words.issue}
        </Button>
      </div>
      <NewToken
        project={project}
        actors={actors.length > 0 ? actors : [me.actor]}
        opened={isMaking}
        close={making.close}
      />
      {found.isError ? (
        <Trouble error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading lines={3} />
      ) : (
        <Table
          label={title}
          none={words.noTokens}
          rows={tokens.filter((token) => all || !isOver(token, opened))}
          keyOf={({ id }) => id}
          columns={[
            {
              name: words.tokenColumns.actor,
              cell: ({ id, actor }) => (
                <>
                  <bdi>{actor}</bdi>{" "}
                  {id === me.token_id && (
                    <Chip tone="accent">
                      {words.this}
                    </Chip>
                  )}
                </>
              ),
            },
            { name: words.tokenColumns.name, cell: ({ name }) => <bdi>{name || "–"}</bdi> },
            { name: words.tokenColumns.prefix, cell: ({ prefix }) => <code>{prefix}…</code> },
            {
              name: words.tokenColumns.grants,
              cell: ({ grants }) => <bdi>{grants.map(grantWords).join(", ")}</bdi>,
            },
            {
              name: words.tokenColumns.used,
              cell: ({ last_used_at }) => (last_used_at ? <Time at={last_used_at} /> : words.never),
            },
            { name: words.tokenColumns.expires, cell: (token) => <End token={token} /> },
            {
              name: "",
              cell: (token) => token.revoked_at === null && <Revoke token={token} />,
            },
          ]}
        />
      )}
    </section>
  );
}

function isOver({ revoked_at, expires_at }: TokenInfo, now: Date): boolean {
  return revoked_at !== null || (expires_at !== null && new Date(expires_at) <= now);
}

function End({ token: { revoked_at, expires_at } }: { token: TokenInfo }) {
  if (revoked_at !== null) {
    return (
      <>
        {words.revoked} <Time at={revoked_at} />
      </>
    );
  }
  return expires_at === null ? words.never : <Time at={expires_at} />;
}

function Revoke({ token }: { token: TokenInfo }) {
  const me = useMe();
  const queries = useQueryClient();
  const own = token.id === me.token_id;
  return (
    <ConfirmButton
      variant="subtle"
      color="danger"
      size="compact-sm"
      title={words.revokeTitle(token.name || token.prefix)}
      words={own ? `${words.revokeWords} ${words.revokeOwn}` : words.revokeWords}
      danger
      go={async () => {
        await answered(revokeToken({ path: { token: token.id } }));
        if (own) await queries.resetQueries();
        else await queries.invalidateQueries({ queryKey: ["tokens"] });
      }}
    >
      {words.revoke}
    </ConfirmButton>
  );
}
