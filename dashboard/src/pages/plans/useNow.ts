import { useEffect, useState } from "react";

/** The time, told anew every second: for what says how long something still takes. */
export function useNow(every = 1_000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = setInterval(() => setNow(new Date()), every);
    return () => clearInterval(timer);
  }, [every]);
  return now;
}
