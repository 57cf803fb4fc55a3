import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure, useMediaQuery } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { killFlag, type ProjectFlag } from "../../client";
import { Icon } from "../../parts/Icon";
import { wordsOf } from "../../parts/States";
import { Variant } from "../../parts/Variant";
import { text } from "../../text/en";
import { UndoButton } from "./UndoButton";

/** Two steps from serving to off everywhere. Waits for no preview and no approval. */
export function KillButton({ project, flag }: { project: string; flag: ProjectFlag }) {
  const [asking, { open, close }] = useDisclosure(false);
  const phone = useMediaQuery("(max-width: 700px)");
  const queries = useQueryClient();
  const of = { variants: flag.variants.map(({ key }) => key) };
  const serving = Object.entries(flag.environments).filter(([, { enabled }]) => enabled);
  const kill = useMutation({
    mutationFn: () => answered(killFlag({ path: { project, flag: flag.key }, body: {} })),
    onSuccess: async (done) => {
      close();
      await queries.invalidateQueries({ queryKey: [project] });
      for (const { environment, version } of done.changes) {
        notifications.show({
          title: `${flag.key} is off in ${environment}`,
          autoClose: false,
          message: <UndoButton project={project} environment={environment} version={version} />,
        });
      }
    },
  });
  return (
    <>
      <Button
        variant="outline"
        color="danger"
        leftSection={<Icon name="kill" />}
        disabled={serving.length === 0}
        title={serving.length === 0 ? text.kill.offAlready : undefined}
        onClick={open}
      >
        {text.flag.kill}
      </Button>
      <Modal opened={asking} onClose={close} title={text.kill.title(flag.name || flag.key)}>
        <Stack gap="md">
          <Text>{text.kill.what}</Text>
          {serving.map(([environment, { off }]) => (
            <Group key={environment} gap={8}>
              <strong>{environment}</strong>
              {off === null ? (
                <span>{text.flag.fallback}</span>
              ) : (
                <Variant of={{ ...of, off }} name={off} />
              )}
            </Group>
          ))}
          {kill.error !== null && (
            <Text c="danger" role="alert">
              {wordsOf(kill.error)}
            </Text>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus={!phone || undefined}>
              {text.kill.cancel}
            </Button>
            <Button
              color="danger"
              loading={kill.isPending}
              data-autofocus={phone || undefined}
              onClick={() => kill.mutate()}
            >
              {text.flag.kill}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
