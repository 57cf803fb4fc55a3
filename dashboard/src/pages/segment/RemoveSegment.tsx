import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";

import { answered } from "../../api/http";
import { removeSegment } from "../../client";
import type { Dependents } from "../../model/segments";
import { tellSaved } from "../../moving/saved";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";

interface Props {
  project: string;
  environment: string;
  segment: string;
  version: number;
  needed: Dependents | null;
  dirty: boolean;
}

/** Removes the segment from one environment, where nobody needs it any more. */
export function RemoveSegment({ project, environment, segment, version, needed, dirty }: Props) {
  const [asking, { open, close }] = useDisclosure(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const needy = (needed?.flags.length ?? 0) + (needed?.segments.length ?? 0) > 0;
  const reason = dirty ? text.segments.removeDraft : needy ? text.segments.removeNot : null;
  const remove = useMutation({
    mutationFn: () =>
      answered(
        removeSegment({
          path: { project, environment, segment },
          headers: { "If-Match": `"${version}"` },
        }),
      ),
    onSuccess: async (done) => {
      close();
      tellSaved(project, done);
      await navigate({ to: "/projects/$project/segments", params: { project }, search: {} });
      await queries.invalidateQueries({ queryKey: [project] });
    },
  });
  return (
    <>
      <Button variant="default" onClick={open}>
        {text.segments.remove}
      </Button>
      <Modal
        opened={asking}
        onClose={close}
        title={text.segments.removeTitle(segment, environment)}
      >
        <Stack gap="md">
          <Text>{reason ?? text.segments.removeWhat}</Text>
          {remove.error !== null && (
            <Text c="danger" role="alert">
              {wordsOf(remove.error)}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              {text.states.cancel}
            </Button>
            <Button
              color="danger"
              disabled={reason !== null || needed === null}
              loading={remove.isPending}
              onClick={() => remove.mutate()}
            >
              {text.segments.remove}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
