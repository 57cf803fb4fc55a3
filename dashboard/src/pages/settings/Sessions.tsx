import { Title } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { endSession, listSessions, type SessionInfo } from "../../client";
import { browserOf } from "../../model/browsers";
import { Chip } from "../../parts/Chip";
import { ConfirmButton } from "../../parts/ConfirmButton";
import { Loading, Trouble } from "../../parts/States";
import { Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import classes from "./Settings.module.css";

const words = text.settings.people;

/** Who is signed in, and where; without `admin` on the system only oneself. */
export function Sessions({ admin }: { admin: boolean }) {
  const found = useQuery({
    queryKey: ["sessions"],
    queryFn: async () => (await answered(listSessions({ query: { limit: 200 } }))).items,
  });
  const title = admin ? words.sessions : words.ownSessions;
  return (
    <section className={classes.card} aria-label={title}>
      <div className={classes.head}>
        <Title order={2}>{title}</Title>
      </div>
      <p className={classes.hint}>{words.sessionsHint}</p>
      {found.isError ? (
        <Trouble error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading lines={3} />
      ) : (
        <Table
          label={title}
          none={words.noSessions}
          rows={found.data}
          keyOf={({ id }) => id}
          columns={[
            {
              name: words.sessionColumns.actor,
              cell: ({ actor, current }) => (
                <>
                  <bdi>{actor}</bdi> {current && <Chip tone="accent">{words.this}</Chip>}
                </>
              ),
            },
            { name: words.sessionColumns.from, cell: (session) => <From session={session} /> },
            { name: words.sessionColumns.token, cell: ({ token, token_id }) => <bdi>{token || token_id}</bdi> },
            { name: words.sessionColumns.since, cell: ({ created_at }) => <Time at={created_at} /> },
            { name: words.sessionColumns.until, cell: ({ expires_at }) => <Time at={expires_at} /> },
            { name: "", cell: (session) => <End session={session} /> },
          ]}
        />
      )}
    </section>
  );
}

/** What the browser calls itself, as people call it, and its address. */
function From({ session: { agent, address } }: { session: SessionInfo }) {
  const known = browserOf(agent);
  const said =
    known?.browser && known.system
      ? words.browser(known.browser, known.system)
      : (known?.browser ?? known?.system ?? (agent || words.nowhere));
  return (
    <span title={agent}>
      <bdi className="untrusted">{said}</bdi>{" "}
      <span className={classes.caption}>
        <bdi>{address}</bdi>
      </span>
    </span>
  );
}

function End({ session: { id, actor, current } }: { session: SessionInfo }) {
  const queries = useQueryClient();
  return (
    <ConfirmButton
      variant="subtle"
      color="danger"
      size="compact-sm"
      title={words.endTitle(actor)}
      words={current ? words.endOwn : words.endWords}
      danger
      go={async () => {
        await answered(endSession({ path: { session: id } }));
        if (current) await queries.resetQueries();
        else await queries.invalidateQueries({ queryKey: ["sessions"] });
      }}
    >
      {words.end}
    </ConfirmButton>
  );
}
