import { Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { useMe } from "../../app/session";
import { listPolicies } from "../../client";
import { may } from "../../model/grants";
import { POLICY_NAMES } from "../../model/policies";
import { Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import { PolicyCard } from "./PolicyCard";
import classes from "./Settings.module.css";
import { useEnvironment } from "./useEnvironment";

const words = text.settings.policies;
const PROJECT = "";

/** Budgets, freezes and approval: of the project, or of one environment in the project's place. */
export function PoliciesTab({ project }: { project: string }) {
  const me = useMe();
  const { keys, chosen, choose } = useEnvironment(project);
  const found = useQuery({
    queryKey: [project, "policies"],
    queryFn: async () => (await answered(listPolicies({ path: { project } }))).items,
  });
  const admin = may(me.grants, "admin", project, chosen ?? undefined);
  return (
    <>
      <p className={classes.hint}>{words.intro}</p>
      <div className={classes.row}>
        <Select
          label={words.where}
          className={classes.middle}
          data={[{ value: PROJECT, label: words.everywhere }, ...keys]}
          value={chosen ?? PROJECT}
          onChange={(key) => choose(key === PROJECT ? null : key)}
        />
        {!admin && (
          <span className={classes.caption}>
            {text.settings.needs("admin", chosen ?? text.settings.inProject)}
          </span>
        )}
      </div>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading lines={8} />
      ) : (
        POLICY_NAMES.map((name) => {
          const at = (environment: string | null) =>
            found.data?.find((set) => set.name === name && set.environment === environment)?.policy;
          return (
            <PolicyCard
              key={`${chosen ?? PROJECT}/${name}`}
              project={project}
              environment={chosen}
              name={name}
              own={at(chosen)}
              inherited={chosen === null ? undefined : at(null)}
              elsewhere={chosen === null ? keys.filter((key) => at(key) !== undefined) : []}
              admin={admin}
            />
          );
        })
      )}
    </>
  );
}
