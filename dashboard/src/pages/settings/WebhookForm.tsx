import { Button, Checkbox, Group, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { faultAt } from "../../api/faults";
import { answered } from "../../api/http";
import { putWebhook, type Webhook, type WebhookBody } from "../../client";
import { Faults } from "../../parts/Faults";
import { text } from "../../text/en";
import classes from "./Settings.module.css";

const words = text.settings.webhook;

type Event = NonNullable<WebhookBody["events"]>[number];
const EVENTS: readonly Event[] = ["change", "kill", "emergency", "request", "plan"];

interface Props {
  project: string;
  webhook: Webhook | null;
  given: (secret: string | null) => void;
}

/** Where events go, and which. A new webhook is given a secret, shown once. */
export function WebhookForm({ project, webhook, given }: Props) {
  const [url, setUrl] = useState(webhook?.url ?? "");
  const [events, setEvents] = useState<readonly string[]>(webhook?.events ?? EVENTS);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () =>
      answered(
        putWebhook({
          path: { project },
          body: { url: url.trim(), events: EVENTS.filter((event) => events.includes(event)) },
        }),
      ),
    onSuccess: async ({ secret }) => {
      given(secret);
      await queries.invalidateQueries({ queryKey: [project, "webhook"] });
    },
  });
  const same =
    webhook !== null &&
    webhook.url === url.trim() &&
    EVENTS.every((event) => webhook.events.includes(event) === events.includes(event));
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <TextInput
        type="url"
        label={words.url}
        description={words.urlHint}
        placeholder="https://example.com/hook"
        value={url}
        onChange={(event) => setUrl(event.currentTarget.value)}
        error={faultAt(save.error, "/url")}
        required
      />
      <Checkbox.Group label={words.events} value={[...events]} onChange={setEvents}>
        <Group gap={16} mt={4}>
          {EVENTS.map((event) => (
            <Checkbox key={event} value={event} label={words.names[event]} />
          ))}
        </Group>
      </Checkbox.Group>
      <Faults error={save.error} />
      <Group>
        <Button type="submit" disabled={same || events.length === 0} loading={save.isPending}>
          {webhook === null ? words.set : text.settings.save}
        </Button>
      </Group>
    </form>
  );
}
