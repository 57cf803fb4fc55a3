import { ActionIcon, Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { environmentsQuery, projectsQuery } from "../../api/queries";
import type { GrantBody } from "../../client";
import { ANY, SCOPES } from "../../model/grants";
import { Icon } from "../../parts/Icon";
import { text } from "../../text/en";
import classes from "./Settings.module.css";

const words = text.settings.people;
const every = { value: ANY, label: words.every };

/** Which scopes, and where each of them holds. */
export function GrantFields({ grants, change }: { grants: GrantBody[]; change: (grants: GrantBody[]) => void }) {
  return (
    <div>
      {grants.map((grant, index) => (
        <div key={index} className={classes.row} data-lined>
          <One
            number={index + 1}
            grant={grant}
            change={(next) => change(grants.map((each, at) => (at === index ? next : each)))}
          />
          {grants.length > 1 && (
            <ActionIcon
              variant="subtle"
              color="gray"
              size={32}
              aria-label={words.removeGrant(index + 1)}
              onClick={() => change(grants.filter((_, at) => at !== index))}
            >
              <Icon name="close" size={12} />
            </ActionIcon>
          )}
        </div>
      ))}
      <Button
        variant="default"
        size="compact-sm"
        h={24}
        leftSection={<Icon name="plus" size={12} />}
        onClick={() => change([...grants, { scope: "read", project: grants.at(-1)?.project ?? ANY }])}
      >
        {words.addGrant}
      </Button>
    </div>
  );
}

interface OneProps {
  number: number;
  grant: GrantBody;
  change: (grant: GrantBody) => void;
}

function One({ number, grant, change }: OneProps) {
  const project = grant.project ?? ANY;
  const projects = useQuery(projectsQuery);
  const environments = useQuery({ ...environmentsQuery(project), enabled: project !== ANY });
  const says = (name: string) => `${name} ${number}`;
  return (
    <>
      <Select
        className={classes.middle}
        label={words.scope}
        aria-label={says(words.scope)}
        data={[...SCOPES]}
        value={grant.scope}
        renderOption={({ option }) => `${option.value}: ${words.scopes[option.value]}`}
        comboboxProps={{ width: 300, position: "bottom-start" }}
        onChange={(scope) => scope !== null && change({ ...grant, scope: scope })}
      />
      <Select
        className={classes.short}
        label={words.project}
        aria-label={says(words.project)}
        data={[every, ...(projects.data?.map(({ key }) => key) ?? [])]}
        value={project}
        onChange={(key) => change({ scope: grant.scope, project: key ?? ANY })}
      />
      <Select
        className={classes.short}
        label={words.environment}
        aria-label={says(words.environment)}
        disabled={project === ANY}
        data={[every, ...(environments.data?.map(({ key }) => key) ?? [])]}
        value={grant.environment ?? ANY}
        onChange={(key) => change({ ...grant, environment: key ?? ANY })}
      />
    </>
  );
}
