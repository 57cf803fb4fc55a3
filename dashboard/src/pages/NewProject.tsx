import { Button, Group, Modal, Stack, TagsInput, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { faultAt } from "../api/faults";
import { answered } from "../api/http";
import { useBarred } from "../parts/offline";
import { createEnvironment, createProject } from "../client";
import { keyOf } from "../model/keyOf";
import { Faults } from "../parts/Faults";
import { text } from "../text/en";

const words = text.shell.home;

/** A project with its first environments. */
export function NewProject({ opened, close }: { opened: boolean; close: () => void }) {
  const [name, setName] = useState("");
  const [own, setOwn] = useState<string | null>(null);
  const [environments, setEnvironments] = useState<string[]>([...words.usual]);
  const key = own ?? keyOf(name);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const barred = useBarred();
  const make = useMutation({
    mutationFn: async () => {
      await answered(createProject({ body: { key, name } }));
      for (const environment of environments) {
        await answered(createEnvironment({ path: { project: key }, body: { key: environment } }));
      }
    },
    onSuccess: async () => {
      await queries.invalidateQueries();
      await navigate({ to: "/projects/$project/flags", params: { project: key } });
    },
    // The project may be there, and one of its environments not.
    onError: () => queries.invalidateQueries({ queryKey: ["projects"] }),
  });
  return (
    <Modal opened={opened} onClose={close} title={words.new}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Stack gap="md">
          <TextInput
            label={words.name}
            value={name}
            maxLength={200}
            onChange={(event) => setName(event.currentTarget.value)}
            error={faultAt(make.error, "/name")}
            required
            data-autofocus
          />
          <TextInput
            label={words.key}
            description={words.keyHint}
            value={key}
            maxLength={100}
            spellCheck={false}
            onChange={(event) => setOwn(event.currentTarget.value)}
            error={faultAt(make.error, "/key")}
            required
          />
          <TagsInput
            label={words.environments}
            description={words.environmentsHint}
            value={environments}
            onChange={setEnvironments}
          />
          <Faults error={make.error} />
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {text.states.cancel}
            </Button>
            <Button type="submit" loading={make.isPending} disabled={barred !== null}>
              {words.make}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
