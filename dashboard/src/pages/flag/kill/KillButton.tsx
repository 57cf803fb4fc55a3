import { Button, type ButtonProps } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";

import type { ProjectFlag } from "../../../client";
import { Icon } from "../../../parts/Icon";
import { killText as words } from "../../../text/kill";
import { KillDialog } from "./KillDialog";

interface Props extends Pick<ButtonProps, "className" | "size"> {
  project: string;
  flag: ProjectFlag;
  children: string;
}

/** The first of two steps from serving to off everywhere. It works also while the server is silent. */
export function KillButton({ project, flag, children, ...button }: Props) {
  const [asking, { open, close }] = useDisclosure(false);
  const off = Object.values(flag.environments).every(({ enabled }) => !enabled);
  return (
    <>
      <Button
        {...button}
        variant="outline"
        color="danger"
        leftSection={<Icon name="kill" />}
        disabled={off}
        title={off ? words.offAlready : undefined}
        onClick={open}
      >
        {children}
      </Button>
      <KillDialog project={project} flag={flag} opened={asking} close={close} />
    </>
  );
}
