import { Failed } from "./http";

export interface Fault {
  pointer: string;
  detail: string;
  hint?: string;
}

/** Each fault of the input that the server pointed at. */
export function faultsOf(error: unknown): Fault[] {
  return error instanceof Failed ? (error.problem.errors ?? []) : [];
}

/** What is wrong with the field at a pointer, or below it; undefined where nothing is. */
export function faultAt(error: unknown, pointer: string): string | undefined {
  const found = faultsOf(error).find(
    (fault) => fault.pointer === pointer || fault.pointer.startsWith(`${pointer}/`),
  );
  if (found === undefined) return undefined;
  return found.hint ? `${found.detail} (${found.hint})` : found.detail;
}
