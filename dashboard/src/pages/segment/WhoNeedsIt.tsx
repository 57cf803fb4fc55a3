import { Link } from "@tanstack/react-router";

import type { Dependents } from "../../model/segments";
import { Loading, Trouble } from "../../parts/States";
import { text } from "../../text/en";
import classes from "./SegmentPage.module.css";

interface Props {
  project: string;
  /** Null while it is not known. */
  needed: Dependents | null;
  error: unknown;
}

/** The flags whose rules ask the segment, also by way of other segments, and these segments. */
export function WhoNeedsIt({ project, needed, error }: Props) {
  return (
    <section className={classes.panel} aria-label={text.segments.dependents}>
      <h2>{text.segments.dependents}</h2>
      {needed === null && (error ? <Trouble error={error} /> : <Loading lines={2} />)}
      {needed?.flags.length === 0 && needed.segments.length === 0 && (
        <p className={classes.elsewhere}>{text.segments.needless}</p>
      )}
      <ul>
        {needed?.flags.map(({ flag, name, enabled, rules }) => (
          <li key={flag} className={classes.needing}>
            <span className={classes.flag}>
              <Link
                className="untrusted"
                to="/projects/$project/flags/$flag"
                params={{ project, flag }}
                title={name || flag}
              >
                <bdi>{name || flag}</bdi>
              </Link>
              {!enabled && <span className={classes.caption}>{text.segments.off}</span>}
            </span>
            {rules.map((rule) => (
              <div key={rule.number} className={classes.caption}>
                <bdi>{text.segments.rule(rule.number, rule.name)}</bdi>
                {rule.via !== null && (
                  <>
                    {", "}
                    <bdi>{text.segments.via(rule.via)}</bdi>
                  </>
                )}
              </div>
            ))}
          </li>
        ))}
      </ul>
      {needed !== null && needed.segments.length > 0 && (
        <>
          <h3>{text.segments.asking}</h3>
          <ul>
            {needed.segments.map((key) => (
              <li key={key}>
                <Link
                  className="untrusted"
                  to="/projects/$project/segments/$segment"
                  params={{ project, segment: key }}
                  search={(was) => ({ environment: was.environment })}
                >
                  <bdi>{key}</bdi>
                </Link>
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  );
}
