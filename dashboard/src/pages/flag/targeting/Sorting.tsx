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
import { Icon } from "../../../parts/Icon";
import { text } from "../../../text/en";
import classes from "./Targeting.module.css";

interface Props {
  rules: Rule[];
  move: (id: string, to: number) => void;
  add: () => void;
  children: React.ReactNode;
}

/** The rules of the environment that is edited, to be dragged into another order. */
export function Sorting({ rules, move, add, children }: Props) {
  const sensors = useSensors(
    useSensor(PointerSensor, { activationConstraint: { distance: 4 } }),
    useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }),
  );
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
        <SortableContext items={rules.map(({ id }) => id)} strategy={verticalListSortingStrategy}>
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
