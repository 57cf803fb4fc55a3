const WORTH_PACKING = 4_096;

/** Files as the server takes them: base64 by name, larger ones compressed on the way. */
export async function packed(files: readonly File[]): Promise<Record<string, string>> {
  const entries = files.map(async (file) => [file.name, base64(await bytesOf(file))] as const);
  return Object.fromEntries(await Promise.all(entries));
}

async function bytesOf(file: File): Promise<Uint8Array> {
  const plain = new Uint8Array(await file.arrayBuffer());
  if (plain.length < WORTH_PACKING || isPacked(plain)) return plain;
  const squeezed = new Blob([plain]).stream().pipeThrough(new CompressionStream("gzip"));
  return new Uint8Array(await new Response(squeezed).arrayBuffer());
}

/** Whether it is gzip already; SQLite files go as they are too, because they are known by their beginning. */
function isPacked(bytes: Uint8Array): boolean {
  const begins = (...wanted: number[]) => wanted.every((byte, at) => bytes[at] === byte);
  return begins(0x1f, 0x8b) || begins(0x50, 0x4b) || begins(0x53, 0x51, 0x4c, 0x69, 0x74, 0x65);
}

function base64(bytes: Uint8Array): string {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += 0x8000) {
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)));
  }
  return btoa(pieces.join(""));
}

/** What is wrong with a file of contexts: a line that is no object, or too many of them. */
export class BadContexts extends Error {
  constructor(readonly line: number | null) {
    super(line === null ? "too many contexts" : `line ${line} is no JSON object`);
  }
}

/** Contexts of a file, one JSON object a line. Throws `BadContexts`. */
export function contextsOf(text: string, most: number): Record<string, unknown>[] {
  const found: Record<string, unknown>[] = [];
  text.split("\n").forEach((line, index) => {
    if (line.trim() === "") return;
    const value = parsed(line);
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new BadContexts(index + 1);
    found.push(value as Record<string, unknown>);
  });
  if (found.length > most) throw new BadContexts(null);
  return found;
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    return undefined;
  }
}
