"""Every command there is: where its function is and what it does, in one line.

The table is all that help and completion need, so that they import no command; a test holds it
against the commands themselves. To add a command: its function, and its line here.
"""

from __future__ import annotations

from typing import NamedTuple


class Entry(NamedTuple):
    """A command: `function` in the module `yardarm.cli.<module>`."""

    module: str
    function: str
    help: str


class Group(NamedTuple):
    """Commands under one word."""

    help: str
    entries: dict[str, Entry]


_FLAGS = {
    "list": Entry("flags", "list_flags", "List the project's flags."),
    "show": Entry("flags", "show_flag", "Show a flag and its state in each environment."),
    "create": Entry("flag_create", "create_flag", "Create a flag, by default a boolean."),
    "enable": Entry("flag_state", "enable_flag", "Switch a flag on in one environment."),
    "disable": Entry("flag_state", "disable_flag", "Switch a flag off in one environment."),
    "set": Entry("flag_set", "set_flag", "Change a flag: its rules, its rollout, its owner."),
    "edit": Entry("flag_set", "edit_flag", "Change a flag in your editor."),
    "archive": Entry("flag_state", "archive_flag", "Put a flag out of use everywhere."),
    "restore": Entry("flag_state", "restore_flag", "Bring an archived flag back."),
}  # fmt: skip
_SEGMENTS = {
    "list": Entry("segments", "list_segments", "List the environment's segments."),
    "show": Entry("segments", "show_segment", "Show a segment."),
    "set": Entry("segments", "set_segment", "Create or change a segment."),
    "remove": Entry("segments", "remove_segment", "Remove a segment that nothing needs."),
}
_ENVIRONMENTS = {
    "list": Entry("environments", "list_environments", "List the project's environments."),
    "show": Entry("environments", "show_environment", "Show an environment and its flags."),
    "create": Entry("environments", "create_environment", "Create an environment."),
    "copy": Entry("environments", "copy_environment", "Copy another environment's state."),
}  # fmt: skip
_PROJECTS = {
    "list": Entry("projects", "list_projects", "List the projects."),
    "create": Entry("projects", "create_project", "Create a project."),
}
_CHANGES = {
    "list": Entry("changes", "list_changes", "List the environment's changes, newest first."),
    "show": Entry("changes", "show_change", "Show a change and what takes it back."),
}
_KEYS = {
    "list": Entry("keys", "list_keys", "List the environment's SDK keys."),
    "create": Entry("keys", "create_key", "Create an SDK key and print it."),
    "revoke": Entry("keys", "revoke_key", "Make an SDK key useless at once."),
}
_TOKENS = {
    "list": Entry("tokens", "list_tokens", "List the tokens."),
    "create": Entry("tokens", "create_token", "Create a token for an actor and print it."),
    "revoke": Entry("tokens", "revoke_token", "Make a token useless at once."),
}

SECTIONS: dict[str, dict[str, Entry | Group]] = {
    "Run a server": {
        "dev": Entry("operate", "dev", "Run a server with a demo here, without any set-up."),
        "serve": Entry("operate", "serve", "Run a server, set up by YARDARM_ variables."),
        "migrate": Entry("operate", "migrate", "Bring the database up to date without serving."),
    },
    "Change what programs do": {
        "flags": Group("Flags: list, create, switch, change, archive.", _FLAGS),
        "segments": Group("Segments: named sets of contexts.", _SEGMENTS),
        "environments": Group("Environments, each with its state of every flag.", _ENVIRONMENTS),
        "projects": Group("Projects: sets of flags and environments.", _PROJECTS),
        "import": Entry("transfer", "import_document", "Take over a document into an environment."),
        "undo": Entry("changes", "undo", "Take a change back by a new change."),
    },
    "Find out": {
        "eval": Entry("evaluate", "evaluate", "Say what a flag answers for a context, and why."),
        "changes": Group("The log: who changed what, when and why.", _CHANGES),
        "counts": Entry("counts", "show_counts", "Show how often flags were evaluated."),
        "export": Entry("transfer", "export_document", "Print an environment as a document."),
    },
    "Work with documents": {
        "preview": Entry("preview", "preview", "Say who would get another variant by a change."),
        "validate": Entry("documents", "validate_files", "Check documents in files."),
        "lint": Entry("lint", "lint_documents", "Find rules that can never match, with proof."),
        "diff": Entry("documents", "diff_files", "Say what differs between two documents."),
        "schema": Entry("documents", "print_schema", "Print the JSON Schema of documents."),
    },
    "Access": {
        "keys": Group("SDK keys, which open one environment.", _KEYS),
        "tokens": Group("Tokens for people and scripts.", _TOKENS),
    },
    "This program": {
        "completion": Entry("completion", "print_completion", "Print a script for your shell."),
        "version": Entry("about", "print_version", "Print the version."),
    },
}  # fmt: skip

COMMANDS: dict[str, Entry | Group] = {
    name: entry for section in SECTIONS.values() for name, entry in section.items()
}
"""Every command and group by its name."""
