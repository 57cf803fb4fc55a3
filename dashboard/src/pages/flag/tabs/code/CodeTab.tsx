import { useState } from "react";

import { CodeBlock } from "../../../../snippets/CodeBlock";
import { shell } from "../../../../snippets/quoting.ts";
import { keyKindOf, type Framework } from "../../../../snippets/snippets.ts";
import { SnippetTabs } from "../../../../snippets/SnippetTabs";
import { text } from "../../../../text/en";
import { EnvironmentChoice } from "../EnvironmentChoice";
import panel from "../panel.module.css";
import type { TabProps } from "../Tabs";

/** Programs that ask for this flag, to be copied. */
export function CodeTab({ project, flag, environment }: TabProps) {
  const [framework, setFramework] = useState<Framework>("python");
  const words = text.flagTabs.code;
  const off = flag.environments[environment]?.off ?? null;
  const kind = keyKindOf(framework);
  const key = [
    `export YARDARM_URL=${shell(location.origin)}`,
    "export YARDARM_TOKEN=…",
    `export YARDARM_${kind.toUpperCase()}_KEY=$(yardarm keys create --project ${shell(project)} --environment ${shell(environment)} --kind ${kind} --name my-program)`,
  ].join("\n");
  return (
    <div className={panel.stack}>
      <header className={panel.head}>
        <EnvironmentChoice flag={flag} environment={environment} />
        <span className={panel.hint}>{words.hint(location.origin)}</span>
      </header>
      <section className={panel.panel} aria-label={words.title}>
        <SnippetTabs
          asked={{ url: location.origin, key: null, flag, off }}
          framework={framework}
          choose={setFramework}
        />
        <p className={panel.hint}>{flag.client_visible ? words.client : words.notClient}</p>
      </section>
      <section className={panel.panel} aria-label={words.keyTitle}>
        <h2>{words.keyTitle}</h2>
        <p className={panel.hint}>{words.key}</p>
        <CodeBlock label={words.keyTitle} code={`${key}\n`} />
      </section>
    </div>
  );
}
