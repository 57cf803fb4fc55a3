import { number, share, type FlagMovement } from "../model/movement";
import { text } from "../text/en";
import classes from "./Why.module.css";

/** Which attributes tell who moves, who of them knew the flag, and by which application they come. */
export function Why({ found }: { found: FlagMovement }) {
  const applications = Object.entries(found.applications ?? {}).sort((one, other) => other[1] - one[1]);
  const told = found.attributes.flatMap(({ attribute, values }) =>
    values
      .filter(({ moved }) => moved > 0)
      .map((value) => ({ name: `${attribute} = ${String(value.value)}`, ...value })),
  );
  return (
    <>
      {told.length === 0 && <p className={classes.hint}>{text.moving.untold}</p>}
      <ul className={classes.bars}>
        {told.map(({ name, moved, contexts }) => (
          <Bar
            key={name}
            name={name}
            part={moved}
            whole={found.moved}
            title={text.moving.ofMovers(name, number(moved), number(contexts))}
          />
        ))}
      </ul>
      {found.exposed !== undefined && found.moved > 0 && (
        <>
          <h4>{text.moving.firstTimeTitle}</h4>
          <p className={classes.words}>
            {text.moving.firstTime(number(found.not_exposed ?? 0), number(found.exposed))}
          </p>
        </>
      )}
      {found.errors > 0 && <p className={classes.words}>{text.moving.errors(number(found.errors))}</p>}
      {applications.length > 0 && (
        <>
          <h4>{text.moving.applications}</h4>
          <ul className={classes.bars}>
            {applications.map(([name, count]) => (
              <Bar
                key={name}
                name={name || text.moving.applicationUnnamed}
                part={count}
                whole={found.moved}
                title={number(count)}
              />
            ))}
          </ul>
        </>
      )}
    </>
  );
}

interface BarProps {
  name: string;
  part: number;
  whole: number;
  title: string;
}

function Bar({ name, part, whole, title }: BarProps) {
  return (
    <li title={title}>
      <code className="untrusted">{name}</code>
      <span aria-hidden className={classes.track}>
        <i style={{ width: `${whole === 0 ? 0 : (part * 100) / whole}%` }} />
      </span>
      <span className={classes.share}>{share(part, whole)}</span>
    </li>
  );
}
