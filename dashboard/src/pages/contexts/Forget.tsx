import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { answered } from "../../api/http";
import { forgetKey } from "../../client";
import { number } from "../../model/movement";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";

interface Props {
  project: string;
  environment: string;
  contextKey: string;
  /** The kinds under which the key was seen. */
  kinds: string[];
}

/** Two steps from knowing a person to knowing nothing of them. */
export function Forget({ project, environment, contextKey, kinds }: Props) {
  const [asking, { open, close }] = useDisclosure(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const kind = chosen ?? kinds[0] ?? "user";
  const words = text.contexts;
  const queries = useQueryClient();
  const navigate = useNavigate();
  const forget = useMutation({
    mutationFn: () =>
      answered(
        forgetKey({ path: { project, environment }, query: { key: contextKey, kind } }),
      ),
    onSuccess: async (gone) => {
      close();
      notifications.show({
        title: words.forgotten(contextKey),
        message: words.forgottenWhat(
          number(gone.contexts),
          number(gone.exposures),
          number(gone.metric_events),
          number(gone.previews),
        ),
        autoClose: false,
      });
      await navigate({
        to: "/projects/$project/contexts",
        params: { project },
        search: { environment },
      });
      // What was remembered of them goes too: nothing of it may be shown again.
      queries.removeQueries({ queryKey: [project, "answers"] });
      queries.removeQueries({ queryKey: [project, "answer"] });
      queries.removeQueries({ queryKey: [project, "preview"] });
      await queries.invalidateQueries({ queryKey: [project] });
    },
  });
  return (
    <>
      <Button variant="outline" color="danger" onClick={open}>
        {words.forget}
      </Button>
      <Modal opened={asking} onClose={close} title={words.forgetTitle(contextKey)}>
        <Stack gap="md">
          <Text>{words.forgetWhat(environment)}</Text>
          <Text>{words.forgetAgain}</Text>
          {kinds.length > 1 && (
            <Select label={words.forgetKind} data={kinds} value={kind} onChange={setChosen} />
          )}
          {forget.error !== null && (
            <Text c="danger" role="alert">
              {wordsOf(forget.error)}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {text.states.cancel}
            </Button>
            <Button color="danger" loading={forget.isPending} onClick={() => forget.mutate()}>
              {words.forgetGo}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
