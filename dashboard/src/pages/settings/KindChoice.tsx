import { Radio, Stack } from "@mantine/core";

import type { NewKey } from "../../client";
import { text } from "../../text/en";

const words = text.settings.keys;

export type KeyKind = NonNullable<NewKey["kind"]>;

/** Whether a key is for programs that one runs, or for pages and apps. */
export function KindChoice({ value, change }: { value: KeyKind; change: (kind: KeyKind) => void }) {
  return (
    <Radio.Group
      label={words.kind}
      value={value}
      onChange={(kind) => change(kind === "client" ? "client" : "server")}
    >
      <Stack gap={8} mt={4}>
        <Radio value="server" label={words.server} description={words.serverHint} />
        <Radio value="client" label={words.client} description={words.clientHint} />
      </Stack>
    </Radio.Group>
  );
}
