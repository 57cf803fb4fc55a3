import { Skeleton } from "@mantine/core";

import type { FlagInEnvironment } from "../../../client";
import { Sentence } from "../../../parts/Sentence";
import type { VariantKeys } from "../../../parts/Variant";
import type { Looking } from "./useLooked";

/** What is served here, in one sentence of the server's; of a draft, with what is new marked. */
export function Says({ here, drafting, looking, of }: {
  here: FlagInEnvironment;
  drafting: boolean;
  looking: Looking;
  of: VariantKeys;
}) {
  if (!drafting) return <Sentence says={here.says} of={of} />;
  if (looking.drafted !== undefined) return <Sentence says={looking.drafted.says} of={of} />;
  if (looking.error !== null) return <Sentence says={here.says} of={of} />;
  return (
    <div aria-hidden>
      <Skeleton height={16} my={4} animate={false} />
      <Skeleton height={16} my={4} width="60%" animate={false} />
    </div>
  );
}
