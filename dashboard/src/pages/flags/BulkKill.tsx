import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answered } from "../../api/http";
import { killFlag, undoChange, type Change, type ListedFlag } from "../../client";
import { Icon } from "../../parts/Icon";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";
import { killText } from "../../text/kill";
import classes from "./BulkBar.module.css";

const words = text.flags.bulk.kill;
const NAMED = 10;

interface Props {
  project: string;
  /** Those of the selected flags that are on anywhere. */
  flags: ListedFlag[];
  /** Why it cannot be done; null where it can. */
  barred: string | null;
  done: () => Promise<void>;
}

/** Kills the selected flags, each by itself: what cannot be killed holds no other back. */
export function BulkKill({ project, flags, barred, done }: Props) {
  const [asking, { open, close }] = useDisclosure(false);
  const [reason, setReason] = useState("");
  const kill = useMutation({
    mutationFn: () =>
      Promise.allSettled(
        flags.map(({ key }) =>
          answered(killFlag({ path: { project, flag: key }, body: { reason: reason.trim() } })),
        ),
      ),
    onSuccess: async (results) => {
      const failed = results.flatMap((result, at) =>
        result.status === "rejected" ? [`${flags[at]?.key}: ${wordsOf(result.reason)}`] : [],
      );
      const kills = results.flatMap((result) => (result.status === "fulfilled" ? [result.value.changes] : []));
      close();
      notifications.show({
        title: words.done(kills.length),
        color: failed.length > 0 ? "danger" : undefined,
        autoClose: false,
        message: (
          <>
            {failed.map((each) => (
              <div key={each}>
                <bdi>{words.failed(each)}</bdi>
              </div>
            ))}
            {kills.length > 0 && <UndoKills project={project} kills={kills} />}
          </>
        ),
      });
      await done();
    },
  });
  const reasonId = "bulk-kill-barred";
  const why = barred ?? (flags.length === 0 ? words.off : null);
  return (
    <>
      <Button
        size="compact-sm"
        variant="outline"
        color="danger"
        leftSection={<Icon name="kill" size={12} />}
        disabled={why !== null}
        title={why ?? undefined}
        aria-describedby={why === null ? undefined : reasonId}
        onClick={open}
      >
        {killText.ask}
      </Button>
      {why !== null && (
        <span id={reasonId} className="visually-hidden">
          {why}
        </span>
      )}
      <Modal opened={asking} onClose={close} title={words.title(flags.length)}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            kill.mutate();
          }}
        >
          <Stack gap="md">
            <span>{killText.each}</span>
            <ul className={classes.killed}>
              {flags.slice(0, NAMED).map(({ key }) => (
                <li key={key}>
                  <bdi className="untrusted mono">{key}</bdi>
                </li>
              ))}
              {flags.length > NAMED && <li>{words.more(flags.length - NAMED)}</li>}
            </ul>
            <TextInput
              label={killText.reason}
              value={reason}
              maxLength={1000}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <Group justify="flex-end">
              <Button variant="default" onClick={close} data-autofocus>
                {killText.cancel}
              </Button>
              <Button type="submit" color="danger" loading={kill.isPending}>
                {words.go(flags.length)}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}

/** Takes back each of the kills, in every environment where it changed something. */
function UndoKills({ project, kills }: { project: string; kills: Change[][] }) {
  const queries = useQueryClient();
  const undo = useMutation({
    mutationFn: async () => {
      for (const { environment, version } of kills.flat()) {
        await answered(undoChange({ path: { project, environment, version }, headers: { "If-Match": "*" } }));
      }
    },
    onSettled: () => queries.invalidateQueries({ queryKey: [project] }),
  });
  if (undo.isSuccess) return <>{killText.killed.undone}</>;
  return (
    <>
      <Button variant="default" size="compact-sm" loading={undo.isPending} onClick={() => undo.mutate()}>
        {words.undo(kills.length)}
      </Button>
      {undo.error !== null && <span role="alert"> {wordsOf(undo.error)}</span>}
    </>
  );
}
