import { ActionIcon } from "@mantine/core";

import { Icon } from "../parts/Icon";
import { text } from "../text/en";

/** Takes a part of a condition away. */
export function Remove({ remove }: { remove: () => void }) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size={24}
      aria-label={text.targeting.condition.remove}
      onClick={remove}
    >
      <Icon name="close" size={12} />
    </ActionIcon>
  );
}
