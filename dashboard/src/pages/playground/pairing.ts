import type { Answer } from "../../client";

/** What one flag answers by several configurations; nothing where it is not there. */
export interface Beside {
  flag: string;
  answers: (Answer | undefined)[];
  /** Whether a program would not get the same everywhere. */
  differs: boolean;
}

/** The answers of several configurations side by side, by flag. */
export function paired(columns: readonly (readonly Answer[])[]): Beside[] {
  const known = columns.map((answers) => new Map(answers.map((answer) => [answer.flag, answer])));
  const flags = [...new Set(known.flatMap((answers) => [...answers.keys()]))].sort();
  return flags.map((flag) => {
    const answers = known.map((answers) => answers.get(flag));
    return { flag, answers, differs: new Set(answers.map(served)).size > 1 };
  });
}

function served(answer: Answer | undefined): string {
  return JSON.stringify(answer === undefined ? null : [answer.variant, answer.value]);
}
