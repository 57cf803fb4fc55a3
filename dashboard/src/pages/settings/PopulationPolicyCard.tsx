import { Button, NumberInput, Switch, TagsInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { faultAt } from "../../api/faults";
import { answered } from "../../api/http";
import { getPopulationPolicy, setPopulationPolicy, type PopulationPolicy } from "../../client";
import { Faults } from "../../parts/Faults";
import { Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import classes from "./Settings.module.css";

const words = text.settings.population;

interface Props {
  project: string;
  environment: string;
  admin: boolean;
}

/** What is kept of the contexts that programs report, how many, and for how long. */
export function PopulationPolicyCard({ project, environment, admin }: Props) {
  const path = { project, environment };
  const queries = useQueryClient();
  const [draft, setDraft] = useState<PopulationPolicy | null>(null);
  const found = useQuery({
    queryKey: [project, "population policy", environment],
    queryFn: () => answered(getPopulationPolicy({ path })),
  });
  const save = useMutation({
    mutationFn: (body: PopulationPolicy) => answered(setPopulationPolicy({ path, body })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [project] });
      setDraft(null);
    },
  });
  if (found.isPending) return <Loading lines={5} />;
  if (found.isError) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  const policy = draft ?? found.data;
  const change = (fields: PopulationPolicy) => setDraft({ ...policy, ...fields });
  return (
    <section className={classes.card} aria-label={words.policy}>
      <div className={classes.head}>
        <Title order={2}>{words.policy}</Title>
        {!admin && <span className={classes.caption}>{text.settings.needs("admin", environment)}</span>}
      </div>
      <div className={classes.form}>
        <Switch
          label={words.enabled}
          disabled={!admin}
          checked={policy.enabled ?? true}
          onChange={(event) => change({ enabled: event.currentTarget.checked })}
        />
        <NumberInput
          label={words.limit}
          disabled={!admin}
          min={1_000}
          max={10_000_000}
          thousandSeparator=","
          decimalScale={0}
          value={policy.limit ?? ""}
          error={faultAt(save.error, "/limit")}
          onChange={(value) => value !== "" && change({ limit: Number(value) })}
        />
        <NumberInput
          label={words.retention}
          disabled={!admin}
          min={1}
          max={3_650}
          decimalScale={0}
          value={policy.retention_days ?? ""}
          error={faultAt(save.error, "/retention_days")}
          onChange={(value) => value !== "" && change({ retention_days: Number(value) })}
        />
        <TagsInput
          label={words.keepAll}
          disabled={!admin}
          value={policy.keep ?? []}
          error={faultAt(save.error, "/keep")}
          onChange={(keep) => change({ keep: keep.length === 0 ? null : keep })}
        />
        <TagsInput
          label={words.drop}
          description={words.dropHint}
          disabled={!admin}
          value={policy.drop ?? []}
          error={faultAt(save.error, "/drop")}
          onChange={(drop) => change({ drop })}
        />
      </div>
      <Faults error={save.error} />
      {draft !== null && (
        <div className={classes.foot}>
          <Button loading={save.isPending} onClick={() => save.mutate(draft)}>
            {text.settings.save}
          </Button>
          <Button
            variant="default"
            onClick={() => {
              setDraft(null);
              save.reset();
            }}
          >
            {text.settings.discard}
          </Button>
        </div>
      )}
    </section>
  );
}
