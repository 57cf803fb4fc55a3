import { Button, SegmentedControl } from "@mantine/core";
import { useClipboard, useMediaQuery } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";

import { faultsOf } from "../../../../api/faults";
import { attributesQuery, segmentsQuery } from "../../../../api/queries";
import { changed, fieldsOf, isChanged, now, placeOf, same, type Fields } from "../../../../model/draft";
import { keepUnread, unreadAt } from "../../../../model/unread";
import { without } from "../../../../model/without";
import { usePreview } from "../../../../moving/usePreview";
import { useStable } from "../../../../moving/useStable";
import { Icon } from "../../../../parts/Icon";
import { text as texts } from "../../../../text/en";
import { EnvironmentChoice } from "../EnvironmentChoice";
import panel from "../panel.module.css";
import type { TabProps } from "../Tabs";
import classes from "./DocumentTab.module.css";
import type { Known } from "./completion";
import { Editor, type Going } from "./Editor";
import { pathOf } from "./schema";
import { LANGUAGES, read, written, type Fault, type Language } from "./written";

/** What a field is that the text leaves out. */
const EMPTY: Fields = { enabled: false, off: null, default: null, prerequisites: [], targets: [], rules: [] };

/** The flag as an environment evaluates it, as a text: an edit makes the draft of the rule editor. */
export function DocumentTab({ project, flag, environment, draftIn, edit, versions }: TabProps) {
  const words = texts.flagTabs.document;
  const here = flag.environments[environment];
  const place = placeOf(project, flag.key, environment);
  const [language, setLanguage] = useState<Language>(() => (unreadAt(place)?.language === "yaml" ? "yaml" : "json"));
  const [typed, setTyped] = useState<{ text: string; for: string } | null>(null);
  const beside = useMediaQuery("(min-width: 900px)", true, { getInitialValueInEffect: false });
  const clipboard = useClipboard();
  const editor = useRef<Going>(null);
  const known = useKnown(project, environment, flag.variants.map(({ key }) => key));
  const draft = draftIn(environment);
  const served = here && fieldsOf(here);
  const fields = draft === null ? served : now(draft);
  const command = useStable(
    draft === null ? null : { type: "edit_flag", flag: flag.key, fields: changed(draft) },
  );
  const counted = usePreview(project, environment, command, versions[environment] ?? 0);
  // A draft that waits on this device is taken up: whom it moves is never out of sight.
  const waits = draft !== null && isChanged(draft);
  useEffect(() => {
    if (waits) edit(environment, {});
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each environment
  }, [environment, waits]);
  if (served === undefined || fields === undefined) return null;

  const which = `${environment} ${language}`;
  const unread = unreadAt(place);
  const wrote = typed?.for === which ? typed.text : unread?.language === language ? unread.text : null;
  const mine = wrote === null ? null : read(wrote);
  // What was typed stays as it was typed, as long as it says what the draft says, or is wrong.
  const stays = mine !== null && (mine.fields === null || same({ ...EMPTY, ...mine.fields }, fields));
  const shown = stays && wrote !== null ? wrote : written(fields, language);
  const reading = stays ? mine : read(shown);
  const faults = reading.faults.length > 0 ? reading.faults : told(counted.error, flag.key, reading.fault);
  const change = (text: string) => {
    setTyped({ text, for: which });
    const next = read(text).fields;
    // A draft cannot hold what cannot be read: it is kept as it was written.
    keepUnread(place, next === null ? { language, text } : null);
    if (next !== null && !same({ ...EMPTY, ...next }, fields)) edit(environment, { ...EMPTY, ...next });
  };
  const giveUp = () => change(written(fields, language));
  return (
    <div className={panel.stack}>
      <header className={panel.head}>
        <EnvironmentChoice flag={flag} environment={environment} />
        <SegmentedControl
          size="xs"
          aria-label={words.language}
          data={LANGUAGES.map((each) => ({ value: each, label: words[each] }))}
          value={language}
          onChange={(next) => setLanguage(next)}
        />
        <span className={panel.hint}>{words.hint}</span>
        <span className={panel.room} />
        <Button
          variant="default"
          size="compact-sm"
          leftSection={<Icon name="copy" size={12} />}
          onClick={() => clipboard.copy(JSON.stringify({ ...without(flag, "environments"), ...fields }, null, 2))}
        >
          {clipboard.copied ? words.copied : words.copy}
        </Button>
      </header>
      <section className={panel.panel} aria-label={words.title(environment)}>
        {beside && (
          <div className={classes.heads} aria-hidden>
            <span>{words.saved}</span>
            <span>{words.mine}</span>
          </div>
        )}
        <div className={classes.editor}>
          <Editor
            key={which}
            ref={editor}
            language={language}
            saved={written(served, language)}
            text={shown}
            faults={faults}
            known={known}
            beside={beside}
            change={change}
          />
        </div>
        <Faults
          faults={faults}
          draft={draft !== null}
          goTo={(offset) => editor.current?.goTo(offset)}
          giveUp={mine !== null && mine.fields === null ? giveUp : null}
        />
      </section>
    </div>
  );
}

interface FaultsProps {
  faults: readonly Fault[];
  draft: boolean;
  goTo: (offset: number) => void;
  /** Back to the last text that could be read; null where it can be read. */
  giveUp: (() => void) | null;
}

/** Every fault by its line, and the way there. */
function Faults({ faults, draft, goTo, giveUp }: FaultsProps) {
  const words = texts.flagTabs.document;
  return (
    <div className={classes.faults} role="status">
      {faults.length === 0 ? (
        <span className={panel.hint}>{draft ? words.isDraft : words.noDraft}</span>
      ) : (
        <>
          <div className={panel.head}>
            <strong>{words.faults(faults.length)}</strong>
            {giveUp !== null && (
              <>
                <span className={panel.hint}>{words.unread}</span>
                <Button variant="default" size="compact-sm" onClick={giveUp}>
                  {words.giveUp}
                </Button>
              </>
            )}
          </div>
          <ul>
            {faults.slice(0, SHOWN_FAULTS).map(({ from, line, message }, index) => (
              <li key={index}>
                <Button variant="subtle" size="compact-sm" onClick={() => goTo(from)}>
                  {words.line(line)}
                </Button>
                <bdi>{message}</bdi>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

const SHOWN_FAULTS = 20;

/** The server's faults of a draft, where they stand in the text. */
function told(error: unknown, flag: string, fault: (path: string[], message: string) => Fault): Fault[] {
  const start = ["flags", flag];
  return faultsOf(error).map(({ pointer, detail, hint }) => {
    const path = pathOf(pointer);
    const at = path.findIndex((_, index) => start.every((step, offset) => path[index + offset] === step));
    return fault(at < 0 ? [] : path.slice(at + start.length), hint ? `${detail} (${hint})` : detail);
  });
}

/** What is known besides the schema: what one names in a flag. */
function useKnown(project: string, environment: string, variants: string[]): Known {
  const attributes = useQuery(attributesQuery(project, environment));
  const segments = useQuery(segmentsQuery(project, environment));
  return {
    off: variants,
    default: variants,
    serve: variants,
    variant: variants,
    outside: variants,
    attribute: (attributes.data ?? []).map(({ name }) => name),
    by: (attributes.data ?? []).map(({ name }) => name),
    segment: segments.data ?? [],
  };
}
