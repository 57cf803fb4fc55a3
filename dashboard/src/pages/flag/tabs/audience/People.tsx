import { Autocomplete, Button, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { useState } from "react";

import { answered } from "../../../../api/http";
import { attributesQuery } from "../../../../api/queries";
import { listAudience, type AudienceMember, type ProjectFlag } from "../../../../client";
import { csvOf, download } from "../../../../model/csv";
import { number } from "../../../../model/movement";
import { Icon } from "../../../../parts/Icon";
import { Empty, Loading, Trouble } from "../../../../parts/States";
import { Table, type Column } from "../../../../parts/Table";
import { Time } from "../../../../parts/Time";
import { Unknown, Variant, type VariantKeys } from "../../../../parts/Variant";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import classes from "./Audience.module.css";
import { attributesOf, csvRow, keyOf, wantedOf, type Wanted } from "./members";
import { partsOf, reasonOf } from "./reasons";

const PAGE = 50;
const PAUSE_MS = 250;

interface Props {
  project: string;
  environment: string;
  flag: ProjectFlag;
  of: VariantKeys;
}

/** The contexts that were really seen, and what the flag answers each of them, with the reason. */
export function People({ project, environment, flag, of }: Props) {
  const words = text.flagTabs.audience;
  const [wanted, setWanted] = useState<Wanted>({});
  const [settled] = useDebouncedValue(wanted, PAUSE_MS);
  const found = useInfiniteQuery({
    queryKey: [project, "audience", environment, flag.key, settled],
    queryFn: ({ pageParam }) =>
      answered(
        listAudience({
          path: { project, environment, flag: flag.key },
          query: { limit: PAGE, ...wantedOf(settled), ...(pageParam !== "" && { cursor: pageParam }) },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
    placeholderData: keepPreviousData,
  });
  const rules = flag.environments[environment]?.rules ?? [];
  const members = found.data?.pages.flatMap((page) => page.items) ?? [];
  const examined = found.data?.pages.reduce((sum, page) => sum + page.examined, 0) ?? 0;
  const filtered = Object.values(wanted).some(Boolean);
  const columns: Column<AudienceMember>[] = [
    { name: words.context, cell: ({ context }) => <bdi className={classes.key}>{keyOf(context)}</bdi> },
    { name: words.gets, cell: (member) => <Gets member={member} of={of} /> },
    { name: words.reason, cell: ({ answer }) => (answer ? reasonOf(answer, rules) : words.depends) },
    { name: words.attributes, cell: (member) => <Attributes member={member} /> },
    { name: words.seen, cell: ({ last_at }) => <Time at={last_at} /> },
  ];
  return (
    <section className={panel.panel} aria-label={words.people(environment)}>
      <div className={panel.head}>
        <h2>{words.people(environment)}</h2>
        <span className={panel.hint}>{words.peopleHint}</span>
        <span className={panel.room} />
        <Button
          variant="default"
          size="compact-sm"
          disabled={members.length === 0}
          onClick={() =>
            download(
              `${flag.key} ${environment}.csv`,
              csvOf([words.csv, ...members.map((member) => csvRow(member, member.answer ? reasonOf(member.answer, rules) : words.depends))]),
            )
          }
        >
          {words.export(members.length)}
        </Button>
      </div>
      <Filters project={project} environment={environment} flag={flag} wanted={wanted} change={setWanted} />
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading lines={6} />
      ) : members.length === 0 && !found.hasNextPage ? (
        !found.isError && (
          <Empty title={filtered ? words.noneSuch : words.noContexts}>
            {filtered ? (
              <Button variant="default" onClick={() => setWanted({})}>
                {words.clear}
              </Button>
            ) : (
              <span>{words.noContextsHint}</span>
            )}
          </Empty>
        )
      ) : (
        <div data-old={found.isPlaceholderData || undefined} className={classes.members}>
          <Table label={words.people(environment)} columns={columns} rows={members} keyOf={({ id }) => id} none={words.noneYet} />
        </div>
      )}
      <div className={classes.foot}>
        <span role="status" className={panel.hint}>
          {found.isPending ? "" : words.shown(number(members.length), number(examined), found.hasNextPage)}
        </span>
        {found.hasNextPage && (
          <Button variant="default" loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {words.on}
          </Button>
        )}
      </div>
    </section>
  );
}

function Gets({ member: { answer }, of }: { member: AudienceMember; of: VariantKeys }) {
  if (answer === null) return <Unknown>{text.unknown}</Unknown>;
  return answer.variant === null ? <>{text.flagTabs.audience.fallback}</> : <Variant of={of} name={answer.variant} />;
}

function Attributes({ member: { context, withheld } }: { member: AudienceMember }) {
  return (
    <span className={classes.attributes}>
      {attributesOf(context).map(([name, value]) => (
        <span key={name} className={classes.attribute} title={`${name}: ${value}`}>
          {name} <bdi className="mono">{value}</bdi>
        </span>
      ))}
      {withheld.map((name) => (
        <span key={name} className={classes.attribute}>
          <Unknown>
            {name} {text.flagTabs.audience.withheld}
          </Unknown>
        </span>
      ))}
    </span>
  );
}

interface FiltersProps {
  project: string;
  environment: string;
  flag: ProjectFlag;
  wanted: Wanted;
  change: (wanted: Wanted) => void;
}

function Filters({ project, environment, flag, wanted, change }: FiltersProps) {
  const words = text.flagTabs.audience;
  const attributes = useQuery(attributesQuery(project, environment)).data ?? [];
  const values = attributes.find(({ name }) => name === wanted.attribute)?.values ?? [];
  const put = (more: Partial<Wanted>) => change({ ...wanted, ...more });
  return (
    <div className={classes.filters} role="search" aria-label={words.filters}>
      <TextInput
        aria-label={words.key}
        placeholder={words.key}
        leftSection={<Icon name="search" />}
        value={wanted.key ?? ""}
        spellCheck={false}
        onChange={(event) => put({ key: event.currentTarget.value })}
      />
      <Select
        clearable
        aria-label={words.gets}
        placeholder={words.anyVariant}
        data={[
          ...flag.variants.map(({ key }) => ({ value: `=${key}`, label: key })),
          { value: "=", label: words.fallback },
          { value: "?", label: text.unknown },
        ]}
        value={wanted.gets ?? null}
        onChange={(gets) => put({ gets })}
      />
      <Select
        clearable
        aria-label={words.takenBy}
        placeholder={words.anyRule}
        data={partsOf(flag.environments[environment])}
        value={wanted.part ?? null}
        onChange={(part) => put({ part })}
      />
      <Select
        clearable
        searchable
        aria-label={words.attribute}
        placeholder={words.anyAttribute}
        data={[...new Set(attributes.map(({ name }) => name))]}
        value={wanted.attribute ?? null}
        onChange={(attribute) => put({ attribute, value: "" })}
      />
      {wanted.attribute && (
        <Autocomplete
          aria-label={words.valueOf(wanted.attribute)}
          placeholder={words.anyValue}
          data={[...new Set(values.map(String))]}
          value={wanted.value ?? ""}
          onChange={(value) => put({ value })}
        />
      )}
    </div>
  );
}
