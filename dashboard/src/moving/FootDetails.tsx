import { Tabs } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";

import { movers } from "../model/movement";
import type { VariantKeys } from "../parts/Variant";
import { text } from "../text/en";
import { BudgetMeters } from "./BudgetMeter";
import { Findings } from "./Findings";
import classes from "./MovementFoot.module.css";
import type { Odd } from "./odd";
import { People, type Serving } from "./People";
import type { Counted } from "./usePreview";
import { Who } from "./Who";
import { Why } from "./Why";

interface Props {
  environment: string;
  flag: string | undefined;
  counted: Counted;
  odd: readonly Odd[];
  variantsOf: (flag: string) => VariantKeys;
  before: Serving | undefined;
  after: Serving | undefined;
  height: number;
}

/** Who moves, what explains it, what is odd about it, and somebody for example. */
export function FootDetails(props: Props) {
  const { environment, flag, counted, odd, variantsOf, before, after, height } = props;
  const narrow = useMediaQuery("(max-width: 1099px)", undefined, { getInitialValueInEffect: false });
  const { movement, verdict, version } = counted;
  if (movement === null) return null;
  const keys = (flag === undefined ? movers(movement).map(([key]) => key) : [flag]).filter(
    (key) => movement.flags[key] !== undefined,
  );
  const flags = keys.flatMap((key) => {
    const found = movement.flags[key];
    return found === undefined ? [] : [{ key, found, of: variantsOf(key) }];
  });
  const titled = (key: string) => flag === undefined && <h4 className={classes.flag}>{key}</h4>;
  const who = flags.map(({ key, found, of }) => (
    <div key={key}>
      {titled(key)}
      <Who found={found} of={of} total={movement.contexts} />
    </div>
  ));
  const why = (
    <>
      {flags.map(({ key, found }) => (
        <div key={key}>
          {titled(key)}
          <Why found={found} />
        </div>
      ))}
      <BudgetMeters verdict={verdict} environment={environment} />
    </>
  );
  const people = flags.map(({ key, found, of }) => (
    <People
      flag={key}
      key={key}
      environment={environment}
      found={found}
      of={of}
      version={version}
      before={key === flag ? before : undefined}
      after={key === flag ? after : undefined}
    />
  ));
  const panels = [
    { key: "who", title: text.moving.who, tab: text.moving.whoTab, body: who },
    { key: "why", title: text.moving.why, tab: text.moving.whyTab, body: why },
    { key: "findings", title: text.moving.findings, tab: text.moving.findings, body: <Findings odd={odd} /> },
  ];
  // A scrolling region can be scrolled by keyboard only if it can be focused.
  const scrolls = { className: classes.details, style: { "--foot-height": `${height}px` } as React.CSSProperties };
  if (narrow) {
    return (
      // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
      <div {...scrolls} tabIndex={0} role="group" aria-label={text.moving.more}>
        <Tabs defaultValue="who" keepMounted={false}>
          <Tabs.List aria-label={text.moving.tabs}>
            {panels.map(({ key, tab }) => (
              <Tabs.Tab key={key} value={key}>
                {tab}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          {panels.map(({ key, body }) => (
            <Tabs.Panel key={key} value={key} className={classes.panel}>
              {body}
              {key === "who" && people}
            </Tabs.Panel>
          ))}
        </Tabs>
      </div>
    );
  }
  return (
    // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <div {...scrolls} tabIndex={0} role="group" aria-label={text.moving.more}>
      <div className={classes.panels}>
        {panels.map(({ key, title, body }) => (
          <section key={key} className={classes.panel} aria-label={title}>
            <h3>
              {title}
              {key === "who" && <span>{text.moving.nowAndAfter}</span>}
            </h3>
            {body}
          </section>
        ))}
      </div>
      {people}
    </div>
  );
}
