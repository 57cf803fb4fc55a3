import type { Grant } from "../client";

export type Scope = Grant["scope"];

export const SCOPES: readonly Scope[] = ["read", "edit", "approve", "kill", "admin"];

/** In a grant: every project, or every environment. */
export const ANY = "*";

/** Whether these grants give a scope there. The server asks the same again; this says why beforehand.
 *
 * Without a project it is asked of the whole system, without an environment of the whole project.
 */
export function may(grants: readonly Grant[], scope: Scope, project?: string, environment?: string): boolean {
  return grants.some((grant) => {
    const implied = grant.scope === scope || grant.scope === "admin" || scope === "read";
    if (!implied) return false;
    const [inProject, inEnvironment] = [grant.project ?? ANY, grant.environment ?? ANY];
    if (inProject !== ANY && inProject !== project) return false;
    if (inEnvironment === ANY || inEnvironment === environment) return true;
    return scope === "read" && environment === undefined && project !== undefined;
  });
}

/** A grant in words: `edit in shop/production`. */
export function grantWords({ scope, project = ANY, environment = ANY }: Grant): string {
  if (project === ANY) return environment === ANY ? `${scope} everywhere` : `${scope} in every ${environment}`;
  return environment === ANY ? `${scope} in ${project}` : `${scope} in ${project}/${environment}`;
}
