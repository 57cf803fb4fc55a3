import { useQuery } from "@tanstack/react-query";
import { Link, Navigate } from "@tanstack/react-router";

import { projectsQuery } from "../api/queries";
import { Empty, Loading, Trouble } from "../parts/States";

/** The one project there is, or a choice. */
export function Home() {
  const found = useQuery(projectsQuery);
  if (found.isPending) return <Loading />;
  if (found.isError) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  const only = found.data.length === 1 ? found.data[0] : undefined;
  if (only) return <Navigate to="/projects/$project/flags" params={{ project: only.key }} replace />;
  if (found.data.length === 0) return <Empty title="There is no project yet" />;
  return (
    <ul>
      {found.data.map(({ key, name }) => (
        <li key={key}>
          <Link to="/projects/$project/flags" params={{ project: key }}>
            {name || key}
          </Link>
        </li>
      ))}
    </ul>
  );
}
