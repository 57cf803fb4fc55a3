import { ActionIcon, Button, TextInput, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { environmentsQuery } from "../../api/queries";
import { grouped, wayOver } from "../../model/comparison";
import { mainOf } from "../../model/environments";
import { momentOf, written, type Moment } from "../../model/moment";
import { Icon } from "../../parts/Icon";
import { MomentPicker } from "../../parts/MomentPicker";
import { Empty, Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import { DifferenceList } from "./DifferenceList";
import classes from "./ComparePage.module.css";
import { TakeOver } from "./TakeOver";
import { useComparison } from "./useComparison";

/** Two environments, or two moments of one, beside each other; what is chosen can be taken over. */
export function ComparePage() {
  const { project } = useParams({ from: "/projects/$project/compare" });
  const search = useSearch({ from: "/projects/$project/compare" });
  const navigate = useNavigate({ from: "/projects/$project/compare" });
  const environments = useQuery(environmentsQuery(project));
  const keys = environments.data?.map(({ key }) => key) ?? [];
  const { into, from } = sidesOf(keys, search.into, search.from);
  const compared = useComparison(project, into, from);
  const [query, setQuery] = useState("");
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());

  const show = (sides: { into?: Moment; from?: Moment }) => {
    setChosen(new Set());
    const next = { into: sides.into ?? into, from: sides.from ?? from };
    void navigate({
      search: { into: next.into && written(next.into), from: next.from && written(next.from) },
      replace: true,
    });
  };
  const choose = (flags: string[], wanted: boolean) => {
    const rest = [...chosen].filter((key) => !flags.includes(key));
    setChosen(new Set(wanted ? [...rest, ...flags] : rest));
  };

  if (environments.isError) {
    return <Trouble error={environments.error} retry={() => void environments.refetch()} />;
  }
  if (into === undefined || from === undefined) return <Loading lines={6} />;
  const all = grouped(compared.data?.edits ?? []);
  const found = all.filter(({ key }) => key.toLowerCase().includes(query.trim().toLowerCase()));
  const flags = found.filter(({ kind }) => kind === "flag");
  const segments = found.filter(({ kind }) => kind === "segment");
  const way = wayOver(into, from);
  const taken = all.filter(({ key, takeable }) => takeable && chosen.has(key)).map(({ key }) => key);
  const same = written(into) === written(from);
  return (
    <>
      <Title order={1} mb="md">
        {text.compare.title}
      </Title>
      <div className={classes.sides}>
        {(["from", "into"] as const).map((side) => (
          <div key={side} className={classes.side} role="group" aria-label={text.compare[side]}>
            {text.compare[side]}
            <MomentPicker
              project={project}
              environments={keys}
              flag={undefined}
              column={text.compare[side]}
              moment={side === "into" ? into : from}
              change={(moment) => show({ [side]: moment })}
            />
          </div>
        ))}
        <ActionIcon
          variant="default"
          size={30}
          aria-label={text.compare.swap}
          onClick={() => show({ into: from, from: into })}
        >
          <Icon name="swap" />
        </ActionIcon>
        <TextInput
          className={classes.search}
          size="xs"
          aria-label={text.compare.find}
          placeholder={text.compare.find}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
      </div>
      {same ? (
        <Empty title={text.compare.twice} />
      ) : compared.isError ? (
        <Trouble error={compared.error} retry={() => void compared.refetch()} />
      ) : compared.isPending ? (
        <Loading lines={6} />
      ) : all.length === 0 ? (
        <Empty title={text.compare.same}>
          <span>{text.compare.sameHint}</span>
        </Empty>
      ) : (
        <>
          <p className={classes.caption} role="status">
            {text.compare.differing(
              all.filter(({ kind }) => kind === "flag").length,
              all.filter(({ kind }) => kind === "segment").length,
            )}
            {way === null && `. ${text.compare.elsewhere}`}
          </p>
          {found.length === 0 && (
            <Empty title={text.compare.noMatch}>
              <Button variant="default" onClick={() => setQuery("")}>
                {text.compare.clear}
              </Button>
            </Empty>
          )}
          {flags.length > 0 && (
            <DifferenceList
              project={project}
              label={text.compare.flags}
              entries={flags}
              chosen={chosen}
              choose={way === null ? null : choose}
            />
          )}
          {segments.length > 0 && (
            <>
              <Title order={2} size="h4" mb={4}>
                {text.compare.segments}
              </Title>
              <p className={classes.caption}>{text.compare.segmentsHint}</p>
              <DifferenceList
                project={project}
                label={text.compare.segments}
                entries={segments}
                chosen={chosen}
                choose={null}
              />
            </>
          )}
          {way !== null && taken.length > 0 && (
            <TakeOver
              project={project}
              way={way}
              flags={taken}
              into={into.environment}
              source={from.environment}
              compared={{ into: compared.data.from.version, from: compared.data.to.version }}
              done={() => setChosen(new Set())}
            />
          )}
        </>
      )}
    </>
  );
}

/** The sides that the address names; else from the first environment into the main one. */
function sidesOf(keys: readonly string[], into: string | undefined, from: string | undefined) {
  const main = mainOf(keys);
  const other = keys.find((key) => key !== main) ?? main;
  return {
    into: momentOf(into ?? "") ?? (main === undefined ? undefined : { environment: main }),
    from: momentOf(from ?? "") ?? (other === undefined ? undefined : { environment: other }),
  };
}
