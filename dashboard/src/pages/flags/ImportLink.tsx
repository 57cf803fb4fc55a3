import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";

import { text } from "../../text/en";

/** To where other vendors' flags are taken over. */
export function ImportLink({ project }: { project: string }) {
  return (
    <Button
      variant="default"
      renderRoot={(props: object) => <Link to="/projects/$project/import" params={{ project }} {...props} />}
    >
      {text.flags.import}
    </Button>
  );
}
