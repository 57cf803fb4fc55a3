/** An environment as it is now, as it was at a version, or as it was at an instant.
 *
 * Written like the server's comparisons name it: `production`, `production@12`,
 * `production@2026-11-29T12:00:00Z`.
 */
export interface Moment {
  environment: string;
  version?: number;
  at?: string;
}

/** A moment as it is written; null when it is none. */
export function momentOf(written: string): Moment | null {
  const cut = written.lastIndexOf("@");
  if (cut < 0) return written === "" ? null : { environment: written };
  const environment = written.slice(0, cut);
  const when = written.slice(cut + 1);
  if (environment === "") return null;
  if (/^\d+$/.test(when)) return { environment, version: Number(when) };
  return Number.isNaN(Date.parse(when)) ? null : { environment, at: when };
}

export function written({ environment, version, at }: Moment): string {
  if (version !== undefined) return `${environment}@${version}`;
  return at === undefined ? environment : `${environment}@${at}`;
}

/** What of a question picks the configuration: nothing for now. */
export function asked({ version, at }: Moment): { version?: number; at?: string } {
  if (version !== undefined) return { version };
  return at === undefined ? {} : { at };
}
