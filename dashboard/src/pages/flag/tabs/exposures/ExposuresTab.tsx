import { SegmentedControl } from "@mantine/core";
import { useMemo, useState } from "react";

import { text } from "../../../../text/en";
import { WINDOWS, type WindowName } from "../counts";
import { EnvironmentChoice } from "../EnvironmentChoice";
import panel from "../panel.module.css";
import type { TabProps } from "../Tabs";
import { Conversions } from "./Conversions";
import { OverTime } from "./OverTime";
import { Units } from "./Units";

/** What is served over time, how many units were given each variant, and what they did afterwards. */
export function ExposuresTab({ project, flag, environment }: TabProps) {
  const words = text.flagTabs.exposures;
  const [window, setWindow] = useState<WindowName>("day");
  const off = flag.environments[environment]?.off ?? null;
  const of = useMemo(() => ({ variants: flag.variants.map(({ key }) => key), off }), [flag, off]);
  const about = { project, environment, flag: flag.key, of };
  return (
    <div className={panel.stack}>
      <header className={panel.head}>
        <EnvironmentChoice flag={flag} environment={environment} />
        <SegmentedControl
          size="xs"
          aria-label={words.window}
          data={(Object.keys(WINDOWS) as WindowName[]).map((value) => ({ value, label: words.windows[value] }))}
          value={window}
          onChange={(value) => setWindow(value)}
        />
      </header>
      <OverTime {...about} window={window} />
      <Units {...about} />
      <Conversions {...about} />
    </div>
  );
}
