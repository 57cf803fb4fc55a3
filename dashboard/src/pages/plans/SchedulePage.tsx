import { Button, Checkbox, JsonInput, MultiSelect, SegmentedControl, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { faultAt } from "../../api/faults";
import { answered } from "../../api/http";
import { environmentsQuery } from "../../api/queries";
import { createPlan, type NewPlan, type Repeat } from "../../client";
import { fromLocal, zoneHere } from "../../model/instants";
import { commandsOf, planOf } from "../../model/schedule";
import { Faults } from "../../parts/Faults";
import { text } from "../../text/en";
import { FlagSelect } from "../../parts/FlagSelect";
import { PlanEditor, useMaking } from "./PlanEditor";
import classes from "./Plans.module.css";
import { RepeatFields } from "./RepeatFields";
import { SchedulePreview } from "./SchedulePreview";

const words = text.plans.newSchedule;

type Kind = "on" | "off" | "json";
type Missed = NonNullable<NewPlan["missed"]>;
const USUAL = "";

/** A change at a time, or again and again: a switch, or whatever a command can say. */
export function SchedulePage() {
  const { project } = useParams({ from: "/projects/$project/plans/schedule" });
  const search = useSearch({ from: "/projects/$project/plans/schedule" });
  const [kind, setKind] = useState<Kind>(search.command === undefined ? "on" : "json");
  const [flag, setFlag] = useState<string | null>(search.flag ?? null);
  const [typed, setTyped] = useState(() => pretty(search.command ?? ""));
  const [environments, setEnvironments] = useState<string[] | null>(
    search.environment === undefined ? null : [search.environment],
  );
  const [at, setAt] = useState("");
  const [repeat, setRepeat] = useState<Repeat | null>(null);
  const [needsApproval, setNeedsApproval] = useState(false);
  const [missed, setMissed] = useState<Missed | typeof USUAL>(USUAL);
  const [name, setName] = useState("");
  const [reason, setReason] = useState("");
  const [force, setForce] = useState(false);
  const known = useQuery(environmentsQuery(project));
  const keys = known.data?.map(({ key }) => key) ?? [];
  const where = environments ?? keys.filter((key) => key === "production");
  const [commands, wrong] = commandsFrom(kind, flag, typed);
  const instant = fromLocal(at);
  const plan =
    commands === null || known.isPending || (kind !== "json" && where.length === 0)
      ? null
      : planOf({
          commands,
          environments: where,
          at: instant,
          repeat,
          needsApproval,
          missed: missed === USUAL ? null : missed,
          name: name.trim(),
          reason: reason.trim(),
          force,
        });
  const make = useMaking(project, (body: NewPlan) =>
    answered(createPlan({ path: { project }, body })),
  );
  return (
    <PlanEditor
      project={project}
      title={words.title}
      hint={words.hint}
      submit={() => {
        if (plan !== null) make.mutate(plan);
      }}
      previewTitle={words.preview}
      preview={
        plan === null ? (
            <p className={classes.caption}>{words.pick}</p>
          ) : (
            <SchedulePreview project={project} plan={plan} />
          )
      }
    >
      <Select
        label={words.what}
        data={(["on", "off", "json"] as const).map((value) => ({ value, label: words.kinds[value] }))}
        value={kind}
        onChange={(value) => setKind(value as Kind)}
      />
      {kind === "json" ? (
        <JsonInput
          label={words.commands}
          description={words.commandsHint}
          autosize
          minRows={5}
          required
          value={typed}
          onChange={setTyped}
          styles={{ input: { fontFamily: "var(--mantine-font-family-monospace)" } }}
          error={typed.trim() === "" ? undefined : (wrong ?? faultAt(make.error, "/steps/0/commands"))}
        />
      ) : (
        <FlagSelect
          project={project}
          value={flag}
          change={setFlag}
          error={faultAt(make.error, "/steps/0/commands")}
        />
      )}
      <MultiSelect
        label={text.plans.newRamp.environments}
        data={keys}
        value={where}
        onChange={setEnvironments}
        error={faultAt(make.error, "/steps/0/environments")}
      />
      <SegmentedControl
        aria-label={words.when}
        value={repeat === null ? "once" : "repeats"}
        data={[
          { value: "once", label: words.once },
          { value: "repeats", label: words.repeats },
        ]}
        onChange={(value) =>
          setRepeat(value === "once" ? null : { every: "weekly", zone: zoneHere(), time: "09:00", days: ["mon"] })
        }
      />
      {repeat === null ? (
        <TextInput
          type="datetime-local"
          label={words.at}
          description={words.atHint(zoneHere())}
          value={at}
          onChange={(event) => setAt(event.currentTarget.value)}
          error={faultAt(make.error, "/steps/0/at")}
          required
        />
      ) : (
        <RepeatFields repeat={repeat} change={setRepeat} error={make.error} />
      )}
      <Select
        label={words.missed}
        data={[
          { value: USUAL, label: words.missedKinds[repeat === null ? "pause" : "skip"] },
          ...(["pause", "skip", "run"] as const)
            .filter((value) => value !== (repeat === null ? "pause" : "skip"))
            .map((value) => ({ value, label: words.missedKinds[value] })),
        ]}
        value={missed}
        onChange={(value) => setMissed(value as Missed | typeof USUAL)}
      />
      <Checkbox
        label={words.approval}
        checked={needsApproval}
        onChange={(event) => setNeedsApproval(event.currentTarget.checked)}
      />
      <TextInput label={words.name} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <TextInput
        label={text.plans.reason}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Checkbox
        label={text.plans.newRamp.force}
        checked={force}
        onChange={(event) => setForce(event.currentTarget.checked)}
      />
      <Faults error={make.error} />
      <Button
        type="submit"
        disabled={plan === null || (repeat === null && instant === null)}
        loading={make.isPending}
      >
        {words.make}
      </Button>
      {(plan === null || (repeat === null && instant === null)) && (
        <span className={classes.caption}>{words.missing}</span>
      )}
    </PlanEditor>
  );
}

/** What is to be done; or why the text says nothing that could be. */
function commandsFrom(kind: Kind, flag: string | null, typed: string): [Record<string, unknown>[] | null, string?] {
  if (kind !== "json") {
    return [flag === null ? null : [{ type: "set_enabled", flag, enabled: kind === "on" }]];
  }
  try {
    return [commandsOf(typed)];
  } catch (error) {
    return [null, words.notJson(error instanceof Error ? error.message : String(error))];
  }
}

function pretty(command: string): string {
  try {
    return command === "" ? "" : JSON.stringify(JSON.parse(command), null, 2);
  } catch {
    return command;
  }
}
