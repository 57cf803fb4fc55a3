import { Group, SegmentedControl, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { answered } from "../../api/http";
import { environmentsQuery } from "../../api/queries";
import { listContexts } from "../../client";
import { partsOf } from "../../model/contexts";
import { mainOf } from "../../model/environments";
import type { Moment } from "../../model/moment";
import { Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import { Answers } from "./Answers";
import classes from "./ContextPage.module.css";
import { Forget } from "./Forget";
import { WhoItIs } from "./WhoItIs";

const MOST = 50;

/** One context: what is known of it, what it gets from every flag, and why. */
export function ContextPage() {
  const { project, key } = useParams({ from: "/projects/$project/contexts/$key" });
  const search = useSearch({ from: "/projects/$project/contexts/$key" });
  const navigate = useNavigate({ from: "/projects/$project/contexts/$key" });
  const environments = useQuery(environmentsQuery(project));
  const keys = environments.data?.map((each) => each.key) ?? [];
  const environment = search.environment ?? mainOf(keys) ?? null;
  const [chosen, setChosen] = useState<string | null>(null);
  const found = useQuery({
    queryKey: [project, "contexts", environment, "exact", key],
    enabled: environment !== null,
    queryFn: async () => {
      const path = { project, environment: environment ?? "" };
      return (await answered(listContexts({ path, query: { key, exact: true, limit: MOST } }))).items;
    },
  });
  if (environments.isError) {
    return <Trouble error={environments.error} retry={() => void environments.refetch()} />;
  }
  if (found.isError) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending || environment === null) return <Loading lines={6} />;
  const observed = found.data.find(({ id }) => id === chosen) ?? found.data[0] ?? null;
  const context = observed?.context ?? { key };
  const moment: Moment = {
    environment,
    ...(search.version !== undefined && { version: search.version }),
    ...(search.at !== undefined && { at: search.at }),
  };
  return (
    <>
      <Group className={classes.head}>
        <Link to="/projects/$project/contexts" params={{ project }} search={{ environment }}>
          {text.nav.contexts}
        </Link>
        <span aria-hidden>/</span>
        <Title order={1} className="untrusted" title={key}>
          <bdi>{key}</bdi>
        </Title>
        <span className={classes.room} />
        <SegmentedControl
          size="xs"
          aria-label={text.contexts.environment}
          data={keys}
          value={environment}
          // A version counts in its environment only.
          onChange={(value) =>
            void navigate({ search: { environment: value, at: search.at }, replace: true })
          }
        />
        <Forget
          project={project}
          environment={environment}
          contextKey={key}
          kinds={kindsWith(found.data.map((each) => each.context), key)}
        />
      </Group>
      <div className={classes.columns}>
        <WhoItIs
          context={context}
          observed={observed}
          among={found.data}
          choose={setChosen}
        />
        <Answers
          // Another context has nothing opened or sought yet.
          key={`${environment} ${observed?.id ?? ""}`}
          project={project}
          context={context}
          moment={moment}
          travel={(next) =>
            void navigate({
              search: { environment, version: next.version, at: next.at },
              replace: true,
            })
          }
        />
      </div>
    </>
  );
}

/** The kinds under which a key was seen; a person if it never was. */
function kindsWith(contexts: Record<string, unknown>[], key: string): string[] {
  const kinds = contexts.flatMap((context) =>
    partsOf(context).flatMap((part) => (part.key === key ? part.kind : [])),
  );
  return kinds.length > 0 ? [...new Set(kinds)] : ["user"];
}
