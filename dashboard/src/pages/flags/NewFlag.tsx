import { Button, Group, Modal, SegmentedControl, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { answered, Failed } from "../../api/http";
import { createFlag } from "../../client";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";

const TYPES = ["boolean", "string", "integer", "number", "json"] as const;
const PURPOSES = ["release", "experiment", "operational", "permission"] as const;

type Type = (typeof TYPES)[number];

/** A flag is made with a key and little else: what it serves is decided on its page. */
export function NewFlag({ project, opened, close }: { project: string; opened: boolean; close: () => void }) {
  const [key, setKey] = useState("");
  const [name, setName] = useState("");
  const [type, setType] = useState<Type>("boolean");
  const [purpose, setPurpose] = useState<(typeof PURPOSES)[number]>("release");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const make = useMutation({
    mutationFn: () =>
      answered(
        createFlag({
          path: { project },
          headers: { "If-Match": "*" },
          body: { key, name, type, purpose, ...variantsOf(type) },
        }),
      ),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [project] });
      close();
      await navigate({ to: "/projects/$project/flags/$flag", params: { project, flag: key } });
    },
  });
  const faults = make.error instanceof Failed ? (make.error.problem.errors ?? []) : [];
  const fault = (pointer: string) => faults.find((each) => each.pointer === pointer)?.detail;
  return (
    <Modal opened={opened} onClose={close} title={text.newFlag.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate();
        }}
      >
        <Stack gap="md">
          <TextInput
            label={text.newFlag.key}
            description={text.newFlag.keyHint}
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            error={fault("/key")}
            maxLength={256}
            spellCheck={false}
            required
            data-autofocus
          />
          <TextInput
            label={text.newFlag.name}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={fault("/name")}
          />
          <div>
            <Text size="sm" fw={500} id="type-label">
              {text.newFlag.type}
            </Text>
            <SegmentedControl
              aria-labelledby="type-label"
              data={[...TYPES]}
              value={type}
              onChange={(value) => setType(value)}
            />
          </div>
          <Select
            label={text.flags.columns.purpose}
            data={[...PURPOSES]}
            value={purpose}
            onChange={(value) => setPurpose((value ?? "release"))}
          />
          {make.error !== null && faults.length === 0 && (
            <Text c="danger" role="alert">
              {wordsOf(make.error)}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {text.states.cancel}
            </Button>
            <Button type="submit" loading={make.isPending}>
              {text.newFlag.make}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

/** Two variants to begin with; a boolean flag has its own. */
function variantsOf(type: Type): Record<string, unknown> {
  const values: Record<Exclude<Type, "boolean">, [unknown, unknown]> = {
    string: ["old", "new"],
    integer: [0, 1],
    number: [0.5, 1],
    json: [{}, { enabled: true }],
  };
  if (type === "boolean") return {};
  const [first, second] = values[type];
  return {
    variants: [
      { key: "first", value: first },
      { key: "second", value: second },
    ],
    off: "first",
    default: "first",
  };
}
