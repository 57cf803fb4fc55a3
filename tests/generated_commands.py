"""Commands as hypothesis draws them: about a few flags and one segment, of every kind."""

from __future__ import annotations

from hypothesis import strategies as st
from tests.server_world import ENVIRONMENTS

from yardarm.errors import DocumentError
from yardarm.server.changes import commands as c
from yardarm.server.changes.errors import AlreadyExists, Conflict, NotFound, Refused

KEYS = ["a", "b", "c"]
SPLITS = st.lists(st.integers(1, 98_000), min_size=1, max_size=1).map(
    lambda cut: {"split": {"arms": [
        {"variant": "on", "weight": cut[0]}, {"variant": "off", "weight": 100_000 - cut[0]},
    ]}}
)  # fmt: skip
SERVES = st.sampled_from(["on", "off"]) | SPLITS
BEGIN = 1_772_366_400
"""Seconds since 1970 at which a world's clock begins."""

WHENS = st.one_of(
    st.just({"always": True}),
    st.just({"segment": "s"}),
    st.integers(0, 48).map(lambda hour: {
        "attribute": "now", "kind": "$", "op": "gte", "values": [BEGIN + hour * 3600],
    }),
)  # fmt: skip
RULES = st.lists(
    st.fixed_dictionaries(
        {"when": WHENS, "serve": SERVES},
        optional={"name": st.text("xyz", max_size=3), "paused": st.booleans()},
    ),
    max_size=3,
)
PREREQUISITES = st.lists(
    st.fixed_dictionaries({"flag": st.sampled_from(KEYS), "variants": st.just(["on"])}), max_size=1
)
ENVIRONMENT_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "enabled": st.booleans(),
        "off": st.none() | st.just("off"),
        "default": st.none() | SERVES,
        "rules": RULES,
        "prerequisites": PREREQUISITES,
        "targets": st.lists(st.fixed_dictionaries(
            {"variant": st.just("on"), "keys": st.lists(st.text("uv", min_size=1), max_size=2)}
        ), max_size=1),
    },
)  # fmt: skip
PROJECT_FIELDS = st.fixed_dictionaries(
    {},
    optional={
        "owner": st.text("ab", max_size=2),
        "tags": st.lists(st.text("xy", min_size=1, max_size=2), max_size=2),
        "metadata": st.dictionaries(st.text("kl", max_size=1), st.integers() | st.booleans()),
        "client_visible": st.booleans(),
        "purpose": st.sampled_from(["release", "operational"]),
    },
)
FLAGS = st.sampled_from(KEYS)
FORCE = st.booleans()
COMMANDS: st.SearchStrategy[c.Command] = st.one_of(
    st.builds(
        c.CreateFlag,
        st.builds(lambda key, fields: {"key": key, **fields}, FLAGS, PROJECT_FIELDS),
        st.dictionaries(st.sampled_from(ENVIRONMENTS), ENVIRONMENT_FIELDS, max_size=1),
    ),
    st.builds(c.UpdateFlag, FLAGS, PROJECT_FIELDS),
    st.builds(c.EditFlag, FLAGS, ENVIRONMENT_FIELDS),
    st.builds(c.SetEnabled, FLAGS, st.booleans()),
    st.builds(c.ArchiveFlag, FLAGS, FORCE),
    st.builds(c.RestoreFlag, FLAGS),
    st.builds(
        lambda commands, force: c.Together(tuple(map(c.command_to_json, commands)), force),
        st.lists(
            st.one_of(
                st.builds(c.UpdateFlag, FLAGS, PROJECT_FIELDS),
                st.builds(c.SetEnabled, FLAGS, st.booleans()),
                st.builds(c.ArchiveFlag, FLAGS),
            ),
            min_size=1,
            max_size=3,
        ),
        FORCE,
    ),
    st.just(c.PutSegment({"key": "s", "included": [{"keys": ["u"]}]})),
    st.just(c.PutSegment({"key": "s", "name": "S"})),
    st.builds(c.RemoveSegment, st.just("s"), FORCE),
    st.just(c.CopyEnvironment("production")),
    st.builds(c.Kill, FLAGS),
    st.builds(c.PromoteFlag, FLAGS, st.sampled_from(ENVIRONMENTS), st.booleans()),
    st.builds(c.RestoreVersion, FLAGS, st.integers(0, 8)),
    st.builds(c.Undo, st.integers(1, 8), force=FORCE),
    st.builds(c.Undo, st.integers(1, 6), st.integers(2, 8), FORCE),
)
STEPS = st.tuples(COMMANDS, st.sampled_from(ENVIRONMENTS))
"""A command, and the environment that it is submitted for if it is for one."""

REFUSALS = (AlreadyExists, Conflict, NotFound, Refused, DocumentError)
"""What a drawn command may be answered with."""


def targets(command: c.Command, environment: str) -> list[str]:
    """The environments to submit a drawn command for; none: the whole project."""
    narrow = command.reach == "environment" or isinstance(command, c.Undo | c.Together)
    return [environment] if narrow else []
