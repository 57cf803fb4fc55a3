import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { json } from "@codemirror/lang-json";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, indentOnInput } from "@codemirror/language";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { MergeView, unifiedMergeView } from "@codemirror/merge";
import { EditorState, type Extension } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { useEffect, useImperativeHandle, useRef, type Ref } from "react";

import { text as texts } from "../../../../text/en";
import { completion, type Known } from "./completion";
import { look } from "./look";
import type { Fault, Language } from "./written";

export interface Going {
  /** Puts the cursor at a place of the text. */
  goTo: (offset: number) => void;
}

interface Props {
  ref: Ref<Going>;
  language: Language;
  /** As it is saved, to be compared with. */
  saved: string;
  text: string;
  faults: readonly Fault[];
  known: Known;
  /** Both texts beside each other, or the difference within the one. */
  beside: boolean;
  change: (text: string) => void;
}

/** Ctrl-Enter is the page's: it asks for approval. */
const ours = defaultKeymap.filter(({ key }) => key !== "Mod-Enter");

/** Replaces a selection by what is typed. The browser would do it with styles, which the policy refuses. */
const replacing = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    if (event.inputType !== "insertText" || event.data === null || view.state.selection.main.empty) return false;
    event.preventDefault();
    view.dispatch(view.state.replaceSelection(event.data), { userEvent: "input.type", scrollIntoView: true });
    return true;
  },
});

/** The text as it is written, against what is saved. */
export function Editor({ ref, language, saved, text, faults, known, beside, change }: Props) {
  const place = useRef<HTMLDivElement>(null);
  const editor = useRef<EditorView>(null);
  // What the editor asks for later is what it is then: it is made once, not at each keystroke.
  const latest = useRef({ text, known, change });
  useEffect(() => {
    latest.current = { text, known, change };
  });
  useImperativeHandle(ref, () => ({
    goTo: (offset) => {
      const view = editor.current;
      view?.dispatch({ selection: { anchor: Math.min(offset, view.state.doc.length) }, scrollIntoView: true });
      view?.focus();
    },
  }));

  useEffect(() => {
    const parent = place.current;
    if (parent === null) return undefined;
    const words = texts.flagTabs.document;
    const common: Extension = [
      language === "json" ? json() : yaml(),
      lineNumbers(),
      EditorView.lineWrapping,
      look,
    ];
    const mine: Extension = [
      common,
      replacing,
      history(),
      drawSelection(),
      closeBrackets(),
      bracketMatching(),
      indentOnInput(),
      lintGutter(),
      autocompletion({ override: [completion(language, () => latest.current.known)], icons: false }),
      keymap.of([...closeBracketsKeymap, ...ours, ...historyKeymap, ...completionKeymap]),
      EditorView.contentAttributes.of({ "aria-label": words.mine }),
      EditorView.updateListener.of((update) => {
        const typed = update.docChanged && update.transactions.some((each) => !each.isUserEvent("from-outside"));
        if (typed) latest.current.change(update.state.doc.toString());
      }),
    ];
    const doc = latest.current.text;
    if (!beside) {
      const original = unifiedMergeView({ original: saved, mergeControls: false });
      const view = new EditorView({ doc, extensions: [mine, original], parent });
      editor.current = view;
      return () => view.destroy();
    }
    const theirs: Extension = [
      common,
      EditorState.readOnly.of(true),
      EditorView.contentAttributes.of({ "aria-label": words.saved }),
    ];
    const both = new MergeView({
      a: { doc: saved, extensions: theirs },
      b: { doc, extensions: mine },
      parent,
      gutter: true,
    });
    editor.current = both.b;
    return () => both.destroy();
  }, [language, saved, beside]);

  // What changed elsewhere, in the rule editor or by undoing, is shown; what was typed here is there.
  useEffect(() => {
    const view = editor.current;
    if (view === null || view.state.doc.toString() === text) return;
    view.dispatch({
      changes: { from: 0, to: view.state.doc.length, insert: text },
      userEvent: "from-outside",
    });
  }, [text]);

  useEffect(() => {
    const view = editor.current;
    if (view === null) return;
    const end = view.state.doc.length;
    const shown = faults.map(({ from, to, message }) => ({
      from: Math.min(from, end),
      to: Math.min(to, end),
      severity: "error" as const,
      message,
    }));
    view.dispatch(setDiagnostics(view.state, shown));
  }, [faults, language, saved, beside]);

  return <div ref={place} />;
}
