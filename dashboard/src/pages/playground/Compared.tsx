import type { ReactNode } from "react";

import type { Moment } from "../../model/moment";
import { text } from "../../text/en";
import { differing } from "../../trace/trace";
import { useExplained } from "../../trace/useExplained";
import { Column } from "./Column";
import { keyOf } from "./context";
import classes from "./PlaygroundPage.module.css";
import { Ribbon } from "./Ribbon";

interface Props {
  project: string;
  flag: string;
  sides: readonly [Moment, Moment];
  pickers: readonly [ReactNode, ReactNode];
  context: Record<string, unknown> | null;
  only: boolean;
  asOf: (moment: Moment) => void;
}

/** One flag by two configurations: the eye falls on what they do not have alike. */
export function Compared({ project, flag, sides, pickers, context, only, asOf }: Props) {
  const left = useExplained(project, sides[0], flag, context);
  const right = useExplained(project, sides[1], flag, context);
  const differs = differing(left.trace, right.trace);
  const words = text.playground;
  const both = left.answer !== undefined && right.answer !== undefined;
  const same = both && JSON.stringify(left.answer?.value) === JSON.stringify(right.answer?.value);
  const columns = [
    { name: words.left, explained: left },
    { name: words.right, explained: right },
  ];
  return (
    <div className={classes.compared}>
      {both && (
        <p className={classes.verdict} role="status">
          {differs.size === 0 ? words.alike : same ? words.answersAlike : words.answersDiffer}
        </p>
      )}
      <div className={classes.columns}>
        {columns.map(({ name, explained }, at) => (
          <Column
            key={name}
            name={name}
            environment={sides[at]?.environment ?? ""}
            picker={pickers[at]}
            context={context}
            explained={explained}
            differs={differs}
            only={only}
          />
        ))}
      </div>
      {context !== null && (
        <Ribbon
          project={project}
          environment={sides[0].environment}
          flag={flag}
          context={context}
          of={left.of}
          label={words.history(keyOf(context) || words.context, sides[0].environment)}
          chosen={left.answer?.environment_version}
          choose={(version) => asOf({ environment: sides[0].environment, version })}
        />
      )}
    </div>
  );
}
