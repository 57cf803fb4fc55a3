import { Button, Group, Modal, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered } from "../api/http";
import { useBarred } from "../parts/offline";
import { disableFlag, enableFlag, type ProjectFlag } from "../client";
import { movedWords } from "../model/movement";
import { tellSaved } from "../moving/saved";
import { usePreview } from "../moving/usePreview";
import { useStable } from "../moving/useStable";
import { Faults } from "../parts/Faults";
import { text } from "../text/en";
import { paletteText } from "../text/palette";

interface Props {
  project: string;
  flag: ProjectFlag;
  environment: string;
  on: boolean;
  close: () => void;
}

/** Switches a flag in one environment, and says before who moves. */
export function SwitchDialog({ project, flag, environment, on, close }: Props) {
  const words = paletteText.switching;
  const queries = useQueryClient();
  const barred = useBarred();
  const path = { project, environment, flag: flag.key };
  const command = useStable({ type: "set_enabled", flag: flag.key, enabled: on });
  const counted = usePreview(project, environment, command, flag.environments[environment]?.version ?? 0);
  const run = useMutation({
    mutationFn: () => answered((on ? enableFlag : disableFlag)({ path, headers: { "If-Match": "*" } })),
    onSuccess: async (done) => {
      close();
      await queries.invalidateQueries({ queryKey: [project] });
      tellSaved(project, done);
    },
  });
  const moved = counted.movement === null ? null : movedWords(counted.movement);
  return (
    <Modal opened onClose={close} title={words.title(flag.name || flag.key, environment, on)}>
      <Text role="status" fz="lg">
        {moved ?? (counted.error === null || counted.counting ? words.counting : words.uncounted)}
      </Text>
      <Faults error={run.error} />
      {barred !== null && <Text c="dimmed">{barred}</Text>}
      <Group justify="flex-end" mt="md">
        <Button variant="default" onClick={close} data-autofocus>
          {text.states.cancel}
        </Button>
        <Button loading={run.isPending} disabled={barred !== null} onClick={() => run.mutate()}>
          {words.go(environment, on)}
        </Button>
      </Group>
    </Modal>
  );
}
