import { useMediaQuery } from "@mantine/hooks";

/** Whether the screen is a phone's: one thing at a time, the acts at the bottom. */
export function usePhone(): boolean {
  return useMediaQuery("(max-width: 700px)", undefined, { getInitialValueInEffect: false });
}
