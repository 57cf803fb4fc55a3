import { Button } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";

import type { FlagInEnvironment, ProjectFlag } from "../../../../client";
import { Sentence } from "../../../../parts/Sentence";
import { Loading, Trouble } from "../../../../parts/States";
import type { VariantKeys } from "../../../../parts/Variant";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import classes from "./Activity.module.css";
import { Asked } from "./Asked";
import type { ThenFlag } from "./useThen";

interface Props {
  flag: ProjectFlag;
  at: string | undefined;
  then: ThenFlag;
}

/** What the flag served then, to whom, in every environment. */
export function Then({ flag, at, then }: Props) {
  const words = text.flagTabs.activity;
  const title = at === undefined ? words.servedNow : words.served;
  const [open, { toggle }] = useDisclosure(false);
  const found = then.flag;
  return (
    <section className={panel.panel} aria-label={title} data-wide={open || undefined}>
      <h2>{title}</h2>
      {then.error !== null ? (
        <Trouble error={then.error} retry={then.retry} />
      ) : found === undefined ? (
        <Loading />
      ) : found === null ? (
        <p>{words.notThere}</p>
      ) : (
        <>
          <dl className={classes.asked}>
            {Object.keys(flag.environments).map((environment) => (
              <Line key={environment} environment={environment} flag={found} />
            ))}
          </dl>
          <Button mt={8} variant="default" size="compact-sm" aria-expanded={open} onClick={toggle}>
            {open ? words.hideRules : at === undefined ? words.showRulesNow : words.showRules}
          </Button>
          {open && (
            <div className={classes.columns}>
              {Object.entries(found.environments).map(([environment, here]) => (
                <section key={environment} aria-label={environment}>
                  <h3>{environment}</h3>
                  <Asked here={here} of={keysOf(found, here)} />
                </section>
              ))}
            </div>
          )}
        </>
      )}
    </section>
  );
}

function Line({ environment, flag }: { environment: string; flag: ProjectFlag }) {
  const here = flag.environments[environment];
  return (
    <>
      <dt>
        <bdi>{environment}</bdi>
      </dt>
      <dd>
        {here ? (
          <Sentence says={here.says} of={keysOf(flag, here)} small />
        ) : (
          <span className={panel.hint}>{text.flagTabs.activity.notThere}</span>
        )}
      </dd>
    </>
  );
}

function keysOf(flag: ProjectFlag, { off }: FlagInEnvironment): VariantKeys {
  return { variants: flag.variants.map(({ key }) => key), off };
}
