import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags } from "@lezer/highlight";

const MONO = "var(--mantine-font-family-monospace)";
const MENU = {
  border: "1px solid var(--y-line-2)",
  borderRadius: "4px",
  background: "var(--y-surface)",
  color: "var(--y-t1)",
  boxShadow: "var(--y-shadow)",
};

// Colour is data: names and values differ by weight and grey.
const highlighting = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: "var(--y-t2)" },
  { tag: [tags.string, tags.content, tags.number, tags.bool, tags.null], color: "var(--y-t1)", fontWeight: "500" },
  { tag: [tags.separator, tags.brace, tags.squareBracket, tags.punctuation], color: "var(--y-t3)" },
  { tag: tags.comment, color: "var(--y-t3)", fontStyle: "italic" },
]);

const theme = EditorView.theme({
  "&": { color: "var(--y-t1)", background: "var(--y-surface)", fontSize: "12px" },
  "&.cm-focused": { outline: "2px solid var(--y-accent)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: MONO, lineHeight: "20px" },
  ".cm-content": { caretColor: "var(--y-t1)", padding: "8px 0" },
  ".cm-cursor": { borderLeftColor: "var(--y-t1)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground, ::selection": {
    background: "var(--y-accent-soft) !important",
  },
  ".cm-gutters": { border: 0, background: "var(--y-sunk)", color: "var(--y-t3)" },
  ".cm-matchingBracket": { outline: "1px solid var(--y-ctl)", background: "none !important" },
  ".cm-lintRange-error": { backgroundImage: "none", borderBottom: "2px solid var(--y-danger)" },
  ".cm-tooltip": MENU,
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: MONO },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    background: "var(--y-accent-soft)",
    color: "var(--y-accent-text)",
  },
  ".cm-completionInfo": { maxWidth: "320px", font: "400 12px/16px var(--mantine-font-family)" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "600" },
  // The marks of the library are pictures in data: addresses, which the policy does not let in.
  ".cm-lint-marker-error": { content: '""', width: "8px", height: "8px", borderRadius: "50%", background: "var(--y-danger)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--y-danger)" },
  // The difference: what goes is struck through and grey, what comes has the accent.
  "&.cm-merge-a .cm-changedLine, .cm-deletedChunk": {
    background: "var(--y-sunk) !important",
    color: "var(--y-t2)",
  },
  "&.cm-merge-b .cm-changedLine, .cm-insertedLine": { background: "var(--y-accent-soft) !important" },
  "&.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText": {
    background: "none !important",
    textDecoration: "line-through",
  },
  "&.cm-merge-b .cm-changedText": {
    background: "none !important",
    boxShadow: "inset 0 -2px var(--y-accent)",
  },
  "&.cm-merge-a .cm-changedLineGutter, .cm-deletedLineGutter": { background: "var(--y-ctl) !important" },
  "&.cm-merge-b .cm-changedLineGutter": { background: "var(--y-accent) !important" },
});

/** The nonce by which the Content-Security-Policy lets this page's own styles in. */
const nonce = document.querySelector<HTMLMetaElement>("meta[name=csp-nonce]")?.content ?? "";

/** How the editor looks: the house's tokens, in both themes. */
export const look = [theme, syntaxHighlighting(highlighting), EditorView.cspNonce.of(nonce)];
