import { Button, Checkbox, MultiSelect, NumberInput, Progress, Select, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";

import { faultAt } from "../../api/faults";
import { answered } from "../../api/http";
import { environmentsQuery, flagQuery } from "../../api/queries";
import { createRamp, type NewRamp } from "../../client";
import { HOLD_UNITS, secondsOf, type HoldUnit } from "../../model/durations";
import { isRising } from "../../model/ramp";
import { Faults } from "../../parts/Faults";
import { Mark, markOf } from "../../parts/Variant";
import { text } from "../../text/en";
import { FlagSelect } from "../../parts/FlagSelect";
import { Percentages } from "./Percentages";
import { PlanEditor, useMaking } from "./PlanEditor";
import classes from "./Plans.module.css";
import { RampPreview } from "./RampPreview";

const words = text.plans.newRamp;
const DEFAULT = "";

/** A ramp being written: who moves in each step is counted while one writes. */
export function RampPage() {
  const { project } = useParams({ from: "/projects/$project/plans/ramp" });
  const search = useSearch({ from: "/projects/$project/plans/ramp" });
  const [flag, setFlag] = useState<string | null>(search.flag ?? null);
  const [to, setTo] = useState<string | null>(null);
  const [rule, setRule] = useState(search.rule ?? DEFAULT);
  const [environments, setEnvironments] = useState<string[] | null>(
    search.environment === undefined ? null : [search.environment],
  );
  const [percents, setPercents] = useState<(number | null)[]>([1, 5, 25, 100]);
  const [hold, setHold] = useState<number | null>(3);
  const [unit, setUnit] = useState<HoldUnit>("hours");
  const [between, setBetween] = useState(false);
  const [reason, setReason] = useState("");
  const [force, setForce] = useState(false);
  const known = useQuery(environmentsQuery(project));
  const found = useQuery({ ...flagQuery(project, flag ?? ""), enabled: flag !== null });
  const keys = known.data?.map(({ key }) => key) ?? [];
  const where = environments ?? keys.filter((key) => key === "production");
  const there = found.data?.flag;
  const here = there?.environments[where[0] ?? ""];
  const of = { variants: there?.variants.map(({ key }) => key) ?? [], off: here?.off ?? null };
  const given = to !== null && of.variants.includes(to) ? to : (of.variants.find((key) => key !== of.off) ?? null);
  const rules = here?.rules.map(({ id, name }) => ({ value: id, label: words.ruleServes(name ? `${name} (${id})` : id) }));
  const shares = percents.filter((percent) => percent !== null);
  const rising = shares.length === percents.length && isRising(shares);
  const ramp: NewRamp | null =
    flag === null || given === null || where.length === 0 || !rising || hold === null
      ? null
      : {
          flag,
          to: given,
          environments: where,
          percentages: shares,
          hold_seconds: secondsOf(hold, unit),
          rule: rule === DEFAULT ? null : rule,
          approve_between: between,
          reason: reason.trim(),
          force,
        };
  const make = useMaking(project, (body: NewRamp) =>
    answered(createRamp({ path: { project }, body })),
  );
  return (
    <PlanEditor
      project={project}
      title={words.title}
      hint={words.hint}
      submit={() => {
        if (ramp !== null) make.mutate(ramp);
      }}
      previewTitle={words.preview}
      preview={
        ramp === null || there === undefined ? (
            found.isFetching ? <Progress value={100} size={2} animated aria-label={text.states.loading} /> : <p className={classes.caption}>{words.pick}</p>
          ) : (
            <RampPreview project={project} ramp={ramp} flags={there.environments} of={of} />
          )
      }
    >
      <FlagSelect
        project={project}
        value={flag}
        change={(key) => {
          setFlag(key);
          setTo(null);
          setRule(DEFAULT);
        }}
        error={faultAt(make.error, "/flag")}
      />
      <Select
        label={words.variant}
        required
        disabled={flag === null}
        data={of.variants}
        value={given}
        onChange={setTo}
        leftSection={given !== null && <Mark place={markOf(of.variants, of.off, given)} />}
        error={faultAt(make.error, "/to")}
      />
      <Select
        label={words.rule}
        disabled={flag === null}
        data={[{ value: DEFAULT, label: words.defaultRule }, ...(rules ?? [])]}
        value={rule}
        onChange={(id) => setRule(id ?? DEFAULT)}
        error={faultAt(make.error, "/rule")}
      />
      <MultiSelect
        label={words.environments}
        required={where.length === 0}
        data={keys}
        value={where}
        onChange={setEnvironments}
        error={faultAt(make.error, "/environments")}
      />
      <Percentages
        percents={percents}
        change={setPercents}
        error={rising ? faultAt(make.error, "/percentages") : words.rising}
      />
      <div className={classes.row}>
        <NumberInput
          className={classes.short}
          label={words.hold}
          min={0}
          value={hold ?? ""}
          onChange={(value) => setHold(value === "" ? null : Number(value))}
          error={faultAt(make.error, "/hold_seconds")}
        />
        <Select
          className={classes.short}
          aria-label={words.holdUnit}
          data={HOLD_UNITS.map((value) => ({ value, label: words.units[value] }))}
          value={unit}
          onChange={(value) => setUnit(value as HoldUnit)}
        />
      </div>
      <Checkbox
        label={words.between}
        checked={between}
        onChange={(event) => setBetween(event.currentTarget.checked)}
      />
      <TextInput
        label={text.plans.reason}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Checkbox label={words.force} checked={force} onChange={(event) => setForce(event.currentTarget.checked)} />
      <Faults error={make.error} />
      <Button type="submit" disabled={ramp === null} loading={make.isPending}>
        {words.make}
      </Button>
      {ramp === null && rising && <span className={classes.caption}>{words.pick}</span>}
    </PlanEditor>
  );
}
