import { number, share, type FlagMovement } from "../model/movement";
import { Unknown, Variant, type VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import classes from "./MovementFoot.module.css";

interface Props {
  /** The flag's key, where several flags move. */
  title?: string | undefined;
  found: FlagMovement;
  of: VariantKeys;
  /** How many contexts there are. */
  total: number;
}

const SHOWN_EXAMPLES = 5;

/** Who moves in one flag, why, and somebody for example. */
export function FlagDetails({ title, found, of, total }: Props) {
  // Read aloud, the same heading stands for one flag only.
  const named = (heading: string) => (title === undefined ? heading : `${heading}, ${title}`);
  return (
    <>
      {title !== undefined && <h2 className={classes.title}>{title}</h2>}
      <div className={classes.details}>
        <section aria-label={named(text.moving.who)}>
          <h3>{text.moving.who}</h3>
          <Matrix found={found} of={of} total={total} />
        </section>
        <section aria-label={named(text.moving.why)}>
          <h3>{text.moving.why}</h3>
          {found.attributes.length === 0 && <p>{text.moving.untold}</p>}
          {found.attributes.map((told) => (
            <div key={told.attribute} className={classes.attribute}>
              <code>{told.attribute}</code>
              {told.values.map((value, index) => (
                <span key={index}>
                  <bdi className="mono">{String(value.value)}</bdi>{" "}
                  {text.moving.of(number(value.moved), number(value.contexts))}
                </span>
              ))}
            </div>
          ))}
        </section>
        <section aria-label={named(text.moving.examples)}>
          <h3>{text.moving.examples}</h3>
          {found.examples.slice(0, SHOWN_EXAMPLES).map((example, index) => (
            <p key={index} className={classes.example}>
              <code className="untrusted" title={JSON.stringify(example.context)}>
                {typeof example.context.key === "string"
                  ? example.context.key
                  : JSON.stringify(example.context)}
              </code>
              <Served of={of} name={example.from} /> → <Served of={of} name={example.to} />
            </p>
          ))}
        </section>
      </div>
    </>
  );
}

/** A variant that is served, or the program's own fallback. */
export function Served({ of, name }: { of: VariantKeys; name: string | null }) {
  return name === null ? <span>{text.flag.fallback}</span> : <Variant of={of} name={name} />;
}

/** From which variant to which: always there, because it can be read aloud. */
function Matrix({ found, of, total }: { found: FlagMovement; of: VariantKeys; total: number }) {
  return (
    <table className={classes.matrix}>
      <thead>
        <tr>
          <th scope="col">{text.moving.from}</th>
          <th scope="col">{text.moving.to}</th>
          <th scope="col">{text.moving.contexts}</th>
          <th scope="col">{text.moving.share}</th>
        </tr>
      </thead>
      <tbody>
        {found.matrix.map((cell, index) => (
          <tr key={index}>
            <td>
              <Served of={of} name={cell.from} />
            </td>
            <td>
              <Served of={of} name={cell.to} />
            </td>
            <td>{number(cell.count)}</td>
            <td>{share(cell.count, total)}</td>
          </tr>
        ))}
        {found.unknown > 0 && (
          <tr>
            <td colSpan={2}>
              <Unknown>{text.unknown}</Unknown>
            </td>
            <td>{number(found.unknown)}</td>
            <td>{share(found.unknown, total)}</td>
          </tr>
        )}
      </tbody>
    </table>
  );
}
