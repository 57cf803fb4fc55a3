import { Button, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useEffect, useState } from "react";

import { Failed } from "../../api/http";
import { environmentsQuery, flagQuery } from "../../api/queries";
import type { ProjectFlag } from "../../client";
import {
  answerTo,
  countedWith,
  dropKeys,
  keepProgress,
  loadKey,
  loadProgress,
  type Progress,
} from "../../model/firstRun";
import { DocsLink } from "../../parts/DocsLink";
import { Loading, Trouble } from "../../parts/States";
import { Variant } from "../../parts/Variant";
import { keyKindOf, SNIPPETS } from "../../snippets/snippets.ts";
import { text } from "../../text/en";
import { Arrived, Waiting } from "./ArriveStep";
import { AskStep } from "./AskStep";
import { FlagStep } from "./FlagStep";
import { FlipStep } from "./FlipStep";
import { answersQuery, countsQuery } from "./queries";
import classes from "./Start.module.css";
import { Step } from "./Step";

const words = text.start;

/** The first run: a flag, a program that asks for it, its answers, and the switch. */
export function StartPage() {
  const { project } = useParams({ from: "/projects/$project/start" });
  const [progress, setProgress] = useState(() => loadProgress(project));
  const keep = (next: Progress | null) => {
    keepProgress(project, next);
    setProgress(next);
  };
  const environments = useQuery(environmentsQuery(project));
  return (
    <div className={classes.page}>
      <header className={classes.head}>
        <Title order={1}>{words.title}</Title>
        <span className={classes.hint}>{words.about}</span>
        <Link to="/projects/$project/flags" params={{ project }}>
          {words.skip}
        </Link>
      </header>
      <p className={classes.lead}>
        {words.lead}
        <DocsLink to="how-to/#move-from-something-else">{words.move}</DocsLink>
        {words.or}
        <DocsLink to="reference/terms">{words.words}</DocsLink>.
      </p>
      {environments.isError && (
        <Trouble error={environments.error} retry={() => void environments.refetch()} />
      )}
      {environments.isPending && <Loading lines={4} />}
      {environments.data &&
        (progress === null ? (
          <Beginning
            project={project}
            environments={environments.data.map(({ key }) => key)}
            begin={keep}
          />
        ) : (
          <Going key={progress.since} project={project} progress={progress} keep={keep} />
        ))}
    </div>
  );
}

function Beginning(props: { project: string; environments: string[]; begin: (first: Progress) => void }) {
  const { project, environments, begin } = props;
  return (
    <ol className={classes.steps}>
      <Step number={1} title={words.flag.title} state="now">
        <FlagStep
          project={project}
          environments={environments}
          chosen={(environment, flag, since) =>
            begin({
              environment, flag, since, framework: "python",
              copied: null, seen: null, flip: null, learned: null,
            })
          }
        />
      </Step>
      <Step number={2} title={words.ask.title} state="later" />
      <Step number={3} title={words.arrive.title} state="later" />
      <Step number={4} title={words.flip.title} state="later" />
    </ol>
  );
}

interface GoingProps {
  project: string;
  progress: Progress;
  keep: (next: Progress | null) => void;
}

function Going({ project, progress, keep }: GoingProps) {
  const found = useQuery(flagQuery(project, progress.flag));
  const gone = found.error instanceof Failed && found.error.problem.status === 404;
  useEffect(() => {
    if (gone) keep(null);
  });
  if (found.isPending) return <Loading lines={6} />;
  if (found.isError) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  return <Steps project={project} progress={progress} keep={keep} flag={found.data.flag} />;
}

