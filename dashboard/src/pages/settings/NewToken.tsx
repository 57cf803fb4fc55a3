import { Button, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { faultAt } from "../../api/faults";
import { answered } from "../../api/http";
import { issueToken, type GrantBody } from "../../client";
import { fromLocal, zoneHere } from "../../model/instants";
import { Faults } from "../../parts/Faults";
import { SecretOnce } from "../../parts/SecretOnce";
import { text } from "../../text/en";
import { GrantFields } from "./GrantFields";

const words = text.settings.people;

interface Props {
  project: string;
  actors: string[];
  opened: boolean;
  close: () => void;
}

/** Issues a token with scopes and shows it, once. */
export function NewToken({ project, actors, opened, close }: Props) {
  const first: GrantBody = { scope: "edit", project };
  const [chosen, setActor] = useState<string | null>(null);
  const actor = chosen ?? actors[0] ?? "";
  const [name, setName] = useState("");
  const [expires, setExpires] = useState("");
  const [grants, setGrants] = useState<GrantBody[]>([first]);
  const queries = useQueryClient();
  const issue = useMutation({
    mutationFn: () =>
      answered(issueToken({ body: { actor, name: name.trim(), grants, expires_at: fromLocal(expires) } })),
    onSuccess: async () => {
      setName("");
      setExpires("");
      setGrants([first]);
      close();
      await queries.invalidateQueries({ queryKey: ["tokens"] });
    },
  });
  return (
    <>
      <Modal opened={opened} onClose={close} title={words.issue} size="lg">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            issue.mutate();
          }}
        >
          <Stack gap="md">
            <Select
              label={words.actor}
              data={actors}
              searchable
              value={actor}
              onChange={setActor}
              error={faultAt(issue.error, "/actor")}
              required
            />
            <TextInput
              label={words.for}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={faultAt(issue.error, "/name")}
            />
            <TextInput
              type="datetime-local"
              label={words.expires}
              description={words.expiresHint(zoneHere())}
              value={expires}
              onChange={(event) => setExpires(event.currentTarget.value)}
              error={faultAt(issue.error, "/expires_at")}
            />
            <GrantFields grants={grants} change={setGrants} />
            <Faults error={issue.error} />
            <Button type="submit" loading={issue.isPending}>
              {words.make}
            </Button>
          </Stack>
        </form>
      </Modal>
      <SecretOnce
        title={words.given(issue.data?.info.actor ?? "")}
        secret={issue.data?.token ?? null}
        close={issue.reset}
      />
    </>
  );
}
