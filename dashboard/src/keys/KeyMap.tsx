import { Kbd, Modal, Switch } from "@mantine/core";

import { keysText } from "../text/keys";
import classes from "./KeyMap.module.css";
import { singleKeys, useSingleKeys } from "./singleKeys";

/** The map of the keyboard. */
export default function KeyMap({ close }: { close: () => void }) {
  const single = useSingleKeys();
  return (
    <Modal opened onClose={close} title={keysText.title} size="xl">
      <Switch
        label={keysText.single}
        description={keysText.singleHint}
        checked={single}
        onChange={(event) => singleKeys.set(event.currentTarget.checked)}
        mb="md"
      />
      <div className={classes.groups}>
        {keysText.groups.map(({ title, keys }) => (
          <section key={title} aria-label={title}>
            <h3>{title}</h3>
            <dl>
              {keys.map(([chords, what]) => (
                <div key={what}>
                  <dt>
                    {chords.map((chord) => (
                      <Chord key={chord} chord={chord} />
                    ))}
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Modal>
  );
}

const NAMES: Record<string, string> = { mod: isMac() ? "⌘" : "Ctrl", up: "↑", down: "↓" };

function Chord({ chord }: { chord: string }) {
  return (
    <span className={classes.chord}>
      {chord.split(/[ +]/).map((key) => (
        <Kbd key={key} size="xs">
          {NAMES[key] ?? (key.length === 1 ? key.toUpperCase() : key.charAt(0).toUpperCase() + key.slice(1))}
        </Kbd>
      ))}
    </span>
  );
}

function isMac(): boolean {
  return /mac|iphone|ipad/i.test(navigator.userAgent);
}
