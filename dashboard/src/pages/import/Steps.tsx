import { Link } from "@tanstack/react-router";

import type { ImportPlace } from "../../api/imports";
import type { ImportStep } from "../../app/router";
import type { ImportView } from "../../client";
import { importsText as words } from "../../text/imports";
import classes from "./Import.module.css";

const STEPS: ImportStep[] = ["report", "verify", "apply"];

interface Props {
  project: string;
  /** The import that has begun; without one, it is about to be chosen. */
  begun?: { place: ImportPlace; found: ImportView; step: ImportStep };
}

/** The four steps of moving in. Those that can be gone to are links. */
export function Steps({ project, begun }: Props) {
  const ready = begun !== undefined && ["read", "applied"].includes(begun.found.state);
  return (
    <nav aria-label={words.steps.label}>
      <ol className={classes.steps}>
        <li>
          {begun === undefined ? (
            <Here number={1} name={words.steps.choose} current />
          ) : (
            <Link to="/projects/$project/import" params={{ project }} activeOptions={{ exact: true }}>
              <i aria-hidden>1</i>
              {words.steps.choose}
            </Link>
          )}
        </li>
        {STEPS.map((step, index) => (
          <li key={step}>
            {begun !== undefined && ready && step !== begun.step ? (
              <Link
                to="/projects/$project/import/$environment/$name"
                params={begun.place}
                search={{ step }}
              >
                <i aria-hidden>{index + 2}</i>
                {words.steps[step]}
              </Link>
            ) : (
              <Here number={index + 2} name={words.steps[step]} current={step === begun?.step} />
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

function Here({ number, name, current }: { number: number; name: string; current: boolean }) {
  return (
    <span aria-current={current ? "step" : undefined}>
      <i aria-hidden>{number}</i>
      {name}
    </span>
  );
}
