import type { VariantKeys } from "../parts/Variant";
import { ConflictPanel, NewsLine } from "./ConflictPanel";
import type { Drafting } from "./useDraft";
import type { Counted } from "./usePreview";

interface Props<F extends object> {
  project: string;
  environment: string;
  /** The version that is there now. */
  version: number;
  drafting: Drafting<F>;
  /** What somebody else has made of what the draft was begun from. */
  theirs: (from: F) => object;
  commandOf: (fields: object) => Record<string, unknown>;
  mine: Counted;
  variantsOf: (flag: string) => VariantKeys;
  /** The name of a field. */
  named: (field: keyof F) => string;
}

/** What others have saved since the draft was begun: a choice where it meets the draft, else news. */
export function Meanwhile<F extends object>(props: Props<F>) {
  const { project, environment, version, drafting, theirs, commandOf, mine, variantsOf, named } = props;
  const { conflict, news } = drafting;
  if (conflict !== null) {
    return (
      <ConflictPanel
        project={project}
        environment={environment}
        version={version}
        conflict={conflict}
        commandOf={commandOf}
        theirs={theirs(conflict.from)}
        mine={mine}
        variantsOf={variantsOf}
        choose={drafting.choose}
      />
    );
  }
  if (news === null) return null;
  return (
    <NewsLine news={news} named={(field) => named(field as keyof F)} dismiss={drafting.dismissNews} />
  );
}
