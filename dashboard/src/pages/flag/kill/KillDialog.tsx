import { Button, Modal, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";

import { answered } from "../../../api/http";
import { killFlag, type ProjectFlag } from "../../../client";
import { mainLast } from "../../../model/environments";
import { Faults } from "../../../parts/Faults";
import { Icon } from "../../../parts/Icon";
import { usePhone } from "../../../parts/usePhone";
import { Variant } from "../../../parts/Variant";
import { killText as words } from "../../../text/kill";
import { Concerned } from "./Concerned";
import classes from "./kill.module.css";
import { Losing } from "./Losing";

interface Props {
  project: string;
  flag: ProjectFlag;
  opened: boolean;
  close: () => void;
}

/** The second step: says who loses what, as far as it is known by then, and waits for nothing. */
export function KillDialog({ project, flag, opened, close }: Props) {
  const phone = usePhone();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [reason, setReason] = useState("");
  const serving = mainLast(Object.keys(flag.environments))
    .reverse()
    .filter((key) => flag.environments[key]?.enabled);
  const [main] = serving;
  const kill = useMutation({
    mutationFn: (environments: string[] | null) =>
      answered(killFlag({ path: { project, flag: flag.key }, body: { environments, reason: reason.trim() } })),
    onSuccess: async ({ change_set }) => {
      close();
      await queries.invalidateQueries({ queryKey: [project] });
      await navigate({
        to: "/projects/$project/flags/$flag",
        params: { project, flag: flag.key },
        search: { killed: change_set },
      });
    },
  });
  const offs = new Set(serving.map((key) => flag.environments[key]?.off ?? null));
  const [off] = offs;
  const of = { variants: flag.variants.map(({ key }) => key), off: off ?? null };
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={words.title(flag.key)}
      classNames={{ inner: classes.inner, content: classes.sheet, title: classes.title }}
    >
      <p className={classes.what}>
        {offs.size === 1 && typeof off === "string" ? (
          <>
            {words.everyone} <Variant of={of} name={off} />
            {words.inEvery}
          </>
        ) : (
          words.each
        )}
      </p>
      <Losing project={project} flag={flag} environments={serving} />
      <Concerned project={project} flag={flag.key} environments={serving} />
      <form
        className={classes.acts}
        onSubmit={(event) => {
          event.preventDefault();
          kill.mutate(null);
        }}
      >
        <TextInput
          aria-label={words.reason}
          placeholder={words.reason}
          value={reason}
          maxLength={1000}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        <Faults error={kill.error} />
        <Button
          type="submit"
          color="danger"
          leftSection={<Icon name="kill" />}
          loading={kill.isPending}
          data-autofocus={phone || undefined}
        >
          {words.everywhere}
        </Button>
        {serving.length > 1 && main !== undefined && (
          <Button variant="default" disabled={kill.isPending} onClick={() => kill.mutate([main])}>
            {words.only(main)}
          </Button>
        )}
        <Button variant="subtle" color="gray" onClick={close} data-autofocus={!phone || undefined}>
          {words.cancel}
        </Button>
      </form>
    </Modal>
  );
}
