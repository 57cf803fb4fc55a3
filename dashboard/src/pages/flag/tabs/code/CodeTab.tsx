import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";

import { Icon } from "../../../../parts/Icon";
import { text } from "../../../../text/en";
import { EnvironmentChoice } from "../EnvironmentChoice";
import panel from "../panel.module.css";
import type { TabProps } from "../Tabs";
import { snippetsOf } from "./snippets";

/** Programs that ask for this flag, to be copied. */
export function CodeTab({ project, flag, environment }: TabProps) {
  const words = text.flagTabs.code;
  const off = flag.environments[environment]?.off ?? null;
  const found = snippetsOf({ url: location.origin, project, environment, flag, off });
  return (
    <div className={panel.stack}>
      <header className={panel.head}>
        <EnvironmentChoice flag={flag} environment={environment} />
        <span className={panel.hint}>{words.hint(location.origin)}</span>
      </header>
      <Snippet title={words.keyTitle} code={found.key}>
        {words.key}
      </Snippet>
      <Snippet title={words.python} code={found.python} />
      <Snippet title={words.openfeature} code={found.openfeature} />
      <Snippet title={words.curl} code={found.curl}>
        {flag.client_visible ? words.client : words.notClient}
      </Snippet>
    </div>
  );
}

function Snippet({ title, code, children }: { title: string; code: string; children?: string }) {
  const clipboard = useClipboard();
  const words = text.flagTabs.code;
  return (
    <section className={panel.panel} aria-label={title}>
      <div className={panel.head}>
        <h2>{title}</h2>
        <span className={panel.room} />
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Icon name="copy" size={12} />}
          aria-label={`${words.copy}: ${title}`}
          onClick={() => clipboard.copy(code)}
        >
          {clipboard.copied ? words.copied : words.copy}
        </Button>
      </div>
      {children && <p className={panel.hint}>{children}</p>}
      {/* A long line scrolls, by keyboard too. */}
      {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <pre className={panel.code} tabIndex={0} aria-label={title}>
        {code}
      </pre>
    </section>
  );
}
