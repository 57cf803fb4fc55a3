/** Instants as people type them: by the clock of this device, `2027-03-01T09:00`. */

/** What a field for a local time shows of an instant; empty for none. */
export function toLocal(instant: string | null | undefined): string {
  if (!instant) return "";
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return "";
  const two = (value: number) => String(value).padStart(2, "0");
  return (
    `${String(at.getFullYear()).padStart(4, "0")}-${two(at.getMonth() + 1)}-${two(at.getDate())}` +
    `T${two(at.getHours())}:${two(at.getMinutes())}`
  );
}

/** The instant of a local time, in UTC; null for what is none. */
export function fromLocal(local: string): string | null {
  const at = new Date(local);
  if (local === "" || Number.isNaN(at.getTime())) return null;
  return at.toISOString().replace(".000Z", "Z");
}

/** The zone of this device, as the IANA list names it. */
export function zoneHere(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
}

/** Every zone that this device knows. */
export function zones(): string[] {
  const known = Intl.supportedValuesOf("timeZone");
  return [...new Set(["UTC", zoneHere(), ...known])];
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const dayAndClock = new Intl.DateTimeFormat(undefined, {
  weekday: "short",
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** When, in few words: the time today, else with its day. */
export function whenWords(at: Date, now: Date): string {
  const today = at.toDateString() === now.toDateString();
  return today ? clock.format(at) : dayAndClock.format(at);
}
