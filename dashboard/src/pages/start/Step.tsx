import { Icon } from "../../parts/Icon";
import { text } from "../../text/en";
import classes from "./Start.module.css";

export type StepState = "done" | "now" | "later";

interface Props {
  number: number;
  title: string;
  state: StepState;
  /** What stands beside the title: a line about what is done, or a hint. */
  aside?: React.ReactNode;
  children?: React.ReactNode;
}

/** A step of the way. A done one has a tick in the place of its number. */
export function Step({ number, title, state, aside, children }: Props) {
  return (
    <li className={classes.step} data-state={state} aria-current={state === "now" ? "step" : undefined}>
      <span className={classes.mark}>
        {state === "done" ? <Icon name="check" size={14} /> : number}
      </span>
      <div className={classes.title}>
        <h2 aria-label={state === "done" ? text.start.done(title) : undefined}>{title}</h2>
        <div className={classes.aside}>{aside}</div>
      </div>
      {children && <div className={classes.body}>{children}</div>}
    </li>
  );
}
