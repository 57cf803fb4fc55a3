/** Where `yardarm dev` listens unless it is told otherwise: what examples are written with. */
const WRITTEN = "http://127.0.0.1:8180";

/** Puts this server's address into examples. A token of the text is never divided by its colours. */
export function fillAddresses(codes: Iterable<Element>, address: string): void {
  for (const code of codes) {
    const texts = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
    while (texts.nextNode()) {
      const node = texts.currentNode;
      if (node.nodeValue?.includes(WRITTEN)) node.nodeValue = node.nodeValue.replaceAll(WRITTEN, address);
    }
  }
}
