import { Select } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";

import type { ProjectFlag } from "../../../client";
import { text } from "../../../text/en";

/** Which environment a tab looks at; it stands in the address. */
export function EnvironmentChoice({ flag, environment }: { flag: ProjectFlag; environment: string }) {
  const navigate = useNavigate({ from: "/projects/$project/flags/$flag" });
  return (
    <Select
      aria-label={text.flagTabs.environment}
      w={180}
      data={Object.keys(flag.environments)}
      value={environment}
      onChange={(key) => {
        if (key !== null) void navigate({ search: (was) => ({ ...was, as: undefined, in: key }), replace: true });
      }}
    />
  );
}
