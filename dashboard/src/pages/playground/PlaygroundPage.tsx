import { ActionIcon, Button, Checkbox, Kbd, Switch, Title } from "@mantine/core";
import { useClipboard, useDebouncedCallback, useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { environmentsQuery } from "../../api/queries";
import type { PlaygroundSearch } from "../../app/router";
import { useKeys } from "../../keys/useKeys";
import { written, type Moment } from "../../model/moment";
import { Icon } from "../../parts/Icon";
import { Empty, Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import { OutcomeMark } from "../../trace/TraceTree";
import { AllFlags } from "./AllFlags";
import { Compared } from "./Compared";
import { readContext } from "./context";
import { ContextEditor } from "./ContextEditor";
import { FlagPicker } from "./FlagPicker";
import { MomentPicker } from "../../parts/MomentPicker";
import classes from "./PlaygroundPage.module.css";
import { another, MOST, sidesOf } from "./sides";

const PAUSE_MS = 250;
const FIRST = '{\n  "key": "user-1"\n}';

/** Any context, any flag, several configurations side by side: what is answered, and why. */
export function PlaygroundPage() {
  const { project } = useParams({ from: "/projects/$project/playground" });
  const search = useSearch({ from: "/projects/$project/playground" });
  const navigate = useNavigate({ from: "/projects/$project/playground" });
  const put = (more: PlaygroundSearch) =>
    void navigate({ search: (was) => ({ ...was, ...more }), replace: true });
  const environments = useQuery(environmentsQuery(project));
  const words = text.playground;
  const [typed, setTyped] = useState(search.context ?? FIRST);
  const keep = useDebouncedCallback((context: string) => put({ context }), PAUSE_MS);
  const [settled] = useDebouncedValue(typed, PAUSE_MS);
  const { context } = readContext(settled);
  const [only, setOnly] = useState(false);
  const clipboard = useClipboard();
  useKeys({ d: () => setOnly((was) => !was) });
  if (environments.isPending) return <Loading lines={6} />;
  if (environments.isError) return <Trouble error={environments.error} retry={() => void environments.refetch()} />;
  const keys = environments.data.map(({ key }) => key);
  const sides = sidesOf(keys, search.columns ?? []);
  const show = (next: Moment[]) => put({ columns: next.map(written) });
  const change = (at: number, moment: Moment) => show(sides.map((side, index) => (index === at ? moment : side)));
  const pickers = sides.map((side, at) => (
    <>
      <MomentPicker
        project={project}
        environments={keys}
        flag={search.all ? undefined : search.flag}
        column={words.column(at + 1)}
        moment={side}
        change={(moment) => change(at, moment)}
      />
      {sides.length > 2 && (
        <ActionIcon
          className={classes.away}
          variant="subtle"
          color="gray"
          size={24}
          aria-label={words.removeColumn(at + 1)}
          onClick={() => show(sides.filter((_, index) => index !== at))}
        >
          <Icon name="close" size={12} />
        </ActionIcon>
      )}
    </>
  ));
  return (
    <>
      <header className={classes.head}>
        <Title order={1}>{words.title}</Title>
        <span className={classes.hint}>{words.hint}</span>
        <Button
          variant="default"
          leftSection={<Icon name="copy" />}
          onClick={() => clipboard.copy(location.href)}
        >
          {clipboard.copied ? words.copied : words.copyLink}
        </Button>
        <Button
          variant="default"
          leftSection={<Icon name="plus" />}
          disabled={sides.length >= MOST}
          onClick={() => show([...sides, another(keys, sides)])}
        >
          {words.addColumn}
        </Button>
      </header>
      <div className={classes.page}>
        <aside className={classes.aside}>
          <ContextEditor
            project={project}
            environment={sides[0]?.environment ?? ""}
            written={typed}
            change={(next) => {
              setTyped(next);
              keep(next);
            }}
          />
          <section className={classes.part} aria-label={words.flag}>
            <FlagPicker
              project={project}
              flag={search.flag}
              choose={(flag) => put({ flag, all: undefined })}
            />
            <Checkbox
              label={words.all}
              checked={search.all ?? false}
              onChange={(event) => put({ all: event.currentTarget.checked || undefined })}
            />
          </section>
          <Switch
            label={
              <>
                {words.only} <Kbd size="xs">D</Kbd>
              </>
            }
            checked={only}
            onChange={(event) => setOnly(event.currentTarget.checked)}
          />
        </aside>
        {search.all ? (
          <AllFlags
            project={project}
            sides={sides}
            pickers={pickers}
            context={context}
            only={only}
            choose={(flag) => put({ flag, all: undefined })}
          />
        ) : search.flag === undefined ? (
          <Empty title={words.noFlag} />
        ) : (
          <Compared
            project={project}
            flag={search.flag}
            sides={sides}
            pickers={pickers}
            context={context}
            only={only}
            asOf={(moment) => change(0, moment)}
          />
        )}
      </div>
      {!search.all && search.flag !== undefined && (
        <p className={classes.legend}>
          {(["matched", "not-matched", "not-asked"] as const).map((outcome) => (
            <span key={outcome}>
              <OutcomeMark outcome={outcome} /> <span aria-hidden>{text.trace[outcome]}</span>
            </span>
          ))}
        </p>
      )}
    </>
  );
}
