/** What a change recorded of its movement: how many it moved of one flag, if somebody counted. */
export function movedOf(movement: unknown, flag: string): { moved: number | null; emergency: boolean } {
  if (typeof movement !== "object" || movement === null) return { moved: null, emergency: false };
  const { flags, contexts, emergency } = movement as Record<string, unknown>;
  const counted = typeof contexts === "number" && contexts > 0 && typeof flags === "object" && flags !== null;
  const mine = counted ? ((flags as Record<string, unknown>)[flag] ?? 0) : null;
  return { moved: typeof mine === "number" ? mine : null, emergency: emergency === true };
}
