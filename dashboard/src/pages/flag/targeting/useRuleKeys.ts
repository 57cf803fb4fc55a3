import { useEffect, useEffectEvent } from "react";

export interface RuleKeys {
  /** Begins to edit an environment, and opens a rule of it where one has the focus. */
  edit: (environment: string, rule: string | null) => void;
  /** Adds a rule, after the one that has the focus. */
  add: (environment: string | null, after: string | null) => void;
  move: (environment: string, rule: string, by: -1 | 1) => void;
  remove: (environment: string, rule: string) => void;
  /** Switches the environment on or off. */
  turn: (environment: string) => void;
}

/** Keys of the rules: 1-9 environment, J K rules, E edit, A add, Alt and arrows, Space, Del. */
export function useRuleKeys(keys: RuleKeys): void {
  const pressed = useEffectEvent((event: KeyboardEvent) => {
    if (event.defaultPrevented || isBusy(event.target)) return;
    const column = within("[data-environment]");
    const card = within("[data-rule]");
    const environment = column?.dataset.environment ?? null;
    const rule = card?.dataset.rule ?? null;
    const act = actOf(event, keys, environment, rule);
    if (act === null) return;
    event.preventDefault();
    act();
  });
  useEffect(() => {
    document.addEventListener("keydown", pressed);
    return () => document.removeEventListener("keydown", pressed);
  }, []);
}

function actOf(
  event: KeyboardEvent,
  keys: RuleKeys,
  environment: string | null,
  rule: string | null,
): (() => void) | null {
  if (event.ctrlKey || event.metaKey) return null;
  if (event.altKey) {
    const by = { ArrowUp: -1, ArrowDown: 1 }[event.key] as -1 | 1 | undefined;
    if (by === undefined || environment === null || rule === null) return null;
    return () => keys.move(environment, rule, by);
  }
  if (/^[1-9]$/.test(event.key)) return () => focusNth("[data-environment]", Number(event.key) - 1);
  switch (event.key) {
    case "j":
    case "k":
      return () => step(event.key === "j" ? 1 : -1);
    case "e":
      return environment === null ? null : () => keys.edit(environment, rule);
    case "a":
      return () => keys.add(environment, rule);
    case "Delete":
      return environment === null || rule === null ? null : () => keys.remove(environment, rule);
    case " ": {
      const column = event.target instanceof HTMLElement && event.target.dataset.environment;
      return column ? () => keys.turn(column) : null;
    }
    default:
      return null;
  }
}

function within(selector: string): HTMLElement | null {
  return document.activeElement?.closest<HTMLElement>(selector) ?? null;
}

/** Whether keys belong to what has the focus: what one types in, or what floats above the page. */
function isBusy(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return (
    target.isContentEditable ||
    target.matches("input:not([type=checkbox], [type=radio]), textarea, select") ||
    target.closest("[role=dialog], [role=menu], [role=listbox]") !== null
  );
}

function focusNth(selector: string, at: number): void {
  document.querySelectorAll<HTMLElement>(selector)[at]?.focus();
}

/** From rule to rule of the environment that has the focus, or of the first. */
function step(by: number): void {
  const column = within("[data-environment]") ?? document.querySelector("[data-environment]");
  const cards = [...(column?.querySelectorAll<HTMLElement>("[data-rule]") ?? [])];
  const at = cards.findIndex((card) => card.contains(document.activeElement));
  cards[Math.min(Math.max(at + by, 0), cards.length - 1)]?.focus();
}
