import { useLayoutEffect, useMemo, useRef } from "react";

import type { Rule } from "../../../client";
import { moved, type Fields } from "../../../model/draft";
import { text } from "../../../text/en";

/** What can be done with the rules of a draft. It stays the same object while the draft changes. */
export interface RuleActs {
  change: (rule: Rule) => void;
  move: (id: string, to: number) => void;
  remove: (id: string) => void;
  duplicate: (id: string) => string;
  /** Puts these rules in place of all. */
  put: (rules: Rule[]) => void;
  /** Puts a new rule at a place, or at the end; gives its id. */
  add: (rule: Omit<Rule, "id">, at?: number) => string;
}

export function useRules(rules: Rule[], edit: (fields: Partial<Fields>) => void): RuleActs {
  const latest = useRef({ rules, edit });
  useLayoutEffect(() => {
    latest.current = { rules, edit };
  });
  return useMemo(() => {
    const put = (next: Rule[]) => {
      latest.current.rules = next;
      latest.current.edit({ rules: next });
    };
    const now = () => latest.current.rules;
    const insert = (rule: Omit<Rule, "id">, at: number) => {
      const made: Rule = { ...rule, id: freshId(now()) };
      put([...now().slice(0, at), made, ...now().slice(at)]);
      return made.id;
    };
    return {
      put,
      change: (rule) => put(now().map((each) => (each.id === rule.id ? rule : each))),
      move: (id, to) => put(moved(now(), now().findIndex((rule) => rule.id === id), to)),
      remove: (id) => put(now().filter((rule) => rule.id !== id)),
      duplicate: (id) => {
        const at = now().findIndex((rule) => rule.id === id);
        const rule = now()[at];
        if (rule === undefined) return id;
        return insert({ ...rule, name: text.targeting.rule.copyOf(rule.name ?? "") }, at + 1);
      },
      add: (rule, at) => insert(rule, at ?? now().length),
    };
  }, []);
}

/** An id that none of the rules has. */
export function freshId(rules: readonly Rule[]): string {
  const used = new Set(rules.map(({ id }) => id));
  let id = "";
  do id = crypto.getRandomValues(new Uint32Array(1))[0]?.toString(16).padStart(8, "0") ?? "";
  while (used.has(id));
  return id;
}
