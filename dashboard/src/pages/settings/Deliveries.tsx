import type { Delivery } from "../../client";
import { Chip } from "../../parts/Chip";
import { Table } from "../../parts/Table";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";

const words = text.settings.webhook;
const TONES = { delivered: "ok", retrying: "warning", failed: "danger" } as const;

/** What the receiver said last, or why it could not be asked. */
export function outcome({ error, status }: Delivery): string {
  return error || (status === null ? "" : words.answered(status));
}

/** How the last deliveries ended, newest first. */
export function Deliveries({ deliveries }: { deliveries: Delivery[] }) {
  return (
    <Table
      label={words.deliveries}
      none={words.noDeliveries}
      rows={deliveries}
      keyOf={({ id }) => id}
      columns={[
        { name: words.columns.event, cell: ({ event }) => event },
        { name: words.columns.at, cell: ({ at }) => <Time at={at} /> },
        {
          name: words.columns.state,
          cell: ({ state }) => (
            <Chip tone={TONES[state]}>
              {state}
            </Chip>
          ),
        },
        { name: words.columns.tries, number: true, cell: ({ attempts }) => attempts },
        { name: words.columns.answer, cell: (delivery) => <bdi>{outcome(delivery)}</bdi> },
      ]}
    />
  );
}
