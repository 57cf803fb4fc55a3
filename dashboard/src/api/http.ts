import { client } from "../client/client.gen";

/** A problem as the server tells it (RFC 9457). */
export interface Problem {
  status: number;
  type: string;
  title: string;
  detail: string;
  hint?: string;
  errors?: { pointer: string; detail: string; hint?: string }[];
  [member: string]: unknown;
}

/** What a request ended with when it did not do what was asked. */
export class Failed extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail || problem.title);
    this.name = "Failed";
  }
}

/** The server could not be asked at all. */
export class Unreachable extends Error {
  constructor() {
    super("the server cannot be reached");
    this.name = "Unreachable";
  }
}

/** Sets up the generated client: the session's cookie, and the header no other site can send. */
export function configure(): void {
  client.setConfig({
    baseUrl: "/api/v1",
    credentials: "same-origin",
    headers: { "Yardarm-Session": "1" },
  });
}

interface Answered<T> {
  data?: T;
  error?: unknown;
  response?: Response;
}

/** The body of an answer, or what went wrong as an exception. */
export async function answered<T>(asked: Promise<Answered<T>>): Promise<T> {
  return (await withHeaders(asked)).body;
}

/** The body of an answer and its ETag. */
export async function withHeaders<T>(
  asked: Promise<Answered<T>>,
): Promise<{ body: T; etag: string; status: number }> {
  let found: Answered<T>;
  try {
    found = await asked;
  } catch {
    throw new Unreachable();
  }
  const response = found.response;
  if (response === undefined) throw new Unreachable();
  if (found.error !== undefined || !response.ok) throw new Failed(problemOf(found.error, response));
  return {
    body: found.data as T,
    etag: response.headers.get("etag") ?? "",
    status: response.status,
  };
}

function problemOf(error: unknown, response: Response): Problem {
  const said = typeof error === "object" && error !== null ? (error as Partial<Problem>) : {};
  return {
    type: "",
    title: response.statusText,
    detail: "",
    ...said,
    status: response.status,
  };
}
