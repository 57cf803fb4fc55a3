import { expect, it, vi } from "vitest";

import { fillAddresses } from "./address";
import { copyButtons } from "./copy";

function show(html: string): void {
  const page = new DOMParser().parseFromString(html, "text/html");
  document.body.replaceChildren(...page.body.childNodes);
}

it("puts this server's address into examples, and into nothing else", () => {
  show(`<p>http://127.0.0.1:8180</p><pre><code>curl <b>http://127.0.0.1:8180</b>/x</code></pre>`);
  fillAddresses(document.querySelectorAll("pre code"), "https://flags.example");
  expect(document.querySelector("pre")?.textContent).toBe("curl https://flags.example/x");
  expect(document.querySelector("p")?.textContent).toBe("http://127.0.0.1:8180");
});

it("copies a block as it stands", async () => {
  const writeText = vi.fn(() => Promise.resolve());
  Object.assign(navigator, { clipboard: { writeText } });
  show("<pre><code>yardarm <b>dev</b>\n</code></pre>");
  copyButtons(document.querySelectorAll("pre"));
  const button = document.querySelector("button");
  button?.click();
  expect(writeText).toHaveBeenCalledWith("yardarm dev\n");
  await vi.waitFor(() => expect(button?.textContent).toBe("Copied"));
});
