import { Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";

import { text } from "../../text/en";
import classes from "./Plans.module.css";

/** Makes a plan and goes to its page. */
export function useMaking<T>(project: string, create: (body: T) => Promise<{ id: number }>) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  return useMutation({
    mutationFn: create,
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: [project] });
      await navigate({ to: "/projects/$project/plans/$plan", params: { project, plan: String(id) } });
    },
  });
}

interface Props {
  project: string;
  title: string;
  hint: string;
  submit: () => void;
  /** The fields, and the button that submits them. */
  children: ReactNode;
  previewTitle: string;
  preview: ReactNode;
}

/** The page on which a plan is made: its fields, and beside them what it would do. */
export function PlanEditor(props: Props) {
  const { project, title, hint, submit, children, previewTitle, preview } = props;
  return (
    <>
      <div className={classes.head}>
        <Link to="/projects/$project/plans" params={{ project }} className={classes.up}>
          {text.nav.plans}
        </Link>
        <Title order={1}>{title}</Title>
      </div>
      <p className={classes.caption}>{hint}</p>
      <div className={classes.editor}>
        <form
          className={`${classes.card ?? ""} ${classes.form ?? ""}`}
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          {children}
        </form>
        <section className={classes.card} data-main aria-label={previewTitle}>
          <h2>{previewTitle}</h2>
          {preview}
        </section>
      </div>
    </>
  );
}
