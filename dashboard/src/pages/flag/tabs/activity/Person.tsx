import { Autocomplete } from "@mantine/core";
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
import { contextOf, keyIn } from "./typed";

const PAUSE_MS = 250;

interface Props {
  project: string;
  flag: ProjectFlag;
  environment: string;
  at: string | undefined;
}

/** What one context got at an instant: one that was observed, by its key, or one typed as JSON. */
export function Person({ project, flag, environment, at }: Props) {
  const [typed, setTyped] = useState("");
  const [settled] = useDebouncedValue(typed.trim(), PAUSE_MS);
  const words = text.flagTabs.activity;
  const title = at === undefined ? words.personNow : words.person;
  const whole = contextOf(settled);
  const asksKey = settled !== "" && whole === undefined;
  const begun = useQuery({ ...observedQuery(project, environment, settled), enabled: asksKey });
  const found = useQuery({ ...observedQuery(project, environment, settled, true), enabled: asksKey });
  const seen = found.data?.[0];
  const known = asksKey && !found.isPending;
  const context = whole ?? (known ? (seen?.context ?? { key: settled }) : null);
  const moment = { environment, ...(at !== undefined && { at }) };
  const { answer, of, ruleName, error, retry } = useExplained(project, moment, flag.key, context);
  const keys = { variants: of.variants.map((variant) => variant.key), off: of.off };
  const suggestions = [...new Set((begun.data ?? []).flatMap((each) => keyIn(each.context) ?? []))];
  return (
    <section className={panel.panel} aria-label={title}>
      <h2>{title}</h2>
      <Autocomplete
        mb={8}
        aria-label={words.key}
        placeholder={words.key}
        leftSection={<Icon name="search" />}
        data={asksKey ? suggestions : []}
        filter={({ options }) => options}
        value={typed}
        spellCheck={false}
        error={whole === null ? words.noContext : undefined}
        onChange={setTyped}
      />
      {error && whole !== null ? (
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
              {whole !== undefined ? words.asTyped : seen ? words.observed : words.notObserved}
              {". "}
              <Link
                to="/projects/$project/playground"
                params={{ project }}
                search={{
                  flag: flag.key,
                  context: JSON.stringify(context, null, 2),
                  columns: [written(moment), environment],
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
