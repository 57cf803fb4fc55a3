import { Button, SegmentedControl, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { answered } from "../../api/http";
import { environmentsQuery } from "../../api/queries";
import { useVariants } from "../../api/variants";
import { getRequest, type ChangeRequest } from "../../client";
import { lasting } from "../../model/durations";
import { flagsChangedBy, isWaiting } from "../../model/requests";
import { EditList } from "../../moving/EditList";
import { Loading, Trouble } from "../../parts/States";
import { Time } from "../../parts/Time";
import { useNow } from "../../parts/useNow";
import { text } from "../../text/en";
import { Checks } from "./Checks";
import { Conversation } from "./Conversation";
import { Decision } from "./Decision";
import { MovesNow, MovedThen } from "./Moves";
import classes from "./Requests.module.css";
import { titleOf } from "./RequestsPage";
import { RequestState } from "./RequestState";

const words = text.requests;

/** One change request: what it changes, whom it moves, what was said, and what one decides. */
export function RequestPage() {
  const { project, request } = useParams({ from: "/projects/$project/requests/$request" });
  const found = useQuery({
    queryKey: [project, "requests", "one", request],
    queryFn: () => answered(getRequest({ path: { project, number: request as never } })),
  });
  const environments = useQuery(environmentsQuery(project));
  if (found.isPending || environments.isPending) return <Loading lines={8} />;
  if (found.isError) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  const versions = Object.fromEntries((environments.data ?? []).map(({ key, version }) => [key, version]));
  return <Request project={project} request={found.data} versions={versions} />;
}

interface Props {
  project: string;
  request: ChangeRequest;
  /** The newest version of each environment. */
  versions: Record<string, number>;
}

function Request({ project, request, versions }: Props) {
  const now = useNow(60_000);
  const flags = flagsChangedBy(request);
  const variantsOf = useVariants(project, flags.slice(0, 20), request.environments[0]);
  const waits = isWaiting(request);
  const left = (new Date(request.expires_at).getTime() - now.getTime()) / 1000;
  const [only] = flags;
  return (
    <>
      <header className={classes.head}>
        <Link to="/projects/$project/requests" params={{ project }} className={classes.up}>
          {text.nav.requests}
        </Link>
        <Title order={1}>
          <bdi className="untrusted" title={titleOf(request)}>
            {titleOf(request)}
          </bdi>{" "}
          <span className={classes.number}>#{request.id}</span>
        </Title>
        <RequestState request={request} />
        <span className={classes.room} />
        {flags.length === 1 && only !== undefined && (
          <Button
            variant="default"
            renderRoot={(root) => (
              <Link {...root} to="/projects/$project/flags/$flag" params={{ project, flag: only }} search={{ in: request.environments[0] }} />
            )}
          >
            {words.openFlag}
          </Button>
        )}
      </header>
      <p className={classes.caption}>
        {flags.slice(0, 3).map((flag) => (
          <Link key={flag} to="/projects/$project/flags/$flag" params={{ project, flag }} className="mono">
            <bdi>{flag}</bdi>
          </Link>
        ))}{" "}
        {words.inWhere(request.environments.join(", "))}, {words.askedBy} <bdi>{request.author}</bdi>
        {request.editors.length > 0 && <bdi>{words.editedBy(request.editors.join(", "))}</bdi>}{" "}
        <Time at={request.created_at} />
        {waits && left > 0 && `, ${words.lapses} in ${lasting(left)}`}
      </p>
      <div className={classes.columns}>
        <div className={classes.main}>
          {request.state === "stale" && (
            <p className={classes.banner} data-tone="warning" role="status">
              <strong>{words.stale}</strong> <bdi>{request.history.at(-1)?.text}</bdi>
            </p>
          )}
          <What project={project} request={request} variantsOf={variantsOf} />
          {request.environments.map((environment) =>
            waits ? (
              <MovesNow
                key={environment}
                project={project}
                request={request}
                environment={environment}
                version={versions[environment] ?? 0}
                variantsOf={variantsOf}
              />
            ) : (
              <MovedThen key={environment} request={request} environment={environment} variantsOf={variantsOf} />
            ),
          )}
        </div>
        <aside className={classes.side}>
          <Decision project={project} request={request} />
          {waits && <Checks project={project} request={request} versions={versions} />}
        </aside>
        <div className={classes.talk}>
          <Conversation project={project} request={request} />
        </div>
      </div>
    </>
  );
}

interface WhatProps {
  project: string;
  request: ChangeRequest;
  variantsOf: ReturnType<typeof useVariants>;
}

/** What would change, in words or as the command, and why that waits. */
function What({ project, request, variantsOf }: WhatProps) {
  const [shown, setShown] = useState<"words" | "json">("words");
  const several = new Set(Object.values(request.edits).flat().map(({ kind, key }) => `${kind} ${key}`)).size > 1;
  const told = request.environments.filter((environment) => (request.edits[environment] ?? []).length > 0);
  return (
    <section className={classes.card} aria-label={words.what}>
      <div className={classes.cardHead}>
        <h2>{words.what}</h2>
        <SegmentedControl
          size="xs"
          aria-label={words.what}
          value={shown}
          onChange={setShown}
          data={[
            { value: "words", label: words.inWords },
            { value: "json", label: words.asJson },
          ]}
        />
      </div>
      {shown === "json" ? (
        // A scrolling region can be scrolled by keyboard only if it can be focused.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre className={classes.json} tabIndex={0}>
          {JSON.stringify(request.command, null, 2)}
        </pre>
      ) : (
        <>
          {told.length === 0 && <p className={classes.caption}>{words.noEdits}</p>}
          {told.map((environment) => (
            <div key={environment} className={classes.edits}>
              {told.length > 1 && <h3>{environment}</h3>}
              <EditList
                edits={request.edits[environment] ?? []}
                variantsOf={variantsOf}
                named={
                  several
                    ? ({ kind, key }) => (
                        <Link
                          to={kind === "flag" ? "/projects/$project/flags/$flag" : "/projects/$project/segments/$segment"}
                          params={{ project, flag: key, segment: key }}
                          className="mono"
                        >
                          <bdi>{key}</bdi>
                        </Link>
                      )
                    : undefined
                }
              />
            </div>
          ))}
        </>
      )}
      <div className={classes.grounds}>
        <h3>{isWaiting(request) ? words.grounds : words.groundsThen}</h3>
        <ul>
          {request.grounds.map((ground, index) => (
            <li key={index}>
              <bdi>{ground.words}</bdi>
            </li>
          ))}
        </ul>
      </div>
    </section>
  );
}
