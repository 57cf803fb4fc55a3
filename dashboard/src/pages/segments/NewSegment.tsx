import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { wholeSegmentsQuery } from "../../api/documents";
import { answered, Failed } from "../../api/http";
import { putSegment } from "../../client";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";

interface Props {
  project: string;
  environments: string[];
  /** The keys that a segment has already. */
  taken: string[];
  close: () => void;
}

/** A segment is made with a key and nobody in it: who belongs to it is said on its page. */
export function NewSegment({ project, environments, taken, close }: Props) {
  const [key, setKey] = useState("");
  const [name, setName] = useState("");
  const [where, setWhere] = useState(environments);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: async () => {
      for (const environment of where) {
        // On top of the version that was looked at: a segment that somebody else has made since
        // is never overwritten by an empty one.
        const { segments, version } = await queries.query({
          ...wholeSegmentsQuery(project, environment),
          staleTime: 0,
        });
        if (segments.some((segment) => segment.key === key)) continue;
        await answered(
          putSegment({
            path: { project, environment, segment: key },
            headers: { "If-Match": `"${version}"` },
            body: { key, name },
          }),
        );
      }
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [project] });
      close();
      await navigate({
        to: "/projects/$project/segments/$segment",
        params: { project, segment: key },
        search: { environment: where.at(-1) },
      });
    },
  });
  const faults = make.error instanceof Failed ? (make.error.problem.errors ?? []) : [];
  const isTaken = taken.includes(key);
  const said = faults.map(({ detail, hint }) => (hint ? `${detail} (${hint})` : detail)).join("; ");
  return (
    <Modal opened onClose={close} title={text.segments.new}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isTaken && where.length > 0) make.mutate();
        }}
      >
        <Stack gap="md">
          <TextInput
            label={text.segments.key}
            description={text.segments.keyHint}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            error={isTaken ? text.segments.taken : undefined}
            maxLength={256}
            spellCheck={false}
            required
            data-autofocus
          />
          <TextInput
            label={text.segments.name}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Checkbox.Group
            label={text.segments.where}
            value={where}
            onChange={setWhere}
            error={where.length === 0 ? text.segments.nowhere : undefined}
          >
            <Stack gap={8} mt={8}>
              {environments.map((environment) => (
                <Checkbox key={environment} value={environment} label={environment} />
              ))}
            </Stack>
          </Checkbox.Group>
          {make.error !== null && (
            <Text c="danger" role="alert">
              {said || wordsOf(make.error)}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {text.states.cancel}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {text.segments.make}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
