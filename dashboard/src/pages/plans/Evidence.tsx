import { SegmentedControl, Select } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { answered } from "../../api/http";
import { attributesQuery } from "../../api/queries";
import { listConversions, listExposures, listMetricEvents, type Converted } from "../../client";
import { eventsToShow, groupsOf } from "../../model/evidence";
import { DocsLink } from "../../parts/DocsLink";
import { Empty, Loading, Trouble } from "../../parts/States";
import type { VariantKeys } from "../../parts/Variant";
import { text } from "../../text/en";
import { EvidenceTable } from "./EvidenceTable";
import classes from "./Evidence.module.css";

const words = text.plans.evidence;
const AGAIN_MS = 15_000;
const EVERYONE = "";
const NOTHING = "";

interface Props {
  project: string;
  environments: string[];
  flag: string;
  of: VariantKeys;
  /** The variant that the plan gives. */
  to: string;
  /** When its first step was done: what was shown before says nothing about it. */
  since: string;
}

/** What those whom the plan gave a variant did afterwards, beside those whom it did not. */
export function Evidence({ project, environments, flag, of, to, since }: Props) {
  const [chosen, setChosen] = useState(environments[0] ?? "");
  const environment = environments.includes(chosen) ? chosen : (environments[0] ?? "");
  const [by, setBy] = useState(EVERYONE);
  const [picked, setPicked] = useState<{ conversion?: string; error?: string }>({});
  const path = { project, environment };
  const events = useQuery({
    queryKey: [project, "metric-events", environment],
    queryFn: async () => (await answered(listMetricEvents({ path }))).items.map(({ event }) => event),
    refetchInterval: AGAIN_MS,
  });
  const attributes = useQuery(attributesQuery(project, environment));
  const names = events.data ?? [];
  const usual = eventsToShow(names);
  const conversion = picked.conversion ?? usual.conversion ?? NOTHING;
  const error = picked.error ?? usual.error ?? NOTHING;
  const asked = { flag, from: since };
  const all = useQuery({
    queryKey: [project, "evidence", environment, flag, since, conversion, error, by],
    enabled: events.isSuccess,
    placeholderData: keepPreviousData,
    refetchInterval: AGAIN_MS,
    queryFn: async () => {
      const of = async (event: string, by?: string): Promise<Converted[]> => {
        if (event === NOTHING) return [];
        const query = by === undefined ? { ...asked, event } : { ...asked, event, by };
        return (await answered(listConversions({ path, query }))).items;
      };
      const exposed = async (by?: string): Promise<Converted[]> => {
        const query = by === undefined ? asked : { ...asked, by };
        const { items } = await answered(listExposures({ path, query }));
        return items.map((item) => ({ ...item, converted: 0, events: 0, total: 0 }));
      };
      const counted = async (by?: string) => {
        const none = conversion === NOTHING && error === NOTHING;
        const [first, second, third] = await Promise.all([of(conversion, by), of(error, by), none ? exposed(by) : []]);
        return { conversions: first, errors: second, exposed: third };
      };
      const [everyone, each] = await Promise.all([counted(), by === EVERYONE ? null : counted(by)]);
      return { everyone, each };
    },
  });
  const against = of.off !== null && of.off !== to ? of.off : (of.variants.find((key) => key !== to) ?? null);
  const order = [to, ...of.variants.filter((key) => key !== to), null];
  const groups = (counted: NonNullable<typeof all.data>["everyone"]) =>
    groupsOf([...counted.exposed, ...counted.conversions], counted.errors, order, against);
  const everyone = all.data ? groups(all.data.everyone).map(({ rows }) => ({ value: undefined, rows })) : [];
  const each = all.data?.each ? groups(all.data.each) : [];
  const failed = events.error ?? all.error;
  const choices = (first: string) => [{ value: NOTHING, label: first }, ...names];
  return (
    <section className={classes.card} aria-label={words.title}>
      <div className={classes.head}>
        <h2>{words.title}</h2>
        <span className={classes.room} />
        {environments.length > 1 && (
          <SegmentedControl
            size="xs"
            aria-label={words.environment}
            data={environments}
            value={environment}
            onChange={setChosen}
          />
        )}
      </div>
      <p className={classes.hint}>{words.since}</p>
      <div className={classes.choices}>
        <Select
          label={words.conversion}
          data={choices(words.nothing)}
          value={conversion}
          allowDeselect={false}
          disabled={names.length === 0}
          onChange={(event) => setPicked((was) => ({ ...was, conversion: event ?? NOTHING }))}
        />
        <Select
          label={words.error}
          data={choices(words.nothing)}
          value={error}
          allowDeselect={false}
          disabled={names.length === 0}
          onChange={(event) => setPicked((was) => ({ ...was, error: event ?? NOTHING }))}
        />
        <Select
          label={words.by}
          data={[{ value: EVERYONE, label: words.everyone }, ...new Set((attributes.data ?? []).map(({ name }) => name))]}
          value={by}
          allowDeselect={false}
          searchable
          onChange={(name) => setBy(name ?? EVERYONE)}
        />
      </div>
      {failed !== null && <Trouble error={failed} retry={() => void (events.error ? events.refetch() : all.refetch())} />}
      {failed === null && names.length === 0 && events.isSuccess && (
        <p className={classes.hint}>
          {words.noEvent} <DocsLink to="how-to/measure-exposures">{text.states.docs}</DocsLink>
        </p>
      )}
      {all.data === undefined ? (
        failed === null && <Loading lines={4} />
      ) : everyone.length === 0 ? (
        <Empty title={words.none}>
          <span>{words.noneHint}</span>
        </Empty>
      ) : (
        <EvidenceTable
          groups={[...everyone, ...each]}
          of={of}
          by={by === EVERYONE ? null : by}
          conversion={conversion === NOTHING ? null : conversion}
          error={error === NOTHING ? null : error}
          against={against}
        />
      )}
      <p className={classes.hint}>{words.inform}</p>
    </section>
  );
}
