import { Button, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answered } from "../../api/http";
import { commentRequest, type ChangeRequest, type RequestEntry } from "../../client";
import { Icon, type IconName } from "../../parts/Icon";
import { useBarred } from "../../parts/offline";
import { wordsOf } from "../../parts/States";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import classes from "./Requests.module.css";

const words = text.requests;

/** What happened to a request and what was said about it, the first first. */
export function Conversation({ project, request }: { project: string; request: ChangeRequest }) {
  const queries = useQueryClient();
  const offline = useBarred();
  const [said, setSaid] = useState("");
  const comment = useMutation({
    mutationFn: () =>
      answered(commentRequest({ path: { project, number: request.id }, body: { comment: said.trim() } })),
    onSuccess: () => {
      setSaid("");
      return queries.invalidateQueries({ queryKey: [project] });
    },
  });
  return (
    <section className={classes.card} aria-label={words.conversation}>
      <h2>{words.conversation}</h2>
      <ol className={classes.entries}>
        {request.history.map((entry, index) => (
          <Entry key={index} entry={entry} />
        ))}
      </ol>
      <form
        className={classes.write}
        onSubmit={(event) => {
          event.preventDefault();
          if (said.trim() !== "") comment.mutate();
        }}
      >
        <Textarea
          aria-label={words.commentLabel}
          placeholder={words.commentLabel}
          autosize
          minRows={1}
          maxRows={10}
          maxLength={10_000}
          value={said}
          onChange={(event) => setSaid(event.currentTarget.value)}
        />
        <Button
          type="submit"
          variant="default"
          loading={comment.isPending}
          disabled={said.trim() === "" || offline !== null}
          title={offline ?? undefined}
        >
          {words.comment}
        </Button>
      </form>
      {comment.error !== null && (
        <p className={classes.error} role="alert">
          {wordsOf(comment.error)}
        </p>
      )}
    </section>
  );
}

const ICONS: Record<string, IconName> = {
  opened: "right",
  edited: "swap",
  approved: "check",
  landed: "check",
  stale: "warning",
  rejected: "close",
  withdrawn: "back",
  expired: "clock",
};

function Entry({ entry: { at, actor, what, text: said } }: { entry: RequestEntry }) {
  const isComment = what === "commented";
  return (
    <li data-comment={isComment || undefined}>
      <span className={classes.face} aria-hidden>
        {isComment ? actor.slice(0, 2).toUpperCase() : <Icon name={ICONS[what] ?? "right"} />}
      </span>
      <div>
        <span>
          <bdi className={classes.actor}>{actor}</bdi> {!isComment && words.did[what]}
        </span>
        {said !== "" && <bdi className={classes.said}>{said}</bdi>}
      </div>
      <Time at={at} />
    </li>
  );
}
