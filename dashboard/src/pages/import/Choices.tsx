import { Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";

import { answered } from "../../api/http";
import { importKey, type ImportPlace } from "../../api/imports";
import { chooseOptions, type ImportChoice } from "../../client";
import { chosen, type Options } from "../../model/importOptions";
import { Faults } from "../../parts/Faults";
import { importsText as words } from "../../text/imports";
import classes from "./Import.module.css";

interface Props {
  place: ImportPlace;
  options: Options;
  choices: readonly ImportChoice[];
}

interface Picked {
  choice: ImportChoice;
  name: string;
}

/** Where the old code did something other than it said, a person decides. It is read anew then. */
export function Choices({ place, options, choices }: Props) {
  const queries = useQueryClient();
  const choose = useMutation({
    mutationFn: ({ choice, name }: Picked) =>
      answered(chooseOptions({ path: { ...place }, body: { options: chosen(options, choice, name) } })),
    onSuccess: (now) => queries.setQueryData(importKey(place), now),
  });
  // What was picked shows at once, also while the server reads anew.
  const picked = choose.isPending ? choose.variables : null;
  const isChosen = (choice: ImportChoice, name: string) =>
    picked?.choice.option === choice.option ? picked.name === name : choice.chosen === name;
  return (
    <section className={classes.panel} aria-label={words.choices}>
      <Title order={2}>{words.choices}</Title>
      <p className={classes.hint}>{words.choicesHint}</p>
      {choices.map((choice) => (
        <fieldset key={choice.option} className={classes.set} disabled={choose.isPending}>
          <legend>
            <bdi>{choice.example.message}</bdi>{" "}
            <span className={classes.caption}>
              {choice.option}
              {choice.flags > 0 && `, ${words.flagsConcerned(choice.flags)}`}
            </span>
          </legend>
          {Object.keys(choice.values).map((name) => (
            <label key={name} className={classes.option}>
              <input
                type="radio"
                name={choice.option}
                checked={isChosen(choice, name)}
                onChange={() => choose.mutate({ choice, name })}
              />
              <bdi>{labelOf(choice, name)}</bdi>
            </label>
          ))}
        </fieldset>
      ))}
      <Faults error={choose.error} />
    </section>
  );
}

function labelOf({ example }: ImportChoice, name: string): string {
  if (name === "did") return words.did(example.did ?? "");
  if (name === "said") return words.said(example.says ?? "");
  return name;
}
