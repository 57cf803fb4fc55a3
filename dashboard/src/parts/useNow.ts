import { useCallback, useSyncExternalStore } from "react";

/** One clock for all who look at it equally often; it stands still while nobody does. */
interface Clock {
  now: Date;
  lookers: Set<() => void>;
  timer?: ReturnType<typeof setInterval>;
}

const clocks = new Map<number, Clock>();

/** The time, told anew every second: for what says how long something still takes. */
export function useNow(every = 1_000): Date {
  const follow = useCallback((tell: () => void) => look(clockOf(every), every, tell), [every]);
  return useSyncExternalStore(follow, () => clockOf(every).now);
}

function clockOf(every: number): Clock {
  const found = clocks.get(every);
  if (found !== undefined && found.lookers.size > 0) return found;
  // A clock that stood still may be late.
  const late = found === undefined || Date.now() - found.now.getTime() >= every;
  if (!late) return found;
  const clock = { now: new Date(), lookers: new Set<() => void>() };
  clocks.set(every, clock);
  return clock;
}

function look(clock: Clock, every: number, tell: () => void): () => void {
  clock.lookers.add(tell);
  clock.timer ??= setInterval(() => {
    clock.now = new Date();
    for (const each of clock.lookers) each();
  }, every);
  return () => {
    clock.lookers.delete(tell);
    if (clock.lookers.size > 0) return;
    clearInterval(clock.timer);
    delete clock.timer;
  };
}
