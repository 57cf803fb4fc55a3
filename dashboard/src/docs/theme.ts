/** What the dashboard's menu has chosen, as Mantine keeps it. */
const CHOSEN = "mantine-color-scheme-value";

/** The dashboard's light or dark, and the system's where neither was chosen. */
export function followTheme(): void {
  const system = matchMedia("(prefers-color-scheme: dark)");
  const show = () => {
    const chosen = localStorage.getItem(CHOSEN);
    const dark = chosen === "dark" || (chosen !== "light" && system.matches);
    document.documentElement.dataset.mantineColorScheme = dark ? "dark" : "light";
  };
  show();
  system.addEventListener("change", show);
}
