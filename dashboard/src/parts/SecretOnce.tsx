import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";

import { text } from "../text/en";
import { Icon } from "./Icon";

interface Props {
  title: string;
  /** The secret; the window is closed without one. */
  secret: string | null;
  close: () => void;
  /** Whether it can be shown again: then it is not said that it cannot. */
  again?: boolean;
}

/** Shows a secret in a window of its own, to be copied. It is kept nowhere. */
export function SecretOnce({ title, secret, close, again }: Props) {
  const clipboard = useClipboard({ timeout: 2_000 });
  return (
    <Modal
      opened={secret !== null}
      onClose={close}
      title={title}
      size="lg"
      // What is shown once is not lost to a click beside the window.
      closeOnClickOutside={again ?? false}
    >
      <Stack gap="md">
        {!again && <Text>{text.settings.secret.once}</Text>}
        <Group gap="sm" align="flex-end" wrap="nowrap">
          <TextInput
            aria-label={title}
            flex={1}
            readOnly
            value={secret ?? ""}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
            onFocus={(event) => event.currentTarget.select()}
            data-autofocus
          />
          <Button
            leftSection={<Icon name={clipboard.copied ? "check" : "copy"} />}
            onClick={() => clipboard.copy(secret ?? "")}
          >
            {clipboard.copied ? text.settings.secret.copied : text.settings.secret.copy}
          </Button>
        </Group>
        {clipboard.error !== null && <Text role="alert">{text.settings.secret.cannotCopy}</Text>}
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            {text.settings.secret.done}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
