import { answered } from "../../api/http";
import { issueKey } from "../../client";
import { keepKey } from "../../model/firstRun";

/** Issues a key for the first run and keeps its text in this tab. Gives when it was made. */
export async function issueStartKey(
  project: string,
  environment: string,
  kind: "server" | "client",
): Promise<string> {
  const body = { kind, name: "first run" };
  const { key, info } = await answered(issueKey({ path: { project, environment }, body }));
  keepKey(project, environment, kind, key);
  return info.created_at;
}
