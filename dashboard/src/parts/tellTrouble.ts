import { notifications } from "@mantine/notifications";

import { wordsOf } from "./States";

/** Says what went wrong with something that has no place of its own on the page. */
export function tellTrouble(error: unknown): void {
  notifications.show({ color: "danger", message: wordsOf(error), autoClose: false });
}
