/** Contexts from a file, in pieces that the server takes: JSON lines, a JSON list, or a table. */

export interface Entry {
  context: Record<string, unknown>;
  weight: number;
}

/** A line that is no context, and why. */
export interface Bad {
  line: number;
  detail: string;
}

export interface Piece {
  entries: Entry[];
  bad: Bad[];
  /** How many bytes of the file have been read. */
  read: number;
}

/** What the server takes at once; the bytes leave room below its largest body. */
const MOST_ENTRIES = 5_000;
const MOST_BYTES = 4 << 20;

export type Lines = AsyncIterable<string>;

/** The file's text line by line, unpacked if it is gzip; `told` hears how far it has been read. */
export async function* linesOf(file: File, told: (bytes: number) => void): Lines {
  let read = 0;
  const counted = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      read += chunk.byteLength;
      told(read);
      controller.enqueue(chunk);
    },
  });
  const bytes = file.stream().pipeThrough(counted);
  const plain = file.name.endsWith(".gz") ? bytes.pipeThrough(new DecompressionStream("gzip")) : bytes;
  const reader = plain.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const lines = (rest + value).split("\n");
      rest = lines.pop() ?? "";
      yield* lines;
    }
    if (rest !== "") yield rest;
  } finally {
    await reader.cancel();
  }
}

/** The names of a table's columns. */
export async function columnsOf(file: File): Promise<string[]> {
  for await (const row of rowsOf(linesOf(file, () => undefined))) return row.cells;
  return [];
}

export function isTable(name: string): boolean {
  return name.replace(/\.gz$/, "").toLowerCase().endsWith(".csv");
}

/** The file's contexts, a piece at a time. `key` names the column of a table that is the key. */
export async function* piecesOf(file: File, key: string): AsyncGenerator<Piece> {
  let read = 0;
  const lines = linesOf(file, (bytes) => (read = bytes));
  const found = isTable(file.name) ? entriesOfTable(lines, key) : entriesOfJson(lines);
  let piece: Piece = { entries: [], bad: [], read: 0 };
  let bytes = 0;
  for await (const one of found) {
    if ("detail" in one) {
      piece.bad.push(one);
      continue;
    }
    piece.entries.push(one);
    bytes += JSON.stringify(one).length;
    if (piece.entries.length >= MOST_ENTRIES || bytes >= MOST_BYTES) {
      yield { ...piece, read };
      piece = { entries: [], bad: [], read: 0 };
      bytes = 0;
    }
  }
  yield { ...piece, read: file.size };
}

/** JSON lines; or a list, which is read whole. */
export async function* entriesOfJson(lines: Lines): AsyncGenerator<Entry | Bad> {
  let number = 0;
  let list: string[] | null = null;
  for await (const raw of lines) {
    number += 1;
    const line = raw.replace(/^\uFEFF/, "").trim();
    if (list !== null) list.push(line);
    else if (line === "") continue;
    else if (line.startsWith("[")) list = [line];
    else yield read(number, () => entryOf(JSON.parse(line)));
  }
  if (list === null) return;
  let items: unknown;
  try {
    items = JSON.parse(list.join("\n"));
  } catch (error) {
    yield { line: 1, detail: String(error) };
    return;
  }
  let at = 0;
  for (const item of items as unknown[]) yield read(++at, () => entryOf(item));
}

function entryOf(value: unknown): Entry {
  if (!isObject(value)) throw new Error("a line is an object: a context, or one with its weight");
  // A context may have an attribute called "context"; a line has nothing beside these two.
  const names = Object.keys(value);
  if (!("context" in value) || names.some((name) => name !== "context" && name !== "weight")) {
    return { context: value, weight: 1 };
  }
  const { context, weight = 1 } = value;
  if (!isObject(context)) throw new Error('"context" is an object');
  if (typeof weight !== "number" || weight < 0) throw new Error("the weight is a number, 0 or more");
  return { context, weight };
}

/** Every row of a table is a context, every column an attribute; an empty cell is none. */
export async function* entriesOfTable(lines: Lines, key: string): AsyncGenerator<Entry | Bad> {
  let names: string[] | null = null;
  for await (const { line, cells } of rowsOf(lines)) {
    if (names === null) {
      names = cells;
      continue;
    }
    const head = names;
    yield read(line, () => rowEntry(head, cells, key));
  }
}

function rowEntry(names: string[], cells: string[], key: string): Entry {
  if (cells.length > names.length) throw new Error(`${cells.length} cells for ${names.length} columns`);
  const context: Record<string, unknown> = {};
  names.forEach((name, at) => {
    const cell = cells[at] ?? "";
    if (cell !== "" && name !== "") context[name === key ? "key" : name] = name === key ? cell : typed(cell);
  });
  if (context.key === undefined) throw new Error(`no key in the column '${key}'`);
  return { context, weight: 1 };
}

const NUMBER = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$/;

/** A number or a boolean where the cell is exactly that; 007 is text, as postal codes are. */
export function typed(cell: string): string | number | boolean {
  if (cell === "true" || cell === "True") return true;
  if (cell === "false" || cell === "False") return false;
  if (cell.length > 40 || !NUMBER.test(cell)) return cell;
  const number = Number(cell);
  const kept = /[.eE]/.test(cell) ? Number.isFinite(number) : Number.isSafeInteger(number);
  return kept ? number : cell;
}

/** Rows of a table (RFC 4180), each with the number of the line on which it ends. */
export async function* rowsOf(lines: Lines): AsyncGenerator<{ line: number; cells: string[] }> {
  let number = 0;
  let open = "";
  for await (const raw of lines) {
    number += 1;
    const line = (number === 1 ? raw.replace(/^\uFEFF/, "") : raw).replace(/\r$/, "");
    const text = open === "" ? line : `${open}\n${line}`;
    // A quoted cell goes on in the next line as long as a quotation mark is open.
    if ((text.split('"').length - 1) % 2 === 1) {
      open = text;
      continue;
    }
    open = "";
    if (text !== "") yield { line: number, cells: cellsOf(text) };
  }
  if (open !== "") yield { line: number, cells: cellsOf(open) };
}

function cellsOf(line: string): string[] {
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (line[at] === '"') {
      let end = at + 1;
      while (end < line.length && (line[end] !== '"' || line[end + 1] === '"')) {
        end += line[end] === '"' ? 2 : 1;
      }
      cells.push(line.slice(at + 1, end).replaceAll('""', '"'));
      at = end + 1;
    } else {
      const comma = line.indexOf(",", at);
      const end = comma === -1 ? line.length : comma;
      cells.push(line.slice(at, end));
      at = end;
    }
    if (at >= line.length) return cells;
    at += 1;
    if (at === line.length) return [...cells, ""];
  }
}

function read(line: number, entry: () => Entry): Entry | Bad {
  try {
    return entry();
  } catch (error) {
    return { line, detail: error instanceof Error ? error.message : String(error) };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
