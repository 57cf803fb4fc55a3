import { useMe } from "../../app/session";
import type { ChangeRequest } from "../../client";
import { hadAHand } from "../../model/requests";
import { oddOf } from "../../moving/odd";
import { usePreview } from "../../moving/usePreview";
import { useStable } from "../../moving/useStable";
import { Icon } from "../../parts/Icon";
import { text } from "../../text/en";
import classes from "./Requests.module.css";

const words = text.requests;

interface Props {
  project: string;
  request: ChangeRequest;
  versions: Record<string, number>;
}

/** What else to look at before one decides, and the way back. */
export function Checks({ project, request, versions }: Props) {
  const me = useMe();
  const frozen = request.grounds.filter(({ rule }) => rule === "freeze");
  return (
    <>
      <section className={classes.card} aria-label={words.checks}>
        <h2>{words.checks}</h2>
        <ul className={classes.checks}>
          <Check holds={!hadAHand(request, me.actor)}>
            {hadAHand(request, me.actor) ? words.byYou : words.byOther}
          </Check>
          {frozen.length === 0 && <Check holds>{words.noFreeze}</Check>}
          {frozen.map((ground) => (
            <Check key={ground.environment} holds={false}>
              {ground.words}
            </Check>
          ))}
          {request.environments.map((environment) => (
            <Proven
              key={environment}
              project={project}
              request={request}
              environment={environment}
              version={versions[environment] ?? 0}
            />
          ))}
        </ul>
      </section>
      <section className={classes.card} aria-label={words.wrong}>
        <h2>{words.wrong}</h2>
        <p>{words.undoWords}</p>
      </section>
    </>
  );
}

/** What is proven of it in one environment: counted once, with who moves. */
function Proven(props: { project: string; request: ChangeRequest; environment: string; version: number }) {
  const { project, request, environment, version } = props;
  const { movement } = usePreview(project, environment, useStable(request.command ?? null), version);
  if (movement === null) return null;
  const odd = oddOf(movement);
  return (
    <>
      {(movement.sdks ?? []).length === 0 && <Check holds>{words.sdksCan}</Check>}
      {(movement.findings ?? []).length === 0 && <Check holds>{words.nothingOdd}</Check>}
      {odd.map((each, index) => (
        <Check key={index} holds={false}>
          {each.words}
        </Check>
      ))}
    </>
  );
}

function Check({ holds, children }: { holds: boolean; children: React.ReactNode }) {
  return (
    <li data-holds={holds}>
      <Icon name={holds ? "check" : "warning"} />
      <span>
        <span className="visually-hidden">{holds ? words.passes : words.fails}</span>
        <bdi>{children}</bdi>
      </span>
    </li>
  );
}
