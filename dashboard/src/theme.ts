import {
  createTheme,
  defaultVariantColorsResolver,
  type CSSVariablesResolver,
  type MantineColorsTuple,
  type VariantColorsResolver,
} from "@mantine/core";

import { text } from "./text/en";

const accent: MantineColorsTuple = [
  "#e1f0f1",
  "#c2e1e4",
  "#9bd0d4",
  "#6fbcc3",
  "#5bc4ce",
  "#2f8f99",
  "#0a6670",
  "#0a5a63",
  "#075059",
  "#06282c",
];

const danger: MantineColorsTuple = [
  "#fcebea",
  "#f6cfcc",
  "#efb0ab",
  "#e5a6a1",
  "#ff8f85",
  "#d9564b",
  "#b3261e",
  "#971e17",
  "#7a3b37",
  "#3a1b1a",
];

/** What stands on a filled colour has the contrast that the tokens give it, in both themes. */
const readable: VariantColorsResolver = (input) => {
  const colors = defaultVariantColorsResolver(input);
  if (input.variant !== "filled") return colors;
  return { ...colors, color: input.color === "danger" ? "var(--y-on-danger)" : "var(--y-on-accent)" };
};

const CLOSE = { "aria-label": text.states.close };

/** The dark theme's greys, from text to canvas, in place of Mantine's neutral ones. */
const dark: MantineColorsTuple = [
  "#e6ebef",
  "#aeb8c2",
  "#8f9ba7",
  "#6f7c89",
  "#3a4651",
  "#2a343d",
  "#1e262d",
  "#161c22",
  "#0f1418",
  "#0b1014",
];

/** The house's measures; see the tokens in tokens.css for its colours. */
export const theme = createTheme({
  primaryColor: "accent",
  primaryShade: { light: 6, dark: 4 },
  colors: { accent, danger, dark },
  defaultRadius: 4,
  radius: { xs: "3px", sm: "4px", md: "6px" },
  fontFamily: '"IBM Plex Sans Variable", system-ui, sans-serif',
  fontFamilyMonospace: '"IBM Plex Mono", ui-monospace, monospace',
  fontSizes: { xs: "12px", sm: "13px", md: "13px", lg: "15px", xl: "16px" },
  lineHeights: { xs: "16px", sm: "20px", md: "20px", lg: "24px", xl: "24px" },
  spacing: { xs: "4px", sm: "8px", md: "16px", lg: "24px", xl: "48px" },
  headings: {
    fontWeight: "600",
    sizes: {
      h1: { fontSize: "24px", lineHeight: "32px" },
      h2: { fontSize: "16px", lineHeight: "24px" },
      h3: { fontSize: "13px", lineHeight: "20px" },
    },
  },
  focusRing: "auto",
  autoContrast: false,
  variantColorResolver: readable,
  cursorType: "pointer",
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: "sm", h: 32 } },
    TextInput: { defaultProps: { size: "sm" } },
    Select: { defaultProps: { size: "sm", allowDeselect: false } },
    Tooltip: { defaultProps: { openDelay: 300, transitionProps: { duration: 0 } } },
    Modal: {
      defaultProps: {
        transitionProps: { duration: 0 },
        centered: true,
        closeButtonProps: CLOSE,
        // The page has one banner; a dialog's heading is none.
        attributes: { header: { role: "presentation" } },
      },
    },
    Notification: {
      defaultProps: { closeButtonProps: CLOSE },
      // Mantine's grey on white is too pale for text.
      styles: { description: { color: "var(--y-t2)" } },
    },
    Menu: {
      // A menu has items only: the first of them has the focus.
      defaultProps: { transitionProps: { duration: 0 }, withInitialFocusPlaceholder: false },
    },
    Switch: { defaultProps: { withThumbIndicator: false } },
  },
});

/** Mantine's surfaces are ours. */
export const variables: CSSVariablesResolver = () => {
  const ours = {
    "--mantine-color-body": "var(--y-canvas)",
    "--mantine-color-text": "var(--y-t1)",
    "--mantine-color-dimmed": "var(--y-t3)",
    "--mantine-color-placeholder": "var(--y-t3)",
    "--mantine-color-anchor": "var(--y-accent-text)",
    "--mantine-color-default": "var(--y-surface)",
    "--mantine-color-default-color": "var(--y-t1)",
    "--mantine-color-default-border": "var(--y-ctl)",
    "--mantine-color-default-hover": "var(--y-sunk)",
    "--mantine-color-error": "var(--y-danger)",
    "--mantine-primary-color-filled": "var(--y-accent)",
    "--mantine-primary-color-contrast": "var(--y-on-accent)",
    "--mantine-color-accent-filled": "var(--y-accent)",
    "--mantine-primary-color-filled-hover": "var(--y-accent-text)",
    "--mantine-color-accent-filled-hover": "var(--y-accent-text)",
    "--mantine-color-accent-light": "var(--y-accent-soft)",
    "--mantine-color-accent-light-color": "var(--y-accent-text)",
    "--mantine-color-danger-filled": "var(--y-danger)",
    "--mantine-color-danger-light": "var(--y-danger-soft)",
    "--mantine-color-danger-light-color": "var(--y-danger)",
    "--mantine-color-danger-outline": "var(--y-danger)",
    "--mantine-color-disabled": "var(--y-sunk)",
    "--mantine-color-disabled-color": "var(--y-t3)",
  };
  return { variables: {}, light: ours, dark: ours };
};
