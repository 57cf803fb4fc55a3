/** Instants as people type and read them, by the clock of this device. */

/** What a field for a local time shows of an instant, `2027-03-01T09:00`; empty for none. */
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

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_557_600],
  ["month", 2_629_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto", style: "short" });

/** How long ago, or in how long: `4 min ago`. */
export function ago(at: Date, now: Date): string {
  const seconds = (at.getTime() - now.getTime()) / 1000;
  for (const [unit, size] of UNITS) {
    if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit);
  }
  return relative.format(0, "second");
}

const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "long" });

/** To the second, with the zone. */
export function exactly(at: Date): string {
  return exact.format(at);
}

const clock = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** The time of day. */
export function timeOfDay(at: Date): string {
  return clock.format(at);
}

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
  return today ? timeOfDay(at) : dayAndClock.format(at);
}
