import { snippetsText } from "../text/snippets";

const SHOWN_MS = 2_000;

/** Gives each block of code a button that copies it. */
export function copyButtons(blocks: Iterable<HTMLElement>): void {
  for (const block of blocks) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = snippetsText.copy;
    button.addEventListener("click", () => {
      navigator.clipboard.writeText(block.textContent).then(
        () => said(button, snippetsText.copied),
        () => said(button, snippetsText.cannotCopy),
      );
    });
    block.after(button);
  }
}

function said(button: HTMLButtonElement, words: string): void {
  button.textContent = words;
  setTimeout(() => (button.textContent = snippetsText.copy), SHOWN_MS);
}
