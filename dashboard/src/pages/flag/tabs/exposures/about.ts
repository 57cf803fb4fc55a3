import type { VariantKeys } from "../../../../parts/Variant";

/** What the sections of this tab are about. */
export interface About {
  project: string;
  environment: string;
  flag: string;
  of: VariantKeys;
}
