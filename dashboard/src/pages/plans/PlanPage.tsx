import { Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";

import { useVariants } from "../../api/variants";
import type { PlanView } from "../../client";
import { environmentsOf, flagsOf, rampOf, shownState } from "../../model/plans";
import { Chip } from "../../parts/Chip";
import { waitsFor } from "../../text/waiting";
import { Loading, Trouble } from "../../parts/States";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import { Commands, Happened, IfStopped, WaitsFor } from "./About";
import { Evidence } from "./Evidence";
import { Ladder } from "./Ladder";
import { PlanActs } from "./PlanActs";
import classes from "./Plans.module.css";
import { planQuery } from "./queries";
import { useNow } from "../../parts/useNow";
import { TONES } from "./tones";

const words = text.plans;

/** One plan: what it waits for and until when, then its steps, then what one can do about it. */
export function PlanPage() {
  const params = useParams({ from: "/projects/$project/plans/$plan" });
  const { project } = params;
  const found = useQuery(planQuery(project, Number(params.plan)));
  if (found.isPending) return <Loading lines={8} />;
  if (found.isError) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  return <Plan project={project} plan={found.data} />;
}

function Plan({ project, plan }: { project: string; plan: PlanView }) {
  const now = useNow();
  const flags = flagsOf(plan);
  const variantsOf = useVariants(project, flags, environmentsOf(plan)[0]);
  // Steps are drawn with the variants of the one flag that the plan is about.
  const of = (flags.length === 1 && flags[0] !== undefined && variantsOf(flags[0])) || null;
  const environments = environmentsOf(plan);
  const ramp = rampOf(plan);
  const begun = plan.done[0]?.at;
  const shown = shownState(plan);
  return (
    <>
      <div className={classes.head}>
        <Link to="/projects/$project/plans" params={{ project }} className={classes.up}>
          {text.nav.plans}
        </Link>
        <Title order={1}>
          <bdi>{plan.name || words.title(plan.id)}</bdi>
        </Title>
        <Chip tone={TONES[shown]}>
          {words.states[shown]}
        </Chip>
        <span className={classes.room} />
        <PlanActs project={project} plan={plan} />
      </div>
      {/* The words change every second: read out only when the plan itself has changed. */}
      <p className={classes.waits} data-state={plan.state}>
        <bdi>{waitsFor(plan, now)}</bdi>{" "}
        {plan.state === "request" && (
          <Link to="/projects/$project/requests" params={{ project }}>
            {text.nav.requests}
          </Link>
        )}
      </p>
      <p className="visually-hidden" role="status">
        {words.states[shown]}, {words.step(Math.min(plan.step + 1, plan.steps.length), plan.steps.length)}
      </p>
      <p className={classes.caption}>
        {environments.length > 0 ? words.where(environments.join(", ")) : words.whole}
        {flags.map((flag) => (
          <span key={flag}>
            {", "}
            <Link to="/projects/$project/flags/$flag" params={{ project, flag }}>
              <bdi>{flag}</bdi>
            </Link>
          </span>
        ))}
        . {words.made} <Time at={plan.created_at} /> {words.by} <bdi>{plan.author}</bdi>
        {plan.reason && (
          <>
            {": "}
            <bdi>{plan.reason}</bdi>
          </>
        )}
        {plan.repeat && `. ${words.repeatsAt(plan.repeat)}`}
      </p>
      <Ladder steps={plan.steps} movements={plan.movements} plan={plan} of={of} now={now} />
      <p className={classes.small}>{words.counted}</p>
      <div className={classes.columns}>
        <div className={classes.side}>
          {ramp !== null && of !== null && begun !== undefined && (
            <Evidence
              project={project}
              environments={environments}
              flag={ramp.flag}
              of={of}
              to={ramp.to}
              since={begun}
            />
          )}
          <Commands steps={plan.steps} of={of} />
        </div>
        <div className={classes.side}>
          <WaitsFor plan={plan} now={now} />
          <IfStopped project={project} plan={plan} flag={flags[0]} />
          <Happened plan={plan} />
        </div>
      </div>
    </>
  );
}
