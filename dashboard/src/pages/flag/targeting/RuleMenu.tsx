import { ActionIcon, Button, Group, Menu, Modal, NumberInput } from "@mantine/core";
import { useState } from "react";

import type { Rule } from "../../../client";
import { Icon } from "../../../parts/Icon";
import { text } from "../../../text/en";
import type { RuleActs } from "./useRules";

interface Props {
  rule: Rule;
  name: string;
  number: number;
  count: number;
  acts: RuleActs;
}

/** What else can be done with a rule; each of it goes into the draft. */
export function RuleMenu({ rule, name, number, count, acts }: Props) {
  const [placing, setPlacing] = useState(false);
  const words = text.targeting.rule;
  return (
    <>
      <Menu position="bottom-end" keepMounted={false}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" size={24} aria-label={words.more(name)}>
            <Icon name="more" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => acts.change({ ...rule, paused: !rule.paused })}>
            {rule.paused ? words.resume : words.pause}
          </Menu.Item>
          <Menu.Item onClick={() => acts.duplicate(rule.id)}>{words.duplicate}</Menu.Item>
          <Menu.Item disabled={number === 1} onClick={() => acts.move(rule.id, 0)}>
            {words.top}
          </Menu.Item>
          <Menu.Item disabled={number === 1} onClick={() => acts.move(rule.id, number - 2)}>
            {words.up}
          </Menu.Item>
          <Menu.Item disabled={number === count} onClick={() => acts.move(rule.id, number)}>
            {words.down}
          </Menu.Item>
          <Menu.Item disabled={count === 1} onClick={() => setPlacing(true)}>
            {words.moveTo}
          </Menu.Item>
          <Menu.Item color="danger" onClick={() => acts.remove(rule.id)}>
            {words.remove}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={placing} onClose={() => setPlacing(false)} title={words.moveTo} size="xs">
        <Position
          number={number}
          count={count}
          close={() => setPlacing(false)}
          move={(to) => acts.move(rule.id, to)}
        />
      </Modal>
    </>
  );
}

interface PositionProps {
  number: number;
  count: number;
  move: (to: number) => void;
  close: () => void;
}

function Position({ number, count, move, close }: PositionProps) {
  const [to, setTo] = useState(number);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        close();
        move(to - 1);
      }}
    >
      <NumberInput
        data-autofocus
        label={text.targeting.rule.position(count)}
        min={1}
        max={count}
        allowDecimal={false}
        value={to}
        onChange={(value) => setTo(Number(value) || number)}
      />
      <Group justify="flex-end" mt="md" gap="sm">
        <Button variant="default" onClick={close}>
          {text.targeting.rule.cancel}
        </Button>
        <Button type="submit">{text.targeting.rule.move}</Button>
      </Group>
    </form>
  );
}
