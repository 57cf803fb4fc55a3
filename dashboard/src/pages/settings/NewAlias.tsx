import { Button, Modal, Select, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { faultAt, faultsOf } from "../../api/faults";
import { answered } from "../../api/http";
import { addAlias, type NewAlias as Body } from "../../client";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";
import { KindChoice, type KeyKind } from "./KindChoice";

const words = text.settings.keys;

type Vendor = Body["vendor"];
const VENDORS = Object.entries(words.vendors).map(([value, label]) => ({ value: value as Vendor, label }));

/** How the vendor's keys look, so that the wrong one is not taken. */
const LOOKS: Record<Vendor, string> = {
  flagsmith: "ser.…",
  growthbook: "sdk-…",
  harness: "8d9e0f1a-…",
  launchdarkly: "sdk-…",
  unleash: "*:production.…",
};

interface Props {
  project: string;
  environment: string;
  opened: boolean;
  close: () => void;
}

/** Has an environment accept a key that another vendor gave. */
export function NewAlias({ project, environment, opened, close }: Props) {
  const [vendor, setVendor] = useState<Vendor>("launchdarkly");
  const [key, setKey] = useState("");
  const [kind, setKind] = useState<KeyKind>("server");
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () =>
      answered(
        addAlias({ path: { project, environment }, body: { vendor, key: key.trim(), kind, name: name.trim() } }),
      ),
    onSuccess: async () => {
      shut();
      await queries.invalidateQueries({ queryKey: [project, "keys", environment] });
    },
  });
  const shut = () => {
    setKey("");
    setName("");
    add.reset();
    close();
  };
  return (
    <Modal opened={opened} onClose={shut} title={words.aliasTitle(environment)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <Stack gap="md">
          <Text>{words.aliasHint}</Text>
          <Select
            label={words.aliasVendor}
            data={VENDORS}
            value={vendor}
            allowDeselect={false}
            onChange={(chosen) => chosen !== null && setVendor(chosen)}
          />
          <TextInput
            label={words.aliasKey}
            description={words.aliasKeyHint}
            placeholder={LOOKS[vendor]}
            autoComplete="off"
            spellCheck={false}
            required
            value={key}
            onChange={(event) => setKey(event.currentTarget.value)}
            error={faultAt(add.error, "/key")}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
            data-autofocus
          />
          <KindChoice value={kind} change={setKind} />
          <TextInput
            label={words.name}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={faultAt(add.error, "/name")}
          />
          {add.error !== null && faultsOf(add.error).length === 0 && (
            <Text c="danger" role="alert">
              {wordsOf(add.error)}
            </Text>
          )}
          <Button type="submit" disabled={key.trim() === ""} loading={add.isPending}>
            {words.aliasMake}
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}
