import type { VariantKeys } from "../../../../parts/Variant";
import { EnvironmentChoice } from "../EnvironmentChoice";
import panel from "../panel.module.css";
import type { TabProps } from "../Tabs";
import { Counted } from "./Counted";
import { People } from "./People";

/** Who got what, and why: as programs were answered, and context by context. */
export function AudienceTab({ project, flag, environment }: TabProps) {
  const of: VariantKeys = {
    variants: flag.variants.map(({ key }) => key),
    off: flag.environments[environment]?.off ?? null,
  };
  return (
    <div className={panel.stack}>
      <header className={panel.head}>
        <EnvironmentChoice flag={flag} environment={environment} />
      </header>
      <Counted project={project} environment={environment} flag={flag.key} of={of} />
      <People key={environment} project={project} environment={environment} flag={flag} of={of} />
    </div>
  );
}
