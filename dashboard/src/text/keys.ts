/** The map of the keyboard: groups of what is done by which keys. */
export const keysText = {
  title: "Keys",
  single: "Keys alone do something",
  singleHint: "Off, only those with Ctrl, Cmd or Alt do.",
  or: "or",
  then: "then",
  groups: [
    {
      title: "Everywhere",
      keys: [
        [["mod+k"], "Search or run a command"],
        [["/"], "Search the list"],
        [["g f", "g s", "g c", "g p", "g r", "g h"], "Go to flags, segments, contexts, playground, change requests, history"],
        [["?"], "This map"],
        [["esc"], "Close, clear"],
      ],
    },
    {
      title: "Lists",
      keys: [
        [["j", "k"], "Next, previous row"],
        [["x", "shift+x"], "Select a row, up to a row"],
        [["enter"], "Open"],
      ],
    },
    {
      title: "A flag",
      keys: [
        [["1"], "The first environment, up to 9"],
        [["e"], "Edit the rule that has the focus"],
        [["a"], "Add a rule"],
        [["alt+up", "alt+down"], "Move the rule"],
        [["space"], "Switch"],
        [["del"], "Delete the rule in the draft"],
      ],
    },
    {
      title: "A draft",
      keys: [
        [["mod+z", "mod+shift+z"], "Undo, do again"],
        [["mod+s"], "Save"],
        [["mod+enter"], "Request approval"],
        [["m"], "Open or close who moves"],
      ],
    },
    {
      title: "Playground",
      keys: [[["d"], "Only what differs"]],
    },
  ] as { title: string; keys: [string[], string][] }[],
} as const;
