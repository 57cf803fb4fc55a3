import type { Movement } from "../model/movement";
import { text } from "../text/en";

/** Something that is odd about a change. Nothing of it stands in the way of saving. */
export interface Odd {
  severity: "error" | "warning" | "note";
  words: string;
  /** Why it is so. */
  more: string;
}

/** What analysis proves of it, who cannot evaluate it, and who reports nobody. */
export function oddOf(movement: Movement | null): Odd[] {
  if (movement === null) return [];
  const { findings = [], sdks = [], silent_reporters: silent = [] } = movement;
  const words = text.moving;
  const unable = sdks.map(({ application, sdk, version, streams, verdict, lacks }): Odd => {
    const who = application || words.someStreams(Math.max(1, streams));
    const named = [sdk || "?", version].filter(Boolean).join(" ");
    if (verdict === "unknown") {
      return { severity: "warning", words: words.unknownSdk(who, named), more: words.unknownSdkHint };
    }
    const features = [...new Set(Object.values(lacks).flat())];
    return {
      severity: "warning",
      words: words.olderSdk(who, named),
      more: words.olderSdkHint(Object.keys(lacks).join(", "), features.join(", ")),
    };
  });
  return [
    ...unable,
    ...findings.map((found): Odd => ({ severity: found.severity, words: found.words, more: found.proof })),
    ...silent.map((name): Odd => ({
      severity: "note",
      words: words.silent(name || words.applicationUnnamed),
      more: "",
    })),
  ];
}

/** How many of them are more than a note. */
export function warningsOf(odd: readonly Odd[]): number {
  return odd.filter(({ severity }) => severity !== "note").length;
}
