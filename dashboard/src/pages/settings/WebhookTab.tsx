import { Button, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";

import { answered } from "../../api/http";
import { useMe } from "../../app/session";
import { deleteWebhook, getWebhook, rotateSecret, testWebhook, type Webhook } from "../../client";
import { may } from "../../model/grants";
import { ConfirmButton } from "../../parts/ConfirmButton";
import { Faults } from "../../parts/Faults";
import { SecretOnce } from "../../parts/SecretOnce";
import { Empty, Loading, Trouble } from "../../parts/States";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import { Deliveries, outcome } from "./Deliveries";
import classes from "./Settings.module.css";
import { WebhookForm } from "./WebhookForm";

const words = text.settings.webhook;

/** The one address that the project's events go to. */
export function WebhookTab({ project }: { project: string }) {
  const me = useMe();
  const admin = may(me.grants, "admin", project);
  const [secret, setSecret] = useState<string | null>(null);
  const found = useQuery({
    queryKey: [project, "webhook"],
    enabled: admin,
    queryFn: async () => (await answered(getWebhook({ path: { project } }))).webhook,
  });
  if (!admin) return <Empty title={text.settings.needs("admin", text.settings.inProject)} />;
  if (found.isPending) return <Loading lines={6} />;
  if (found.isError) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  const webhook = found.data;
  return (
    <>
      <section className={classes.card} aria-label={text.settings.tabs.webhook}>
        <div className={classes.head}>
          <Title order={2}>{webhook ? text.settings.tabs.webhook : words.none}</Title>
          <span className={classes.room} />
          {webhook && (
            <span className={classes.caption}>
              {words.by} <bdi>{webhook.updated_by}</bdi> <Time at={webhook.updated_at} />
            </span>
          )}
        </div>
        <p className={classes.hint}>{words.intro}</p>
        <WebhookForm key={webhook?.updated_at ?? ""} project={project} webhook={webhook} given={setSecret} />
        {webhook && <Acts project={project} given={setSecret} />}
      </section>
      {webhook && <Sent webhook={webhook} />}
      <SecretOnce title={words.secret} secret={secret} close={() => setSecret(null)} />
    </>
  );
}

function Acts({ project, given }: { project: string; given: (secret: string) => void }) {
  const queries = useQueryClient();
  const fresh = () => queries.invalidateQueries({ queryKey: [project, "webhook"] });
  const path = { project };
  const test = useMutation({ mutationFn: () => answered(testWebhook({ path })), onSettled: fresh });
  return (
    <>
      <div className={classes.foot}>
        <Button variant="default" loading={test.isPending} onClick={() => test.mutate()}>
          {words.test}
        </Button>
        <ConfirmButton
          variant="default"
          title={words.rotateTitle}
          words={words.rotateWords}
          danger
          go={async () => given((await answered(rotateSecret({ path }))).secret)}
        >
          {words.rotate}
        </ConfirmButton>
        <ConfirmButton
          variant="default"
          title={words.removeTitle}
          words={words.removeWords}
          danger
          go={async () => {
            await answered(deleteWebhook({ path }));
            await fresh();
          }}
        >
          {text.settings.remove}
        </ConfirmButton>
        {test.data && (
          <span role="status">
            {words.tested[test.data.state]} {outcome(test.data)}
          </span>
        )}
      </div>
      <Faults error={test.error} />
    </>
  );
}

function Sent({ webhook }: { webhook: Webhook }) {
  return (
    <section className={classes.card} aria-label={words.deliveries}>
      <div className={classes.head}>
        <Title order={2}>{words.deliveries}</Title>
      </div>
      <Deliveries deliveries={webhook.deliveries} />
    </section>
  );
}
