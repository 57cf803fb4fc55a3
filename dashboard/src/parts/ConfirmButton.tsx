import { Button, Group, Modal, Stack, Text, TextInput, type ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { text } from "../text/en";
import { useBarred } from "./offline";
import { wordsOf } from "./States";

interface Props extends Pick<ButtonProps, "variant" | "color" | "size" | "leftSection"> {
  /** What the button says, and the one that carries it out unless `act` says otherwise. */
  children: string;
  act?: string;
  title: string;
  words: React.ReactNode;
  /** What is to be done; it is told why, if `asks` for it. */
  go: (reason: string) => Promise<unknown>;
  /** The label of a field for the reason; none without. */
  asks?: string;
  /** Whether it cannot be done without a reason. */
  needsReason?: boolean;
  danger?: boolean;
  /** Why it cannot be done; the button is disabled and says so. */
  barred?: string | null;
}

/** Asks before it does something, and says what will come of it. */
export function ConfirmButton(props: Props) {
  const { children, act, title, words, go, asks, needsReason, danger, barred: own, ...button } = props;
  const offline = useBarred();
  const barred = own ?? offline;
  const [asking, { open, close }] = useDisclosure(false);
  const [reason, setReason] = useState("");
  const run = useMutation({
    mutationFn: () => go(reason.trim()),
    onSuccess: () => {
      setReason("");
      close();
    },
  });
  return (
    <>
      <Button {...button} disabled={Boolean(barred)} title={barred ?? undefined} onClick={open}>
        {children}
      </Button>
      <Modal opened={asking} onClose={close} title={title}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            run.mutate();
          }}
        >
          <Stack gap="md">
            <Text component="div">{words}</Text>
            {asks !== undefined && (
              <TextInput
                label={asks}
                required={needsReason ?? false}
                value={reason}
                maxLength={1000}
                onChange={(event) => setReason(event.currentTarget.value)}
                data-autofocus
              />
            )}
            {run.error !== null && (
              <Text c="danger" role="alert">
                {wordsOf(run.error)}
              </Text>
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={close} data-autofocus={asks === undefined || undefined}>
                {text.settings.cancel}
              </Button>
              <Button type="submit" color={danger ? "danger" : undefined} loading={run.isPending}>
                {act ?? children}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