function Steps({ project, progress, keep, flag }: GoingProps & { flag: ProjectFlag }) {
  const { environment, flip, framework } = progress;
  const [shown, setShown] = useState(false);
  const go = (more: Partial<Progress>) => keep({ ...progress, ...more });
  const answers = useQuery(answersQuery(project, environment, flag.key));
  const counts = useQuery(countsQuery(project, environment, flag.key, progress.since));
  const [first, sums] = [answers.data ?? [], counts.data ?? []];
  const hasKey = loadKey(project, environment, keyKindOf(framework)) !== null;
  const connected = first.length > 0 || sums.length > 0;
  const hasAnswered =
    flip !== null &&
    (answerTo(flip, first) !== undefined ||
      (first.length === 0 && countedWith(flip.on, sums) > flip.counted));
  useEffect(() => {
    if (connected && progress.seen === null) {
      dropKeys(project);
      go({ seen: Date.now() });
    } else if (hasAnswered && progress.learned === null) go({ learned: Date.now() - flip.pressed });
  });
  const lost = answers.error ?? counts.error;
  return (
    <ol className={classes.steps}>
      <Step
        number={1}
        title={words.flag.title}
        state="done"
        aside={<ChosenFlag flag={flag} environment={environment} change={() => keep(null)} />}
      />
      <Step
        number={2}
        title={words.ask.title}
        state={connected ? "done" : "now"}
        aside={
          connected && !shown ? (
            <>
              <code>{SNIPPETS[framework]({ url: "", key: null, flag, off: null }).file}</code>
              {text.snippets.names[framework]}
              <Button variant="subtle" size="compact-sm" onClick={() => setShown(true)}>
                {words.show}
              </Button>
            </>
          ) : (
            hasKey && <span className={classes.hint}>{words.ask.hasKey}</span>
          )
        }
      >
        {(!connected || shown) && <AskStep project={project} progress={progress} flag={flag} go={go} />}
      </Step>
      <Step number={3} title={words.arrive.title} state={connected ? "done" : "now"}>
        {lost !== null && <Trouble error={lost} />}
        {connected ? (
          <Arrived project={project} progress={progress} flag={flag} answers={first} counts={sums} />
        ) : (
          <Waiting project={project} progress={progress} flag={flag} />
        )}
      </Step>
      <Step
        number={4}
        title={words.flip.title}
        state={progress.learned !== null ? "done" : connected ? "now" : "later"}
      >
        <FlipStep
          project={project}
          progress={progress}
          flag={flag}
          answers={first}
          counts={sums}
          connected={connected}
          go={go}
        />
        {progress.learned !== null && <Next project={project} flag={flag.key} again={() => keep(null)} />}
      </Step>
    </ol>
  );
}

function ChosenFlag({ flag, environment, change }: { flag: ProjectFlag; environment: string; change: () => void }) {
  const here = flag.environments[environment];
  const of = { variants: flag.variants.map(({ key }) => key), off: here?.off ?? null };
  return (
    <>
      <code className="untrusted">{flag.key}</code>
      {flag.type}:
      {flag.variants.slice(0, 3).map(({ key }) => (
        <Variant key={key} of={of} name={key} />
      ))}
      {words.flag.switched(here?.enabled ?? false, environment)}
      <Button variant="subtle" size="compact-sm" onClick={change}>
        {words.change}
      </Button>
    </>
  );
}

function Next({ project, flag, again }: { project: string; flag: string; again: () => void }) {
  return (
    <nav className={classes.next} aria-label={words.next.label}>
      <Button
        renderRoot={(props) => (
          <Link {...props} to="/projects/$project/flags/$flag" params={{ project, flag }} />
        )}
      >
        {words.next.open(flag)}
      </Button>
      <Button
        variant="default"
        renderRoot={(props) => (
          <Link {...props} to="/projects/$project/settings/$tab" params={{ project, tab: "people" }} />
        )}
      >
        {words.next.colleague}
      </Button>
      <Button variant="default" component="a" href="/docs/how-to/roll-out-gradually">
        {words.next.roll}
      </Button>
      <Button variant="subtle" onClick={again}>
        {words.next.again}
      </Button>
    </nav>
  );
}
