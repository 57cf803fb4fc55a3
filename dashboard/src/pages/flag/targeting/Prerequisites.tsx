import { ActionIcon, Button } from "@mantine/core";
import { useState } from "react";

import type { Prerequisite } from "../../../client";
import { FlagSelect } from "../../../parts/FlagSelect";
import { Icon } from "../../../parts/Icon";
import { FlagVariants } from "../../../rules/FlagVariants";
import { useFlagPick } from "../../../rules/useFlagPick";
import { text } from "../../../text/en";
import type { Count } from "./count";
import classes from "./Lines.module.css";
import { Took } from "./Took";

interface Props {
  project: string;
  flag: string;
  given: Prerequisite[];
  count: Count;
  /** Undefined while they are only read. */
  change?: ((next: Prerequisite[]) => void) | undefined;
}

const words = text.targeting.prerequisites;

/** The flags that have to serve certain variants first. Cycles are refused by the server. */
export function Prerequisites({ project, flag, given, count, change }: Props) {
  const [adding, setAdding] = useState(false);
  const pick = useFlagPick(project);
  const add = async (picked: string) => {
    const needed = await pick(picked);
    if (needed !== null) change?.([...given, needed]);
  };
  return (
    <div className={classes.line} role="group" aria-label={words.title}>
      <span className={classes.label}>{words.title}</span>
      <div className={classes.items}>
        {given.map((each, index) => (
          <span key={each.flag} className={classes.item}>
            <FlagVariants
              project={project}
              flag={each.flag}
              variants={each.variants}
              word={text.targeting.is}
              change={
                change &&
                ((variants) =>
                  change(given.map((one, at) => (at === index ? { ...one, variants } : one))))
              }
            />
            {change && (
              <ActionIcon
                variant="subtle"
                color="gray"
                size={24}
                aria-label={words.remove(each.flag)}
                onClick={() => change(given.filter((_, at) => at !== index))}
              >
                <Icon name="close" size={12} />
              </ActionIcon>
            )}
          </span>
        ))}
        {given.length === 0 && !adding && <span className={classes.none}>{text.targeting.none}</span>}
        {change && adding && (
          <FlagSelect
            project={project}
            label={words.flag}
            value={null}
            except={[flag, ...given.map((each) => each.flag)]}
            focused
            change={(picked) => {
              setAdding(false);
              if (picked !== null) void add(picked);
            }}
          />
        )}
        {change && !adding && (
          <Button
            variant="default"
            size="compact-sm"
            h={24}
            leftSection={<Icon name="plus" size={12} />}
            onClick={() => setAdding(true)}
          >
            {words.add}
          </Button>
        )}
      </div>
      {given.length > 0 && (
        <span className={classes.count}>
          <Took count={count} /> {count.state === "counted" && text.targeting.stopped}
        </span>
      )}
    </div>
  );
}
