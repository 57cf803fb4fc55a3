import { useQuery } from "@tanstack/react-query";

import type { Flag, ProjectFlag } from "../../../../client";
import { Loading, Trouble } from "../../../../parts/States";
import { Sentence } from "../../../../parts/Sentence";
import { Variant, type VariantKeys } from "../../../../parts/Variant";
import { ConditionView } from "../../../../rules/ConditionView";
import { ServeView } from "../../../../rules/ServeView";
import { text } from "../../../../text/en";
import { flagAtQuery } from "../../../../trace/asking";
import panel from "../panel.module.css";
import classes from "./Activity.module.css";

interface Props {
  project: string;
  flag: ProjectFlag;
  environment: string;
  version: number;
  isNow: boolean;
}

/** What the flag served at a version: everything that decided, in the order asked. */
export function Then({ project, flag, environment, version, isNow }: Props) {
  const found = useQuery(flagAtQuery(project, environment, flag.key, version));
  const words = text.flagTabs.activity;
  const title = isNow ? words.servedNow(environment) : words.served(environment);
  const here = flag.environments[environment];
  const of: VariantKeys = {
    variants: (found.data?.variants ?? flag.variants).map(({ key }) => key),
    off: found.data?.off ?? null,
  };
  return (
    <section className={panel.panel} aria-label={title}>
      <h2>{title}</h2>
      {isNow && here && <Sentence says={here.says} of={of} small />}
      {found.isError ? (
        <Trouble error={found.error} retry={() => void found.refetch()} />
      ) : found.isPending ? (
        <Loading />
      ) : found.data === null ? (
        <p>{words.notThere}</p>
      ) : (
        <Asked flag={found.data} of={of} />
      )}
    </section>
  );
}

function Asked({ flag, of }: { flag: Flag; of: VariantKeys }) {
  const words = text.flagTabs.activity;
  if (flag.enabled === false) {
    return (
      <p>
        {words.off} {flag.off ? <Variant of={of} name={flag.off} /> : text.flag.fallback}
      </p>
    );
  }
  return (
    <dl className={classes.asked}>
      {(flag.prerequisites ?? []).map(({ flag: needed, variants }) => (
        <Line key={needed} name={text.flag.prerequisite}>
          <bdi className="mono">{needed}</bdi> {text.trace.mustBe} <bdi className="mono">{variants.join(", ")}</bdi>
        </Line>
      ))}
      {(flag.targets ?? []).map(({ variant, keys }, index) => (
        <Line key={index} name={text.flag.targets}>
          {keys.length.toLocaleString("en")} <Variant of={of} name={variant} />
        </Line>
      ))}
      {(flag.rules ?? []).map(({ id, name, when, serve, paused }, index) => (
        <Line key={id} name={[text.flag.rule(index + 1), name].filter(Boolean).join(" ")}>
          {paused && <span className={panel.hint}>{text.flag.paused} </span>}
          <ConditionView condition={when} />
          <div className={classes.serve}>
            <span className={panel.hint}>{text.flag.serves}</span>
            <ServeView serve={serve} of={of} />
          </div>
        </Line>
      ))}
      <Line name={words.everyoneElse}>
        <ServeView serve={flag.default ?? null} of={of} />
      </Line>
    </dl>
  );
}

function Line({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <>
      <dt>
        <bdi>{name}</bdi>
      </dt>
      <dd>{children}</dd>
    </>
  );
}
