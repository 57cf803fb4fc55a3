import { Button, Group, SegmentedControl, Title } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";

import { answered } from "../../api/http";
import { listPlans, type PlanView } from "../../client";
import { shownState } from "../../model/plans";
import { Chip } from "../../parts/Chip";
import { waitsFor } from "../../text/waiting";
import { Empty, Loading, Trouble } from "../../parts/States";
import { Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import classes from "./Plans.module.css";
import { useNow } from "../../parts/useNow";
import { TONES } from "./tones";

const words = text.plans;
const PAGE = 50;

type Shown = "open" | "all";

/** The project's plans: what each of them waits for, and how far it has come. */
export function PlansPage() {
  const { project } = useParams({ from: "/projects/$project/plans" });
  const [shown, setShown] = useState<Shown>("open");
  const navigate = useNavigate();
  const now = useNow();
  const found = useInfiniteQuery({
    queryKey: [project, "plans", shown],
    queryFn: ({ pageParam }) =>
      answered(
        listPlans({
          path: { project },
          query: {
            limit: PAGE,
            ...(shown === "open" && { open: true }),
            ...(pageParam !== "" && { cursor: pageParam }),
          },
        }),
      ),
    initialPageParam: "",
    getNextPageParam: (page) => page.next_cursor,
  });
  const plans = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className={classes.head}>
        <Title order={1}>{text.nav.plans}</Title>
        <SegmentedControl
          size="xs"
          aria-label={words.which}
          value={shown}
          onChange={(value) => setShown(value)}
          data={[
            { value: "open", label: words.open },
            { value: "all", label: words.all },
          ]}
        />
        <span className={classes.room} />
        <Group gap={8}>
          <Button
            variant="default"
            onClick={() => void navigate({ to: "/projects/$project/plans/schedule", params: { project } })}
          >
            {words.schedule}
          </Button>
          <Button onClick={() => void navigate({ to: "/projects/$project/plans/ramp", params: { project } })}>
            {words.ramp}
          </Button>
        </Group>
      </div>
      {found.isError && <Trouble error={found.error} retry={() => void found.refetch()} />}
      {found.isPending ? (
        <Loading lines={6} />
      ) : plans.length === 0 ? (
        !found.isError && (
          <Empty title={shown === "open" ? words.none : words.noneAtAll} docs="how-to/roll-out-in-steps">
            <span>{words.noneHint}</span>
          </Empty>
        )
      ) : (
        <div className={classes.card}>
          <Rows project={project} plans={plans} now={now} />
        </div>
      )}
      {found.hasNextPage && (
        <Button
          variant="default"
          mt="md"
          loading={found.isFetchingNextPage}
          onClick={() => void found.fetchNextPage()}
        >
          {words.older}
        </Button>
      )}
    </>
  );
}

function Rows({ project, plans, now }: { project: string; plans: PlanView[]; now: Date }) {
  return (
    <Table
      label={text.nav.plans}
      none=""
      rows={plans}
      keyOf={({ id }) => id}
      columns={[
        {
          name: words.columns.plan,
          cell: (plan) => {
            const state = shownState(plan);
            return (
              <span className={classes.name}>
                <Link to="/projects/$project/plans/$plan" params={{ project, plan: String(plan.id) }}>
                  <bdi className="untrusted">{plan.name || words.title(plan.id)}</bdi>
                </Link>
                <span>
                  <Chip tone={TONES[state]}>{words.states[state]}</Chip>
                </span>
              </span>
            );
          },
        },
        { name: words.columns.waits, cell: (plan) => <bdi>{waitsFor(plan, now)}</bdi> },
        {
          name: words.columns.steps,
          cell: ({ step, steps }) => (
            <span className={classes.name}>
              <span>{words.step(Math.min(step + 1, steps.length), steps.length)}</span>
              <span aria-hidden className={classes.steps}>
                {steps.slice(0, 20).map((_, index) => (
                  <i key={index} data-done={index < step || undefined} />
                ))}
              </span>
            </span>
          ),
        },
        { name: words.columns.author, cell: ({ author }) => <bdi>{author}</bdi> },
        { name: words.columns.updated, cell: ({ updated_at }) => <Time at={updated_at} /> },
      ]}
    />
  );
}
