import { useQuery } from "@tanstack/react-query";

import { documentQuery } from "../../api/documents";
import { answered } from "../../api/http";
import { changeTogether } from "../../client";
import { takingOver } from "../../model/comparison";
import { flagsOf } from "../../model/segments";
import { MovementFoot } from "../../moving/MovementFoot";
import { usePreview } from "../../moving/usePreview";
import { useSaving } from "../../moving/useSaving";
import { useStable } from "../../moving/useStable";
import classes from "./ComparePage.module.css";

interface Props {
  project: string;
  way: "promote" | "restore";
  flags: string[];
  into: string;
  source: string;
  /** The versions that were compared. */
  compared: { into: number; from: number };
  done: () => void;
}

/** The chosen flags, taken over in one change, with who moves because of it. */
export function TakeOver({ project, way, flags, into, source, compared, done }: Props) {
  const command = useStable(takingOver(way, flags, source, compared.from));
  const counted = usePreview(project, into, command, compared.into);
  const document = useQuery(documentQuery(project, { environment: into }));
  const known = document.data ? flagsOf(document.data) : {};
  const saving = useSaving(
    project,
    counted,
    compared.into,
    ({ reason, headers }) =>
      answered(
        changeTogether({
          path: { project },
          headers: { ...headers, "If-Match": `"${into}=${JSON.parse(headers["If-Match"]) as string}"` },
          body: { commands: command?.commands ?? [], environments: [into], reason },
        }),
      ),
    done,
  );
  return (
    <>
      <div className={classes.after} />
      <MovementFoot
        project={project}
        environment={into}
        variantsOf={(flag) => ({
          variants: known[flag]?.variants.map(({ key }) => key) ?? [],
          off: known[flag]?.off ?? null,
        })}
        command={command}
        counted={counted}
        saving={saving}
      />
    </>
  );
}
