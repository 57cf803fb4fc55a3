import {
  closestCenter,
  DndContext,
  KeyboardSensor,
  PointerSensor,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import {
  SortableContext,
  sortableKeyboardCoordinates,
  verticalListSortingStrategy,
} from "@dnd-kit/sortable";
import { Button } from "@mantine/core";

import type { Rule } from "../../../client";
import { useStable } from "../../../moving/useStable";
import { Icon } from "../../../parts/Icon";
import { text } from "../../../text/en";
import classes from "./Targeting.module.css";

interface Props {
  rules: Rule[];
  move: (id: string, to: number) => void;
  add: () => void;
  children: React.ReactNode;
}

// What is new at each stroke would draw every rule anew: these stay the same, and so do the ids.
const POINTER = { activationConstraint: { distance: 4 } };
const KEYBOARD = { coordinateGetter: sortableKeyboardCoordinates };

/** The rules of the environment that is edited, to be dragged into another order. */
export function Sorting({ rules, move, add, children }: Props) {
  const sensors = useSensors(
    useSensor(PointerSensor, POINTER),
    useSensor(KeyboardSensor, KEYBOARD),
  );
  const ids = useStable(rules.map(({ id }) => id));
  return (
    <div className={classes.rules}>
      <DndContext
        sensors={sensors}
        collisionDetection={closestCenter}
        onDragEnd={({ active, over }) => {
          const to = rules.findIndex(({ id }) => id === over?.id);
          if (to !== -1 && over?.id !== active.id) move(String(active.id), to);
        }}
      >
        <SortableContext items={ids} strategy={verticalListSortingStrategy}>
          {children}
        </SortableContext>
      </DndContext>
      <Button
        variant="default"
        className={classes.add}
        leftSection={<Icon name="plus" />}
        onClick={add}
      >
        {text.targeting.rule.add}
      </Button>
    </div>
  );
}
