import { Tabs } from "@mantine/core";

import { DocsLink } from "../parts/DocsLink";
import { text } from "../text/en";
import type { Asked } from "./asked.ts";
import { CodeBlock } from "./CodeBlock";
import classes from "./Snippets.module.css";
import { FRAMEWORKS, SNIPPETS, type Framework } from "./snippets.ts";

interface Props {
  asked: Asked;
  framework: Framework;
  choose: (framework: Framework) => void;
  onCopy?: () => void;
  /** What stands between the tabs and the program. */
  children?: React.ReactNode;
}

/** Programs that ask for a flag, one at a time. */
export function SnippetTabs({ asked, framework, choose, onCopy, children }: Props) {
  const words = text.snippets;
  const { file, install, run, code } = SNIPPETS[framework](asked);
  const ours = framework !== "browser" && framework !== "curl";
  return (
    <Tabs
      value={framework}
      onChange={(chosen) => choose(FRAMEWORKS.find((known) => known === chosen) ?? "python")}
      classNames={{ tab: classes.tab ?? "" }}
    >
      <Tabs.List aria-label={words.label}>
        {FRAMEWORKS.map((known) => (
          <Tabs.Tab key={known} value={known}>
            {words.names[known]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value={framework} className={classes.panel}>
        {children}
        <div className={classes.card}>
          <div className={classes.bar}>
            {install !== "" && <CodeBlock line label={words.install} code={install} />}
            <span className={classes.hint}>{ours ? words.needsYardarm : words.needsNothing}</span>
            <span className={classes.room} />
            <code>{file}</code>
          </div>
          <CodeBlock label={words.program} code={code} shown={shortened(code, asked.key)} onCopy={onCopy} />
          {run !== "" && (
            <div className={classes.foot}>
              <span className={classes.hint}>{words.run}</span>
              <CodeBlock line label={words.run} code={run} />
            </div>
          )}
        </div>
        <p className={classes.hint}>
          {words.others} <DocsLink to="how-to/use-openfeature">{words.othersHint}</DocsLink>
        </p>
      </Tabs.Panel>
    </Tabs>
  );
}

/** The code with only the beginning and the end of its key. */
function shortened(code: string, key: string | null): string {
  return key === null ? code : code.replaceAll(key, `${key.slice(0, 5)}…${key.slice(-4)}`);
}
