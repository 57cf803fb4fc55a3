import { ActionIcon, Button, Textarea, TextInput } from "@mantine/core";

import { faultAt } from "../../../../api/faults";
import type { ProjectFlag } from "../../../../client";
import { Icon } from "../../../../parts/Icon";
import { Mark, markOf } from "../../../../parts/Variant";
import { text } from "../../../../text/en";
import panel from "../panel.module.css";
import { valueOf, type VariantForm } from "./form";
import classes from "./Settings.module.css";

interface Props {
  flag: ProjectFlag;
  variants: VariantForm[];
  error: unknown;
  change: (variants: VariantForm[]) => void;
  children: React.ReactNode;
}

/** The values that a flag can have. One that is served cannot be taken away; a renamed one stays in its rules. */
export function Variants({ flag, variants, error, change, children }: Props) {
  const words = text.flagTabs.settings;
  const off = Object.values(flag.environments)[0]?.off ?? null;
  const keys = variants.map(({ key }) => key);
  const put = (at: number, more: Partial<VariantForm>) =>
    change(variants.map((variant, index) => (index === at ? { ...variant, ...more } : variant)));
  const fault = (at: number, field: string) => faultAt(error, `/variants/${at}/${field}`);
  return (
    <section className={panel.panel} aria-label={words.variants}>
      <div className={panel.head}>
        <h2>{words.variants}</h2>
        <span className={panel.hint}>{words.variantsHint}</span>
      </div>
      {variants.map((variant, at) => {
        const wrong = valueOf(variant.value, flag.type) === undefined ? words.badValue(flag.type) : undefined;
        return (
          <div key={at} className={classes.variant}>
            <span className={classes.mark}>
              <Mark place={markOf(keys, off, variant.key)} />
            </span>
            <TextInput
              aria-label={words.key(at + 1)}
              placeholder={words.keyHead}
              classNames={{ input: "mono" }}
              value={variant.key}
              error={fault(at, "key")}
              description={variant.was !== null && variant.was.key !== variant.key ? words.renamed(variant.was.key) : undefined}
              inputWrapperOrder={["label", "input", "description", "error"]}
              maxLength={256}
              spellCheck={false}
              onChange={(event) => put(at, { key: event.currentTarget.value })}
            />
            <Textarea
              aria-label={words.value(at + 1)}
              placeholder={words.valueHead}
              classNames={{ input: "mono" }}
              value={variant.value}
              error={wrong ?? fault(at, "value")}
              autosize
              minRows={1}
              maxRows={12}
              spellCheck={false}
              onChange={(event) => put(at, { value: event.currentTarget.value })}
            />
            <TextInput
              aria-label={words.about(at + 1)}
              placeholder={words.aboutHead}
              value={variant.description}
              error={fault(at, "description")}
              onChange={(event) => put(at, { description: event.currentTarget.value })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={words.remove(variant.key)}
              disabled={variants.length === 1}
              title={variants.length === 1 ? words.last : undefined}
              onClick={() => change(variants.filter((_, index) => index !== at))}
            >
              <Icon name="close" size={12} />
            </ActionIcon>
          </div>
        );
      })}
      <Button
        variant="default"
        size="compact-sm"
        leftSection={<Icon name="plus" size={12} />}
        onClick={() => change([...variants, { key: "", value: flag.type === "string" ? "" : firstOf(flag.type), description: "", was: null }])}
      >
        {words.add}
      </Button>
      {children}
    </section>
  );
}

function firstOf(type: Exclude<ProjectFlag["type"], "string">): string {
  return { boolean: "false", integer: "0", number: "0", json: "{}" }[type];
}
