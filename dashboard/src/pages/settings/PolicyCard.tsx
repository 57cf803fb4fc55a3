import { Button, SegmentedControl, Textarea, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";

import { answered } from "../../api/http";
import {
  putEnvironmentPolicy,
  putProjectPolicy,
  removeEnvironmentPolicy,
  removeProjectPolicy,
} from "../../client";
import { policyOf, type Policy, type PolicyName } from "../../model/policies";
import { Chip } from "../../parts/Chip";
import { ConfirmButton } from "../../parts/ConfirmButton";
import { Faults } from "../../parts/Faults";
import { text } from "../../text/en";
import { ApprovalForm } from "./ApprovalForm";
import { BudgetsForm } from "./BudgetsForm";
import { FreezesForm } from "./FreezesForm";
import classes from "./Settings.module.css";

const words = text.settings.policies;

export interface PolicyFormProps {
  policy: Policy;
  change: (policy: Policy) => void;
  disabled: boolean;
}

const FORMS = { budgets: BudgetsForm, freezes: FreezesForm, approval: ApprovalForm };

/** What a policy that is new asks for at first. */
const NEW: Record<PolicyName, Policy> = {
  budgets: { max_share: 0.1 },
  freezes: { windows: [] },
  approval: { approvals: 1 },
};

interface Props {
  project: string;
  environment: string | null;
  name: PolicyName;
  own: Policy | undefined;
  inherited: Policy | undefined;
  /** Environments that have one of their own in its place. */
  elsewhere: string[];
  admin: boolean;
}

/** One policy: what holds, and a form or its JSON to change it. Nothing is set before Save. */
export function PolicyCard({ project, environment, name, own, inherited, elsewhere, admin }: Props) {
  const [draft, setDraft] = useState<Policy | null>(null);
  // The text as it is typed: while it is no JSON, there is no policy that it stands for.
  const [typed, setTyped] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const queries = useQueryClient();
  const fresh = () => queries.invalidateQueries({ queryKey: [project, "policies"] });
  const shown = draft ?? own ?? inherited;
  const save = useMutation({
    mutationFn: async (body: Policy) =>
      environment === null
        ? answered(putProjectPolicy({ path: { project, name }, body }))
        : answered(putEnvironmentPolicy({ path: { project, environment, name }, body })),
    onSuccess: async () => {
      await fresh();
      discard();
    },
  });
  const discard = () => {
    setDraft(null);
    setWrong(null);
    setTyped((was) => (was === null ? null : JSON.stringify(own ?? inherited ?? {}, null, 2)));
    save.reset();
  };
  const type = (value: string) => {
    setTyped(value);
    try {
      setDraft(policyOf(value));
      setWrong(null);
    } catch (error) {
      setWrong(words.notJson(error instanceof Error ? error.message : String(error)));
    }
  };
  const Form = FORMS[name];
  const editable = admin && (own !== undefined || draft !== null);
  const label = `${words.titles[name]}: ${words.as}`;
  return (
    <section className={classes.card} aria-label={words.titles[name]}>
      <div className={classes.head}>
        <Title order={2}>{words.titles[name]}</Title>
        <Chip tone={own ? "accent" : undefined}>
          {own ? words.own : inherited ? words.inherited : words.unset}
        </Chip>
        <span className={classes.room} />
        {shown !== undefined && (
          <SegmentedControl
            size="xs"
            aria-label={label}
            value={typed === null ? "form" : "json"}
            data={[
              { value: "form", label: words.form },
              { value: "json", label: words.json },
            ]}
            onChange={(as) => {
              setTyped(as === "json" ? JSON.stringify(shown, null, 2) : null);
              setWrong(null);
            }}
          />
        )}
      </div>
      <p className={classes.hint}>{words.hints[name]}</p>
      {elsewhere.length > 0 && (
        <p className={classes.hint}>
          {words.elsewhere}{" "}
          {elsewhere.map((key, index) => (
            <span key={key}>
              {index > 0 && ", "}
              <Link
                to="/projects/$project/settings/$tab"
                params={{ project, tab: "policies" }}
                search={{ environment: key }}
              >
                <bdi>{key}</bdi>
              </Link>
            </span>
          ))}
        </p>
      )}
      {shown !== undefined &&
        (typed === null ? (
          <Form policy={shown} change={setDraft} disabled={!editable} />
        ) : (
          <Textarea
            aria-label={`${words.titles[name]}, ${words.json}`}
            autosize
            minRows={4}
            value={typed}
            disabled={!editable}
            spellCheck={false}
            styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
            error={wrong}
            onChange={(event) => type(event.currentTarget.value)}
          />
        ))}
      <Faults error={save.error} />
      <div className={classes.foot}>
        {draft !== null ? (
          <>
            <Button disabled={wrong !== null} loading={save.isPending} onClick={() => save.mutate(draft)}>
              {text.settings.save}
            </Button>
            <Button variant="default" onClick={discard}>
              {text.settings.discard}
            </Button>
          </>
        ) : own === undefined ? (
          <Button
            variant="default"
            disabled={!admin}
            aria-label={`${words.titles[name]}: ${words.set}`}
            onClick={() => {
              const begun = inherited ?? NEW[name];
              setDraft(begun);
              setTyped((was) => (was === null ? null : JSON.stringify(begun, null, 2)));
            }}
          >
            {words.set}
          </Button>
        ) : (
          admin && (
            <ConfirmButton
              variant="default"
              title={words.remove(words.titles[name])}
              words={environment === null ? words.removeProject : words.removeEnvironment}
              danger
              go={async () => {
                await (environment === null
                  ? answered(removeProjectPolicy({ path: { project, name } }))
                  : answered(removeEnvironmentPolicy({ path: { project, environment, name } })));
                await fresh();
                discard();
              }}
            >
              {text.settings.remove}
            </ConfirmButton>
          )
        )}
      </div>
    </section>
  );
}
