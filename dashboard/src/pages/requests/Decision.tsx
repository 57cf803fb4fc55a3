import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { answered } from "../../api/http";
import { useMe } from "../../app/session";
import { approveRequest, rejectRequest, withdrawRequest, type ChangeRequest, type Me } from "../../client";
import { may } from "../../model/grants";
import { hadAHand, isWaiting } from "../../model/requests";
import { useBarred } from "../../parts/offline";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";
import { UndoButton } from "../flag/UndoButton";
import classes from "./Requests.module.css";

const words = text.requests;

/** What one can do about a request, and what is still needed; or what became of it. */
export function Decision({ project, request }: { project: string; request: ChangeRequest }) {
  const waits = isWaiting(request);
  return (
    <section className={classes.card} aria-label={waits ? words.decide : words.decided}>
      <h2>{waits ? words.decide : words.decided}</h2>
      {waits ? <Deciding project={project} request={request} /> : <Decided project={project} request={request} />}
    </section>
  );
}

type Act = "approve" | "reject" | "withdraw";

function Deciding({ project, request }: { project: string; request: ChangeRequest }) {
  const me = useMe();
  const offline = useBarred();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const act = useMutation({
    mutationFn: async (what: Act) => {
      const path = { project, number: request.id };
      const comment = reason.trim();
      switch (what) {
        case "approve":
          // What is approved is what was looked at.
          return answered(approveRequest({ path, body: { comment, revision: request.revision } }));
        case "reject":
          return answered(rejectRequest({ path, body: { reason: comment } }));
        case "withdraw":
          return answered(withdrawRequest({ path, body: { reason: comment } }));
      }
    },
    onSuccess: () => setReason(""),
    onSettled: () => queries.invalidateQueries({ queryKey: [project] }),
  });
  const why = whyNot(project, request, me);
  const mayReject = request.environments.every((at) => may(me.grants, "approve", project, at));
  const mayWithdraw = request.author === me.actor || may(me.grants, "admin", project);
  const button = (what: Act) => ({
    loading: act.isPending && act.variables === what,
    onClick: () => act.mutate(what),
    title: offline ?? undefined,
  });
  return (
    <>
      <p id="decision-why">{why ?? words.counts(me.actor)}</p>
      <ul className={classes.needs}>
        {request.needs.map(({ environment, missing, by }) => (
          <li key={environment}>{words.needs(missing, environment, by === null ? words.anyone : by.join(", "))}</li>
        ))}
      </ul>
      {request.approvals.length > 0 && (
        <p>{words.approvedBy(request.approvals.map(({ actor }) => actor).join(", "))}</p>
      )}
      <Textarea
        label={words.reason}
        placeholder={words.reasonHint}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={10_000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {act.error !== null && (
        <p className={classes.error} role="alert">
          {wordsOf(act.error)}
        </p>
      )}
      <Button fullWidth disabled={why !== null || offline !== null} aria-describedby="decision-why" {...button("approve")}>
        {request.missing <= 1 ? words.approveNow : words.approve}
      </Button>
      <div className={classes.buttons}>
        {mayWithdraw && (
          <Button variant="default" disabled={offline !== null} {...button("withdraw")}>
            {words.withdraw}
          </Button>
        )}
        {mayReject && (
          <Button variant="outline" color="danger" disabled={offline !== null} {...button("reject")}>
            {words.reject}
          </Button>
        )}
      </div>
      <p className={classes.hint}>{words.applies}</p>
    </>
  );
}

/** Why somebody's approval would not count; null where it would. */
function whyNot(project: string, request: ChangeRequest, me: Me): string | null {
  if (hadAHand(request, me.actor)) return words.own;
  const lacking = request.environments.filter((at) => !may(me.grants, "approve", project, at));
  if (lacking.length > 0) return words.noRight(lacking.join(", "));
  if (request.approvals.some(({ actor }) => actor === me.actor)) return words.given;
  const named = request.needs.map(({ by }) => by);
  if (named.length > 0 && named.every((by) => by !== null && !by.includes(me.actor))) {
    return words.notNamed([...new Set(named.flatMap((by) => by ?? []))].sort().join(", "));
  }
  return null;
}

function Decided({ project, request }: { project: string; request: ChangeRequest }) {
  const last = request.history.at(-1);
  const versions = Object.entries(request.landed?.versions ?? {});
  const approved = request.approvals.map(({ actor }) => actor).join(", ");
  return (
    <>
      {versions.length > 0 ? (
        <p>
          {words.landed(versions.map(([at, version]) => `${at} ${version}`).join(", "))}{" "}
          {approved !== "" && <bdi>{words.approvedBy(approved)}</bdi>}
        </p>
      ) : (
        last !== undefined && (
          <p>
            <bdi>{last.actor}</bdi> {words.did[last.what]}
            {last.text !== "" && (
              <>
                {": "}
                <bdi>{last.text}</bdi>
              </>
            )}
          </p>
        )
      )}
      {versions.length > 0 && (
        <>
          <div className={classes.buttons}>
            {versions.map(([environment, version]) => (
              <UndoButton key={environment} project={project} environment={environment} version={version} named />
            ))}
          </div>
          <Link to="/projects/$project/history" params={{ project }}>
            {text.nav.history}
          </Link>
        </>
      )}
    </>
  );
}
