import { useQuery } from "@tanstack/react-query";
import { Outlet, useParams } from "@tanstack/react-router";

import { projectQuery } from "../api/queries";
import { isMissing, Missing } from "../parts/Problems";

/** Every page of a project; and what is shown in their place when there is no such project. */
export function ProjectPages() {
  const { project } = useParams({ from: "/projects/$project" });
  const found = useQuery(projectQuery(project));
  return isMissing(found.error) ? <Missing project={project} /> : <Outlet />;
}
