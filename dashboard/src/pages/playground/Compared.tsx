import type { ReactNode } from "react";

import type { Moment } from "../../model/moment";
import { text } from "../../text/en";
import { alongside, differing, type Differs } from "../../trace/trace";
import { useExplained } from "../../trace/useExplained";
import { Column } from "./Column";
import { keyOf } from "./context";
import classes from "./PlaygroundPage.module.css";
import { Ribbon } from "./Ribbon";

interface Props {
  project: string;
  flag: string;
  /** From two to four. */
  sides: readonly Moment[];
  pickers: readonly ReactNode[];
  context: Record<string, unknown> | null;
  only: boolean;
  asOf: (moment: Moment) => void;
}

/** One flag by several configurations: the eye falls on what is not as it is in the first. */
export function Compared({ project, flag, sides, pickers, context, only, asOf }: Props) {
  const first = sides[0] ?? { environment: "" };
  // Hooks are called alike each time: a column that is not there asks nothing.
  const ask = (at: number): Parameters<typeof useExplained> => [project, sides[at] ?? first, sides[at] ? flag : "", context];
  const found = [useExplained(...ask(0)), useExplained(...ask(1)), useExplained(...ask(2)), useExplained(...ask(3))]
    .slice(0, sides.length);
  const trace = found[0]?.trace ?? null;
  const columns = found.map((explained) => ({ ...explained, trace: alongside(trace, explained.trace) }));
  const marks = columns.slice(1).map((column) => differing(trace, column.trace));
  const words = text.playground;
  const answered = found.every(({ answer }) => answer !== undefined);
  const same = new Set(found.map(({ answer }) => JSON.stringify(answer?.value))).size === 1;
  const alike = marks.every(({ size }) => size === 0);
  return (
    <div className={classes.compared}>
      {answered && (
        <p className={classes.verdict} role="status">
          {!same ? words.answersDiffer : alike ? words.alike : words.answersAlike}
        </p>
      )}
      <div className={classes.columns} style={{ "--columns": sides.length } as React.CSSProperties}>
        {columns.map((explained, at) => (
          <Column
            key={at}
            name={words.column(at + 1)}
            environment={sides[at]?.environment ?? ""}
            picker={pickers[at]}
            context={context}
            explained={explained}
            differs={at === 0 ? united(marks) : (marks[at - 1] ?? new Map())}
            only={only}
          />
        ))}
      </div>
      {context !== null && (
        <Ribbon
          project={project}
          environment={first.environment}
          flag={flag}
          context={context}
          of={columns[0]?.of ?? { variants: [], off: null }}
          label={words.history(keyOf(context) || words.context, first.environment)}
          chosen={columns[0]?.answer?.environment_version}
          choose={(version) => asOf({ environment: first.environment, version })}
        />
      )}
    </div>
  );
}

/** What differs from any of the others. */
function united(marks: readonly Map<string, Differs>[]): Map<string, Differs> {
  const all = new Map<string, Differs>();
  for (const [path, how] of marks.flatMap((each) => [...each])) {
    if (all.get(path) !== "here") all.set(path, how);
  }
  return all;
}
