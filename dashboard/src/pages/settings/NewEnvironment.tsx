import { Button, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { faultAt } from "../../api/faults";
import { answered } from "../../api/http";
import { createEnvironment } from "../../client";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";

const words = text.settings.environments;

interface Props {
  project: string;
  environments: string[];
  opened: boolean;
  close: () => void;
}

/** An environment begins with every flag of the project, switched off or as in another one. */
export function NewEnvironment({ project, environments, opened, close }: Props) {
  const [key, setKey] = useState("");
  const [name, setName] = useState("");
  const [from, setFrom] = useState("");
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: () =>
      answered(createEnvironment({ path: { project }, body: { key, name, copy_from: from || null } })),
    onSuccess: async () => {
      setKey("");
      setName("");
      close();
      await queries.invalidateQueries({ queryKey: [project] });
    },
  });
  const fault = (pointer: string) => faultAt(make.error, pointer);
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
            label={words.key}
            description={words.keyHint}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            error={fault("/key")}
            spellCheck={false}
            required
            data-autofocus
          />
          <TextInput
            label={words.name}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={fault("/name")}
          />
          <Select
            label={words.copyFrom}
            data={[{ value: "", label: words.copyNothing }, ...environments]}
            value={from}
            onChange={(value) => setFrom(value ?? "")}
            error={fault("/copy_from")}
          />
          {make.error !== null && (
            <Text c="danger" role="alert">
              {wordsOf(make.error)}
            </Text>
          )}
          <Button type="submit" loading={make.isPending}>
            {words.make}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
