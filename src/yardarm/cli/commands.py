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
    "promote": Entry("flag_state", "promote_flag", "Take a flag over from another environment."),
    "history": Entry("changes", "flag_history", "List the changes of a flag in one environment."),
    "set": Entry("flag_set", "set_flag", "Change a flag: its rules, its rollout, its owner."),
    "edit": Entry("flag_set", "edit_flag", "Change a flag in your editor."),
    "archive": Entry("flag_state", "archive_flag", "Put a flag out of use everywhere."),
    "restore": Entry("flag_state", "restore_flag", "Bring a flag back, archived or to a version."),
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
_DEPLOYMENTS = {
    "add": Entry("deployments", "add_deployment", "Note that a version of a program was deployed."),
    "list": Entry("deployments", "list_deployments", "List what was deployed, newest first."),
}
_PLANS = {
    "list": Entry("plans", "list_plans", "List the project's plans, newest first."),
    "show": Entry("plans", "show_plan", "Show a plan, its steps, and how far it has come."),
    "create": Entry("plans", "create_plan", "Make a plan from a file."),
    "ramp": Entry("plans", "ramp_flag", "Give a variant to more and more, in steps."),
    "schedule": Entry("plans", "schedule", "Change a flag at a time, once or again and again."),
    "pause": Entry("plans", "pause_plan", "Stop a plan until somebody resumes it."),
    "resume": Entry("plans", "resume_plan", "Have a paused plan go on."),
    "cancel": Entry("plans", "cancel_plan", "End a plan; what it has changed stays."),
    "approve": Entry("plans", "approve_plan", "Let a plan begin the step that waits for approval."),
}
_WEBHOOK = {
    "show": Entry("webhook", "show_webhook", "Show where events go, and how the last ones ended."),
    "set": Entry("webhook", "set_webhook", "Set where events go, and print its secret."),
    "rotate": Entry("webhook", "rotate_secret", "Give the webhook a new secret and print it."),
    "test": Entry("webhook", "test_webhook", "Send an event now, and say how that ended."),
    "remove": Entry("webhook", "remove_webhook", "Send no more events."),
}
_KEYS = {
    "list": Entry("keys", "list_keys", "List the environment's SDK keys."),
    "create": Entry("keys", "create_key", "Create an SDK key and print it."),
    "alias": Entry("keys", "add_alias", "Have the environment accept a vendor's key."),
    "revoke": Entry("keys", "revoke_key", "Make an SDK key useless at once."),
}
_TOKENS = {
    "list": Entry("tokens", "list_tokens", "List the tokens."),
    "create": Entry("tokens", "create_token", "Create a token for an actor and print it."),
    "revoke": Entry("tokens", "revoke_token", "Make a token useless at once."),
}
_SESSIONS = {
    "list": Entry("sessions", "list_sessions", "List who is signed in to the dashboard."),
    "end": Entry("sessions", "end_session", "Sign somebody out at once."),
}
_POPULATION = {
    "show": Entry("population", "show_population", "Show how many contexts are kept, and whose."),
    "import": Entry("population_import", "import_population", "Take contexts over from a file."),
    "export": Entry("population", "export_population", "Print every context, one a line."),
    "synthesize": Entry("population_import", "synthesize_population", "Make contexts up."),
    "forget": Entry("population", "forget_key", "Remove everything stored of a person."),
    "clear": Entry("population", "clear_population", "Remove every context."),
    "policy": Entry("population", "population_policy", "Show or set what is kept, how long."),
}
_REQUESTS = {
    "list": Entry("requests", "list_requests", "List the change requests, newest first."),
    "show": Entry("requests", "show_request", "Show a change request and whom it would move."),
    "approve": Entry("requests", "approve_request", "Approve a change, so that it is made."),
    "reject": Entry("requests", "reject_request", "Turn a change request down for good."),
    "withdraw": Entry("requests", "withdraw_request", "Take your own change request back."),
    "comment": Entry("requests", "comment_request", "Say something about a change request."),
}
_POLICIES = {
    "show": Entry("policies", "show_policies", "Show the policies that are set."),
    "set": Entry("policies", "set_policy", "Set budgets, freezes, or who approves."),
    "remove": Entry("policies", "remove_policy", "Remove a policy."),
}
_CODEGEN = {
    "python": Entry("codegen", "codegen_python", "Write a typed Python module for the flags."),
}

SECTIONS: dict[str, dict[str, Entry | Group]] = {
    "Run a server": {
        "dev": Entry("operate", "dev", "Run a server with a demo here, without any set-up."),
        "serve": Entry("operate", "serve", "Run a server, set up by YARDARM_ variables."),
        "migrate": Entry("operate", "migrate", "Bring the database up to date without serving."),
    },
    "Change what programs do": {
        "kill": Entry("kill", "kill", "Turn a flag off everywhere, at once."),
        "flags": Group("Flags: list, create, switch, change, archive.", _FLAGS),
        "segments": Group("Segments: named sets of contexts.", _SEGMENTS),
        "environments": Group("Environments, each with its state of every flag.", _ENVIRONMENTS),
        "projects": Group("Projects: sets of flags and environments.", _PROJECTS),
        "import": Entry("transfer", "import_document", "Take over a document into an environment."),
        "requests": Group("Change requests: changes that wait for approval.", _REQUESTS),
        "plans": Group("Plans: changes in steps and at times.", _PLANS),
        "undo": Entry("changes", "undo", "Take changes back by a new change."),
    },
    "Find out": {
        "override-link": Entry("override_link", "override_link", "Sign flags for a few requests."),
        "eval": Entry("evaluate", "evaluate", "Say what a flag answers for a context, and why."),
        "changes": Group("The log: who changed what, when and why.", _CHANGES),
        "population": Group("The contexts that programs really asked about.", _POPULATION),
        "timeline": Entry("timeline", "timeline", "List changes and deployments, newest first."),
        "compare": Entry("compare", "compare", "Say what differs between moments or environments."),
        "deployments": Group("Marks of what was deployed, for the timeline.", _DEPLOYMENTS),
        "doctor": Entry("doctor", "examine_client", "Say whether programs here get their flags."),
        "counts": Entry("counts", "show_counts", "Show how often flags were evaluated."),
        "export": Entry("transfer", "export_document", "Print an environment as a document."),
    },
    "Work with documents": {
        "preview": Entry("preview", "preview", "Say who would get another variant by a change."),
        "validate": Entry("documents", "validate_files", "Check documents in files."),
        "lint": Entry("lint", "lint_documents", "Find dead rules, or what is wrong in code."),
        "diff": Entry("documents", "diff_files", "Say what differs between two documents."),
        "schema": Entry("documents", "print_schema", "Print the JSON Schema of documents."),
        "codegen": Group("Source code written from a document.", _CODEGEN),
    },
    "Access": {
        "policies": Group("Budgets, freezes, and who approves.", _POLICIES),
        "webhook": Group("Where a project's events are sent.", _WEBHOOK),
        "keys": Group("SDK keys, which open one environment.", _KEYS),
        "tokens": Group("Tokens for people and scripts.", _TOKENS),
        "sessions": Group("Who is signed in to the dashboard.", _SESSIONS),
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
