import { MultiSelect } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";

import { flagQuery } from "../api/queries";
import { mainOf } from "../model/environments";
import { Variant } from "../parts/Variant";
import { text } from "../text/en";
import classes from "./Condition.module.css";

interface Props {
  project: string;
  flag: string;
  variants: string[];
  word: string;
  /** Undefined while it is only read. At least one variant stays. */
  change?: ((variants: string[]) => void) | undefined;
}

/** Another flag and the variants that it has to serve. */
export function FlagVariants({ project, flag, variants, word, change }: Props) {
  const found = useQuery(flagQuery(project, flag));
  const other = found.data?.flag;
  const keys = other?.variants.map(({ key }) => key) ?? variants;
  const main = mainOf(Object.keys(other?.environments ?? {}));
  const off = main === undefined ? null : (other?.environments[main]?.off ?? null);
  return (
    <>
      <Link
        to="/projects/$project/flags/$flag"
        params={{ project, flag }}
        className={classes.flag}
        title={flag}
      >
        <bdi>{flag}</bdi>
      </Link>
      <span className={classes.word}>{word}</span>
      {change ? (
        <MultiSelect
          size="xs"
          className={classes.variants}
          aria-label={text.targeting.prerequisites.variants(flag)}
          data={keys}
          value={variants}
          onChange={(next) => {
            if (next.length > 0) change(next);
          }}
        />
      ) : (
        variants.map((variant) => (
          <Variant key={variant} of={{ variants: keys, off }} name={variant} />
        ))
      )}
    </>
  );
}
