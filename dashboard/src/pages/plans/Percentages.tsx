import { ActionIcon, Button, Input, NumberInput } from "@mantine/core";

import { Icon } from "../../parts/Icon";
import { text } from "../../text/en";
import classes from "./Plans.module.css";

const words = text.plans.newRamp;

interface Props {
  percents: (number | null)[];
  change: (percents: (number | null)[]) => void;
  error: string | undefined;
}

/** The shares of a ramp, one a step. */
export function Percentages({ percents, change, error }: Props) {
  return (
    <Input.Wrapper label={words.steps} description={words.stepsHint} error={error} labelElement="div">
      <div className={classes.percents}>
        {percents.map((percent, index) => (
          <NumberInput
            key={index}
            className={classes.percent}
            aria-label={words.percent(index + 1)}
            suffix=" %"
            min={0}
            max={100}
            decimalScale={3}
            hideControls
            value={percent ?? ""}
            onChange={(value) =>
              change(percents.map((each, at) => (at === index ? (value === "" ? null : Number(value)) : each)))
            }
            rightSection={
              percents.length > 1 && (
                <ActionIcon
                  variant="subtle"
                  color="gray"
                  size={24}
                  aria-label={words.remove(index + 1)}
                  onClick={() => change(percents.filter((_, at) => at !== index))}
                >
                  <Icon name="close" size={12} />
                </ActionIcon>
              )
            }
          />
        ))}
        <Button
          variant="default"
          size="compact-sm"
          h={24}
          leftSection={<Icon name="plus" size={12} />}
          onClick={() => change(withOneMore(percents))}
        >
          {words.add}
        </Button>
      </div>
    </Input.Wrapper>
  );
}

/** One more step: before the last one where that gives all, else after it. */
function withOneMore(percents: (number | null)[]): (number | null)[] {
  const last = percents.at(-1) ?? null;
  const before = percents.at(-2) ?? 0;
  if (last !== 100) return [...percents, 100];
  return [...percents.slice(0, -1), Math.round((before + 100) / 2), 100];
}
