import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { environmentsQuery } from "../../api/queries";
import { useMe } from "../../app/session";
import { may } from "../../model/grants";
import { Empty, Loading, Trouble } from "../../parts/States";
import { Time } from "../../parts/Time";
import { text } from "../../text/en";
import { Keys } from "./Keys";
import { NewEnvironment } from "./NewEnvironment";
import classes from "./Settings.module.css";

const words = text.settings.environments;

/** The project's environments, each with the keys that programs ask with. */
export function EnvironmentsTab({ project }: { project: string }) {
  const me = useMe();
  const [isMaking, making] = useDisclosure(false);
  const found = useQuery(environmentsQuery(project));
  const admin = may(me.grants, "admin", project);
  if (found.isPending) return <Loading lines={6} />;
  if (found.isError) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  return (
    <>
      <div className={classes.head}>
        <span className={classes.room} />
        {!admin && (
          <span className={classes.caption}>{text.settings.needs("admin", text.settings.inProject)}</span>
        )}
        <Button
          variant="default"
          renderRoot={(props: object) => <Link to="/projects/$project/import" params={{ project }} {...props} />}
        >
          {text.flags.import}
        </Button>
        <Button disabled={!admin} onClick={making.open}>
          {words.new}
        </Button>
      </div>
      <NewEnvironment
        project={project}
        environments={found.data.map(({ key }) => key)}
        opened={isMaking}
        close={making.close}
      />
      {found.data.length === 0 && <Empty title={words.none} />}
      {found.data.map(({ key, name, version, created_at }) => (
        <section key={key} className={classes.card} aria-label={name || key}>
          <div className={classes.head}>
            <h2>
              <bdi>{name || key}</bdi>
            </h2>
            <code>{key}</code>
            <span className={classes.room} />
            <span className={classes.caption}>
              {words.version(version)}, {words.made} <Time at={created_at} />
            </span>
          </div>
          <Keys project={project} environment={key} />
        </section>
      ))}
    </>
  );
}
