import { Button, Group } from "@mantine/core";

import { Empty } from "../../parts/States";
import { text } from "../../text/en";

interface Props {
  segment: string;
  environment: string;
  /** The environments that have it. */
  having: string[];
  make: () => void;
  copy: (environment: string) => void;
}

/** The segment does not exist in this environment: made here, or copied from where it does. */
export function Absent({ segment, environment, having, make, copy }: Props) {
  return (
    <Empty title={text.segments.absent(segment, environment)}>
      <span>{text.segments.absentHint}</span>
      <Group gap={8} justify="center">
        {having.map((other) => (
          <Button key={other} onClick={() => copy(other)}>
            {text.segments.copy(other)}
          </Button>
        ))}
        <Button variant="default" onClick={make}>
          {text.segments.makeHere}
        </Button>
      </Group>
    </Empty>
  );
}
