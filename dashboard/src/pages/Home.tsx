import { Button, Title } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link, Navigate } from "@tanstack/react-router";

import { projectsQuery } from "../api/queries";
import { useMe } from "../app/session";
import { may } from "../model/grants";
import { Empty, Loading, Trouble } from "../parts/States";
import { text } from "../text/en";
import classes from "./Home.module.css";
import { NewProject } from "./NewProject";

const words = text.shell.home;

/** The one project there is, or a choice; where there is none, a new one is made. */
export function Home() {
  const found = useQuery(projectsQuery);
  const me = useMe();
  const [making, { open, close }] = useDisclosure(false);
  if (found.isPending) return <Loading />;
  if (found.isError) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  const [only, ...others] = found.data;
  const mayMake = may(me.grants, "admin");
  if (only && others.length === 0) {
    return <Navigate to="/projects/$project/flags" params={{ project: only.key }} replace />;
  }
  return (
    <div className={classes.page}>
      <header>
        <Title order={1}>{only ? words.choose : words.title}</Title>
        {only && mayMake && (
          <Button variant="default" onClick={open}>
            {words.new}
          </Button>
        )}
      </header>
      {only ? (
        <ul>
          {found.data.map(({ key, name }) => (
            <li key={key}>
              <Link to="/projects/$project/flags" params={{ project: key }}>
                <bdi className="untrusted">{name || key}</bdi>
                <code className="untrusted">{key}</code>
              </Link>
              <Link
                className={classes.start}
                to="/projects/$project/start"
                params={{ project: key }}
                aria-label={words.startOf(name || key)}
              >
                {words.start}
              </Link>
            </li>
          ))}
        </ul>
      ) : (
        <Empty title={words.none}>
          <span>{mayMake ? words.noneHint : words.noneForYou}</span>
          {mayMake && <Button onClick={open}>{words.new}</Button>}
        </Empty>
      )}
      <NewProject opened={making} close={close} />
    </div>
  );
}
