import { Button } from "@mantine/core";
import { useState } from "react";

import type { Condition } from "../client";
import { FlagSelect } from "../parts/FlagSelect";
import { Icon } from "../parts/Icon";
import { text } from "../text/en";
import { useCompletion } from "./completion";
import classes from "./Condition.module.css";
import { Remove } from "./Remove";
import { SegmentPicker } from "./SegmentPicker";
import { useFlagPick } from "./useFlagPick";

interface Props {
  /** Begins a clause. */
  clause: () => void;
  add: (condition: Condition) => void;
  group?: (() => void) | undefined;
}

/** What can be put into a group. Nothing is put there before it says something. */
export function AddCondition({ clause, add, group }: Props) {
  const { project, segments } = useCompletion();
  const [picking, setPicking] = useState<"segment" | "flag" | null>(null);
  const pick = useFlagPick(project);
  const words = text.targeting.condition;
  const flag = async (key: string) => {
    const needed = await pick(key);
    if (needed !== null) add(needed);
  };
  return (
    <>
      {picking !== null && (
        <div className={classes.row}>
          {picking === "segment" ? (
            <SegmentPicker
              segment={null}
              focused
              change={(condition) => {
                setPicking(null);
                add(condition);
              }}
            />
          ) : (
            <FlagSelect
              project={project}
              label={words.flag}
              value={null}
              focused
              change={(key) => {
                setPicking(null);
                if (key !== null) void flag(key);
              }}
            />
          )}
          <Remove remove={() => setPicking(null)} />
        </div>
      )}
      <div className={classes.row}>
        <Add label={words.add} act={clause} />
        <Add
          label={words.segment}
          act={() => setPicking("segment")}
          why={segments.length === 0 ? words.noSegment : undefined}
        />
        {project !== "" && <Add label={words.flag} act={() => setPicking("flag")} />}
        {group && <Add label={words.group} act={group} />}
      </div>
    </>
  );
}

/** A button that stays within reach of the keyboard, and says why it does nothing. */
function Add({ label, act, why }: { label: string; act: () => void; why?: string | undefined }) {
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        h={24}
        leftSection={<Icon name="plus" size={12} />}
        data-disabled={why !== undefined || undefined}
        aria-disabled={why !== undefined || undefined}
        data-adds
        onClick={why === undefined ? act : undefined}
      >
        {label}
      </Button>
      {why !== undefined && <span className={classes.hint}>{why}</span>}
    </>
  );
}
