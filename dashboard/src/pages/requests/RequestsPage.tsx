import { Button, Group, SegmentedControl, Textarea, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";

import { answered } from "../../api/http";
import {
  approveRequest,
  commentRequest,
  getRequest,
  listRequests,
  rejectRequest,
  withdrawRequest,
  type ChangeRequest,
} from "../../client";
import { useMe } from "../../app/session";
import { commandWords } from "../../text/commands";
import { Empty, Loading, Trouble, wordsOf } from "../../parts/States";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import classes from "./RequestsPage.module.css";

type Shown = "open" | "all";

/** Changes that wait for somebody else: why, what they would do, what was said. */
export function RequestsPage() {
  const { project } = useParams({ from: "/projects/$project/requests" });
  const [shown, setShown] = useState<Shown>("open");
  const found = useQuery({
    queryKey: [project, "requests", shown],
    queryFn: () =>
      answered(
        listRequests({
          path: { project },
          query: { limit: 100, ...(shown === "open" && { state: "open" as const }) },
        }),
      ),
  });
  return (
    <>
      <Group mb="md">
        <Title order={1}>{text.nav.requests}</Title>
        <SegmentedControl
          size="xs"
          aria-label={text.requests.which}
          value={shown}
          onChange={(value) => setShown(value)}
          data={[
            { value: "open", label: text.requests.open },
            { value: "all", label: text.requests.all },
          ]}
        />
      </Group>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading lines={6} />
      ) : found.data?.items.length === 0 ? (
        <Empty title={text.requests.none} docs="how-to/limit-the-blast-radius" />
      ) : (
        found.data?.items.map((request) => (
          <Request key={request.id} project={project} request={request} />
        ))
      )}
    </>
  );
}

type Act = "approve" | "reject" | "withdraw" | "comment";

function Request({ project, request }: { project: string; request: ChangeRequest }) {
  const me = useMe();
  const queries = useQueryClient();
  const [words, setWords] = useState("");
  // Lists leave out what was asked for: it may be long.
  const whole = useQuery({
    queryKey: [project, "requests", "one", request.id],
    queryFn: () => answered(getRequest({ path: { project, number: request.id } })),
  });
  const act = useMutation({
    mutationFn: async (what: Act): Promise<unknown> => {
      const path = { project, number: request.id };
      switch (what) {
        case "approve":
          return answered(approveRequest({ path, body: { comment: words } }));
        case "reject":
          return answered(rejectRequest({ path, body: { reason: words } }));
        case "withdraw":
          return answered(withdrawRequest({ path, body: { reason: words } }));
        case "comment":
          return answered(commentRequest({ path, body: { comment: words } }));
      }
    },
    onSuccess: () => {
      setWords("");
      return queries.invalidateQueries({ queryKey: [project] });
    },
  });
  const mine = request.author === me.actor || request.editors.includes(me.actor);
  const waiting = request.state === "open" || request.state === "stale";
  return (
    <section className={classes.card} aria-label={`${text.requests.one} ${request.id}`}>
      <header className={classes.head}>
        <h2>
          {request.id}: <bdi>{commandWords(whole.data?.command)}</bdi>{" "}
          {text.requests.where(request.environments.join(", "))}
        </h2>
        <span className={classes.state} data-state={request.state}>
          {request.state}
        </span>
      </header>
      <p className={classes.caption}>
        <bdi>{request.author}</bdi> <Time at={request.created_at} />
        {request.reason && (
          <>
            {": "}
            <bdi>{request.reason}</bdi>
          </>
        )}
      </p>
      <ul className={classes.grounds}>
        {request.grounds.map((ground, index) => (
          <li key={index}>{ground.words}</li>
        ))}
      </ul>
      <ol className={classes.history}>
        {request.history.map((entry, index) => (
          <li key={index}>
            <Time at={entry.at} /> <bdi>{entry.actor}</bdi> {entry.what}{" "}
            {entry.text && <bdi className={classes.said}>{entry.text}</bdi>}
          </li>
        ))}
      </ol>
      {waiting && (
        <>
          <Textarea
            aria-label={text.requests.words}
            placeholder={text.requests.words}
            autosize
            minRows={1}
            value={words}
            onChange={(event) => setWords(event.currentTarget.value)}
          />
          {act.error !== null && (
            <p className={classes.error} role="alert">
              {wordsOf(act.error)}
            </p>
          )}
          <Group mt="sm" gap="sm">
            <Button
              disabled={mine}
              title={mine ? text.requests.own : undefined}
              loading={act.isPending && act.variables === "approve"}
              onClick={() => act.mutate("approve")}
            >
              {text.requests.approve}
            </Button>
            {mine ? (
              <Button variant="default" onClick={() => act.mutate("withdraw")}>
                {text.requests.withdraw}
              </Button>
            ) : (
              <Button variant="default" onClick={() => act.mutate("reject")}>
                {text.requests.reject}
              </Button>
            )}
            <Button
              variant="subtle"
              disabled={words.trim() === ""}
              onClick={() => act.mutate("comment")}
            >
              {text.requests.comment}
            </Button>
            {mine && <span className={classes.caption}>{text.requests.own}</span>}
          </Group>
        </>
      )}
    </section>
  );
}
