import { Select } from "@mantine/core";

import type { ObservedContext } from "../../client";
import { partsOf, shownValue, withheldOf } from "../../model/contexts";
import { number } from "../../model/movement";
import { Time } from "../../parts/Time";
import { Unknown } from "../../parts/Variant";
import { text } from "../../text/en";
import classes from "./ContextPage.module.css";

interface Props {
  context: Record<string, unknown>;
  /** What is known of it; null if it was never seen. */
  observed: ObservedContext | null;
  /** The contexts that have this key. */
  among: ObservedContext[];
  choose: (id: string) => void;
}

/** What is known of a context: its attributes, what is withheld, how often and when it was seen. */
export function WhoItIs({ context, observed, among, choose }: Props) {
  const words = text.contexts;
  const parts = partsOf(context);
  const several = parts.length > 1 || parts[0]?.kind !== "user";
  const withheld = withheldOf(context);
  return (
    <section className={classes.panel} aria-label={words.who}>
      <h2>{words.who}</h2>
      {observed === null ? (
        <p className={classes.caption}>{words.neverSeen}</p>
      ) : (
        <p className={classes.caption}>
          {observed.weight === 1 ? words.oneSighting : words.sightings(number(observed.weight))}
          {", "}
          {words.last_at} <Time at={observed.last_at} />
          {", "}
          {words.first_at} <Time at={observed.first_at} />
          {"; "}
          <bdi>{words.source(observed.source, observed.application)}</bdi>
        </p>
      )}
      {among.length > 1 && (
        <Select
          label={words.several}
          data={among.map((each) => ({ value: each.id, label: keysOf(each.context) }))}
          value={observed?.id ?? null}
          onChange={(id) => id !== null && choose(id)}
        />
      )}
      {parts.map(({ kind, key, attributes }) => (
        <div key={kind} className={classes.part}>
          {several && (
            <h3>
              <bdi>{kind}</bdi> <code className="untrusted">{key}</code>
            </h3>
          )}
          {attributes.length === 0 && withheld.length === 0 && (
            <p className={classes.caption}>{words.noAttributes}</p>
          )}
          <dl className={classes.attributes}>
            {attributes.map(({ name, value, hashed }) => (
              <div key={name}>
                <dt className="untrusted" title={name}>
                  {name}
                </dt>
                <dd>
                  {hashed ? (
                    <Unknown>{words.hashed}</Unknown>
                  ) : (
                    <bdi className="untrusted" title={shownValue(value)}>
                      {shownValue(value)}
                    </bdi>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
      {withheld.length > 0 && (
        <dl className={classes.attributes}>
          {withheld.map((name) => (
            <div key={name}>
              <dt className="untrusted" title={name}>
                {name}
              </dt>
              <dd>
                <Unknown>{words.withheld}</Unknown>
              </dd>
            </div>
          ))}
        </dl>
      )}
    </section>
  );
}

function keysOf(context: Record<string, unknown>): string {
  return partsOf(context)
    .map(({ kind, key }) => `${kind} ${key}`)
    .join(", ");
}
