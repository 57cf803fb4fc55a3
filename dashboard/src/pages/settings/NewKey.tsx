import { Button, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { faultAt } from "../../api/faults";
import { answered } from "../../api/http";
import { issueKey } from "../../client";
import { SecretOnce } from "../../parts/SecretOnce";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";
import { KindChoice, type KeyKind } from "./KindChoice";

const words = text.settings.keys;

interface Props {
  project: string;
  environment: string;
  opened: boolean;
  close: () => void;
}

/** Issues an SDK key and shows it, once. */
export function NewKey({ project, environment, opened, close }: Props) {
  const [name, setName] = useState("");
  const [kind, setKind] = useState<KeyKind>("server");
  const queries = useQueryClient();
  const issue = useMutation({
    mutationFn: () =>
      answered(issueKey({ path: { project, environment }, body: { name: name.trim(), kind } })),
    onSuccess: async () => {
      setName("");
      close();
      await queries.invalidateQueries({ queryKey: [project, "keys", environment] });
    },
  });
  return (
    <>
      <Modal opened={opened} onClose={close} title={words.issueTitle(environment)}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            issue.mutate();
          }}
        >
          <Stack gap="md">
            <TextInput
              label={words.name}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={faultAt(issue.error, "/name")}
              data-autofocus
            />
            <KindChoice value={kind} change={setKind} />
            {issue.error !== null && (
              <Text c="danger" role="alert">
                {wordsOf(issue.error)}
              </Text>
            )}
            <Button type="submit" loading={issue.isPending}>
              {words.make}
            </Button>
          </Stack>
        </form>
      </Modal>
      <SecretOnce
        title={words.given}
        secret={issue.data?.key ?? null}
        close={issue.reset}
        again={issue.data?.info.revealable ?? false}
      />
    </>
  );
}
