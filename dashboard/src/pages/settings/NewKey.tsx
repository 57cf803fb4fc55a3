import { Button, Modal, Radio, Stack, Text, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { faultAt } from "../../api/faults";
import { answered } from "../../api/http";
import { issueKey } from "../../client";
import { SecretOnce } from "../../parts/SecretOnce";
import { wordsOf } from "../../parts/States";
import { text } from "../../text/en";

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
  const [kind, setKind] = useState<"server" | "client">("server");
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
            <Radio.Group
              label={words.kind}
              value={kind}
              onChange={(value) => setKind(value === "client" ? "client" : "server")}
            >
              <Stack gap={8} mt={4}>
                <Radio value="server" label={words.server} description={words.serverHint} />
                <Radio value="client" label={words.client} description={words.clientHint} />
              </Stack>
            </Radio.Group>
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
