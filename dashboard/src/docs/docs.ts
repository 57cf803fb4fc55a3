import "../tokens.css";
import "../base.css";
import "./docs.css";

import { copyButtons } from "./copy";
import { fillAddresses } from "./address";
import { followTheme } from "./theme";

followTheme();
fillAddresses(document.querySelectorAll("pre code"), location.origin);
copyButtons(document.querySelectorAll("pre"));

// On a phone the contents begin closed; without this script they are open.
const contents = document.querySelector<HTMLDetailsElement>(".contents");
if (contents !== null && matchMedia("(max-width: 900px)").matches) contents.open = false;

// The page that is read is in sight among the contents.
const here = document.querySelector<HTMLElement>(".contents [aria-current]");
if (contents !== null && here !== null) {
  contents.scrollTop = here.offsetTop - contents.offsetTop - contents.clientHeight / 3;
}
