import { useQueries, useQuery } from "@tanstack/react-query";

import { Time } from "../../parts/Time";
import { Variant } from "../../parts/Variant";
import { text } from "../../text/en";
import { valueWords } from "../../trace/answers";
import { answerQuery, versionsQuery } from "../../trace/asking";
import { placeOf } from "../../trace/bucket";
import type { Explained } from "../../trace/useExplained";
import classes from "./Ribbon.module.css";

const SHOWN = 12;

interface Props {
  project: string;
  environment: string;
  flag: string;
  context: Record<string, unknown>;
  of: Explained["of"];
  label: string;
  /** The version of the environment that is shown. */
  chosen: number | undefined;
  choose: (version: number) => void;
}

/** What the context got by each version of the flag, oldest first: answered from the change log alone. */
export function Ribbon({ project, environment, flag, context, of, label, chosen, choose }: Props) {
  const found = useQuery(versionsQuery(project, environment, flag));
  const versions = (found.data ?? []).slice(0, SHOWN).reverse();
  const answers = useQueries({
    queries: versions.map(({ version }) => ({
      ...answerQuery(project, { environment, version }, flag, context),
      // The last answers are of other versions: they must not stand here.
      placeholderData: undefined,
    })),
  });
  if (versions.length < 2) return null;
  const keys = { variants: of.variants.map(({ key }) => key), off: of.off };
  const current = versions.filter(({ version }) => chosen !== undefined && version <= chosen).at(-1);
  return (
    <section className={classes.card} aria-label={label}>
      <h2>{label}</h2>
      <p className={classes.hint}>{text.playground.historyHint}</p>
      <ol className={classes.ribbon}>
        {versions.map(({ version, at }, index) => {
          const answer = answers[index]?.data;
          return (
            <li key={version}>
              <button
                type="button"
                aria-pressed={current?.version === version}
                onClick={() => choose(version)}
                data-place={answer?.variant ? placeOf(keys, answer.variant) : "none"}
              >
                {answer === undefined ? "…" : answer.variant === null ? valueWords(answer) : <Variant of={keys} name={answer.variant} />}
              </button>
              <span className={classes.when}>
                {version} · <Time at={at} />
              </span>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
