import { Switch } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { disableFlag, enableFlag, type Count, type FirstAnswer, type ProjectFlag } from "../../client";
import {
  answerTo,
  countedWith,
  durationWords,
  exactMs,
  type Flip,
  type Progress,
} from "../../model/firstRun";
import { Faults } from "../../parts/Faults";
import { SNIPPETS } from "../../snippets/snippets.ts";
import { text } from "../../text/en";
import classes from "./Start.module.css";

const words = text.start.flip;

interface Props {
  project: string;
  progress: Progress;
  flag: ProjectFlag;
  answers: FirstAnswer[];
  counts: Count[];
  connected: boolean;
  go: (more: Partial<Progress>) => void;
}

/** The switch, and how long it took until the program answered anew. */
export function FlipStep({ project, progress, flag, answers, counts, connected, go }: Props) {
  const { environment, flip } = progress;
  const on = flag.environments[environment]?.enabled ?? false;
  const queries = useQueryClient();
  const turn = useMutation({
    mutationFn: async (to: boolean) => {
      const pressed = Date.now();
      const path = { project, environment, flag: flag.key };
      const headers = { "If-Match": "*" };
      const done = await answered(to ? enableFlag({ path, headers }) : disableFlag({ path, headers }));
      return { done, to, pressed };
    },
    onSuccess: async ({ done, to, pressed }) => {
      const change = "changes" in done ? done.changes[0] : undefined;
      if (change !== undefined) {
        const { version, at } = change;
        go({ flip: { version, at, on: to, pressed, counted: countedWith(to, counts) }, learned: null });
      }
      await queries.invalidateQueries({ queryKey: [project] });
    },
  });
  const request = turn.data && "change_request" in turn.data.done ? turn.data.done.change_request : null;
  return (
    <div className={classes.card} data-waits={!connected || undefined}>
      <Switch
        classNames={{ label: classes.switch ?? "" }}
        size="lg"
        checked={on}
        disabled={!connected || turn.isPending}
        onChange={(event) => turn.mutate(event.currentTarget.checked)}
        label={words.is(flag.key, on, environment)}
        description={connected ? words.now : words.first}
      />
      <div role="status">
        {request !== null && <p>{words.approve(request.id)}</p>}
        {flip !== null && request === null && (
          <Outcome flip={flip} progress={progress} flag={flag} answers={answers} />
        )}
      </div>
      <Faults error={turn.error} />
    </div>
  );
}

type OutcomeProps = Pick<Props, "progress" | "flag" | "answers"> & { flip: Flip };

function Outcome({ flip, progress, flag, answers }: OutcomeProps) {
  const { learned, environment, framework } = progress;
  if (learned === null) {
    const { open } = SNIPPETS[framework]({ url: location.origin, key: null, flag, off: null });
    if (framework === "curl") return <p className={classes.hint}>{words.waitingCurl}</p>;
    return <p className={classes.hint}>{open === "" ? words.waiting : words.waitingOpen}</p>;
  }
  const answer = answerTo(flip, answers);
  const here = flag.environments[environment];
  const variant = answer?.variant ?? (typeof here?.default === "string" && flip.on ? here.default : (here?.off ?? ""));
  const program = answer?.application ?? words.your;
  const ms = answer === undefined ? null : exactMs(flip, answer, learned);
  return ms === null ? (
    <>
      <strong>{words.within(program, variant, durationWords(learned))}</strong>
      <p className={classes.hint}>{words.byPage}</p>
    </>
  ) : (
    <>
      <strong>{words.exact(program, variant, durationWords(ms))}</strong>
      <p className={classes.hint}>{words.by}</p>
    </>
  );
}
