import { TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import type { ProjectFlag } from "../../../../client";
import { written } from "../../../../model/moment";
import { Icon } from "../../../../parts/Icon";
import { Trouble } from "../../../../parts/States";
import { Variant } from "../../../../parts/Variant";
import { text } from "../../../../text/en";
import { reasonWords, valueWords } from "../../../../trace/answers";
import { observedQuery } from "../../../../trace/asking";
import { useExplained } from "../../../../trace/useExplained";
import panel from "../panel.module.css";

const PAUSE_MS = 250;

interface Props {
  project: string;
  flag: ProjectFlag;
  environment: string;
  version: number;
  isNow: boolean;
}

/** What one context got at a version: from the change log, and the context as it was seen last. */
export function Person({ project, flag, environment, version, isNow }: Props) {
  const [typed, setTyped] = useState("");
  const [key] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const words = text.flagTabs.activity;
  const found = useQuery({ ...observedQuery(project, environment, key, true), enabled: key !== "" });
  const seen = found.data?.[0];
  const known = key !== "" && !found.isPending;
  const context = known ? (seen?.context ?? { key }) : null;
  const moment = isNow ? { environment } : { environment, version };
  const { answer, of, ruleName, error, retry } = useExplained(project, moment, flag.key, context);
  const keys = { variants: of.variants.map((variant) => variant.key), off: of.off };
  return (
    <section className={panel.panel} aria-label={words.person}>
      <h2>{words.person}</h2>
      <TextInput
        mb={8}
        aria-label={words.key}
        placeholder={words.key}
        leftSection={<Icon name="search" />}
        value={typed}
        spellCheck={false}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {error ? (
        <Trouble error={error} retry={retry} />
      ) : (
        context !== null &&
        answer && (
          <>
            <p role="status">
              {answer.variant === null ? (
                <strong>{valueWords(answer)}</strong>
              ) : (
                <Variant of={keys} name={answer.variant} />
              )}{" "}
              {reasonWords(answer, ruleName)}
            </p>
            <p className={panel.hint}>
              {seen ? words.observed : words.notObserved}
              {". "}
              <Link
                to="/projects/$project/playground"
                params={{ project }}
                search={{
                  flag: flag.key,
                  context: JSON.stringify(context, null, 2),
                  left: written(moment),
                  right: environment,
                }}
              >
                {words.trace}
              </Link>
            </p>
          </>
        )
      )}
    </section>
  );
}
