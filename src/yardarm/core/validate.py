"""Whether a document may be published: everything its form alone does not show.

`validate` answers every problem, each with a JSON pointer, what is wrong and how to mend it.
Whatever passes here compiles and evaluates without surprise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from ..errors import Problem
from . import model as m
from .check_serve import check_fault, check_layers, check_logic, check_serve, check_share
from .codec import flag_to_json, segment_to_json
from .dates import instant_us
from .jsontext import canonical, check_value
from .keys import check_key, check_lookalikes
from .operators import OPERATORS, find, prepare
from .program import DocumentSource
from .reading import escape, kind_name
from .references import Found, Reference, direct, survey
from .values import fits

CheckSchema = Callable[[Mapping[str, m.Json], m.Json], Iterable[tuple[str, str]]]
"""Checks a value against a JSON Schema: pointers into the value, and what is wrong there.

The core has no JSON Schema of its own; `yardarm.connect.jsonschema` offers one.
"""

MAX_VALUE_BYTES = 1_048_576
MAX_RULES = 1_000
MAX_VARIANTS = 1_000
MAX_CLAUSE_VALUES = 100_000
MAX_TEXT = 10_000
MAX_TAGS = 100


def validate(document: m.Document, check_schema: CheckSchema | None = None) -> list[Problem]:
    """Every problem of the document. Errors refuse a publish, warnings do not."""
    problems = [
        *check_lookalikes(document.flags, "/flags"),
        *check_lookalikes(document.segments, "/segments"),
    ]
    for key, flag in document.flags.items():
        problems += _Flag(document, flag, f"/flags/{escape(key)}").check(check_schema)
    for key, segment in document.segments.items():
        problems += _segment(document, segment, f"/segments/{escape(key)}")
    problems += _cycles(document)
    problems += check_layers(document)
    return problems


def errors(problems: Iterable[Problem]) -> list[Problem]:
    """Only those that refuse a publish."""
    return [problem for problem in problems if problem.severity == "error"]


class _Flag:
    def __init__(self, document: m.Document, flag: m.Flag, pointer: str) -> None:
        self.document = document
        self.flag = flag
        self.at = pointer
        self.variants = {variant.key for variant in flag.variants}

    def check(self, check_schema: CheckSchema | None) -> list[Problem]:
        """Every problem of the flag."""
        flag = self.flag
        unwritable = check_value(flag_to_json(flag), self.at)
        if unwritable:  # no reader could be given it, so there is no more to say
            return unwritable
        return [
            *check_key(flag.key, self.at),
            *self._texts(),
            *self._variants(check_schema),
            *self._named("/off", flag.off),
            *(
                check_serve(flag.default, self.variants, f"{self.at}/default", last=True)
                if flag.default is not None
                else ()
            ),
            *self._prerequisites(),
            *self._targets(),
            *self._rules(),
        ]

    def _texts(self) -> Iterator[Problem]:
        flag = self.flag
        for name in ("name", "description", "owner"):
            if len(getattr(flag, name)) > MAX_TEXT:
                yield Problem(f"{self.at}/{name}", "too long", f"at most {MAX_TEXT} characters")
        if len(flag.tags) > MAX_TAGS or any(not 0 < len(tag) <= 256 for tag in flag.tags):
            yield Problem(
                f"{self.at}/tags",
                "too many tags, or one of bad length",
                f"at most {MAX_TAGS}, of 1 to 256 characters",
            )
        for name in ("expires_at", "archived_at"):
            value = getattr(flag, name)
            if value is not None and instant_us(value) is None:
                yield Problem(
                    f"{self.at}/{name}",
                    f"{value!r} is not a date with a zone",
                    "write it like 2027-03-01T09:00:00Z",
                )
        for name, value in flag.metadata.items():
            if isinstance(value, list | dict):
                yield Problem(
                    f"{self.at}/metadata/{escape(name)}",
                    f"metadata is flat, found {kind_name(value)}",
                    "use text, a number or a boolean",
                )

    def _variants(self, check_schema: CheckSchema | None) -> Iterator[Problem]:
        flag, at = self.flag, f"{self.at}/variants"
        if not flag.variants:
            yield Problem(
                at, "a flag needs at least one variant", 'for example {"key": "on", "value": true}'
            )
        if len(flag.variants) > MAX_VARIANTS:
            yield Problem(at, f"{len(flag.variants)} variants", f"at most {MAX_VARIANTS}")
        seen: set[str] = set()
        for index, variant in enumerate(flag.variants):
            where = f"{at}/{index}"
            yield from check_key(variant.key, f"{where}/key")
            if variant.key in seen:
                yield Problem(
                    f"{where}/key", f"the variant {variant.key!r} comes twice", "rename one of them"
                )
            seen.add(variant.key)
            if not fits(flag.type, variant.value):
                yield Problem(
                    f"{where}/value",
                    f"the flag is of type {flag.type}, found {kind_name(variant.value)}",
                    "change the value; a flag keeps its type",
                )
            elif isinstance(variant.value, str | list | dict) and (
                len(canonical(variant.value)) > MAX_VALUE_BYTES
            ):
                yield Problem(
                    f"{where}/value", "the value is too large", f"at most {MAX_VALUE_BYTES} bytes"
                )
            elif flag.schema is not None and check_schema is not None:
                for pointer, message in check_schema(flag.schema, variant.value):
                    yield Problem(f"{where}/value{pointer}", message, "the flag's schema asks so")

    def _named(self, pointer: str, variant: str | None) -> Iterator[Problem]:
        if variant is not None and variant not in self.variants:
            yield unknown_variant(f"{self.at}{pointer}", variant, self.variants)

    def _prerequisites(self) -> Iterator[Problem]:
        for index, prerequisite in enumerate(self.flag.prerequisites):
            at = f"{self.at}/prerequisites/{index}"
            yield from _flag_serves(self.document, prerequisite.flag, prerequisite.variants, at)

    def _targets(self) -> Iterator[Problem]:
        seen: dict[tuple[str, str], str] = {}
        for index, target in enumerate(self.flag.targets):
            yield from self._named(f"/targets/{index}/variant", target.variant)
            for position, key in enumerate(target.keys):
                other = seen.setdefault((target.kind, key), target.variant)
                if other != target.variant:
                    yield Problem(
                        f"{self.at}/targets/{index}/keys/{position}",
                        f"{key!r} is already given {other!r}",
                        "list it only once",
                    )

    def _rules(self) -> Iterator[Problem]:
        rules = self.flag.rules
        if len(rules) > MAX_RULES:
            yield Problem(f"{self.at}/rules", f"{len(rules)} rules", f"at most {MAX_RULES}")
        ids: set[str] = set()
        for index, rule in enumerate(rules):
            at = f"{self.at}/rules/{index}"
            yield from check_key(rule.id, f"{at}/id")
            if rule.id in ids:
                yield Problem(
                    f"{at}/id", f"the rule id {rule.id!r} is used twice", "give one another id"
                )
            ids.add(rule.id)
            yield from check_condition(self.document, rule.when, f"{at}/when")
            yield from check_serve(rule.serve, self.variants, f"{at}/serve")


def unknown_variant(pointer: str, variant: str, known: Iterable[str]) -> Problem:
    """The problem of naming a variant that the flag does not have."""
    return Problem(
        pointer,
        f"the flag has no variant {variant!r}",
        "it has " + (", ".join(sorted(known)) or "none"),
    )


def check_condition(
    document: m.Document, condition: m.Condition, pointer: str
) -> Iterator[Problem]:
    """Every problem of a condition."""
    match condition:
        case m.All(conditions) | m.AnyOf(conditions):
            name = "all" if isinstance(condition, m.All) else "any"
            if not conditions:
                yield Problem(
                    f"{pointer}/{name}",
                    "an empty condition never matches",
                    'add a condition, or write {"always": true}',
                )
            for index, inner in enumerate(conditions):
                yield from check_condition(document, inner, f"{pointer}/{name}/{index}")
        case m.Not(inner):
            yield from check_condition(document, inner, f"{pointer}/not")
        case m.InSegment(segment):
            if segment not in document.segments:
                yield Problem(
                    f"{pointer}/segment", f"there is no segment {segment!r}", "create it first"
                )
        case m.FlagServes(flag, variants):
            yield from _flag_serves(document, flag, variants, pointer)
        case m.Clause():
            yield from _clause(condition, pointer)
        case m.Share():
            yield from check_share(condition, f"{pointer}/share")
        case m.Logic(expression):
            yield from check_logic(expression, f"{pointer}/logic")
        case m.Fault(cause):
            yield check_fault(cause, pointer)
        case m.Always():
            pass


def _flag_serves(
    document: m.Document, key: str, variants: tuple[str, ...], pointer: str
) -> Iterator[Problem]:
    flag = document.flags.get(key)
    if flag is None or flag.archived_at is not None:
        what = "there is no flag" if flag is None else "archived: the flag"
        yield Problem(f"{pointer}/flag", f"{what} {key!r}", "create or restore it first")
        return
    known = {variant.key for variant in flag.variants}
    if not variants:
        yield Problem(
            f"{pointer}/variants",
            "name at least one variant",
            f"{key!r} has " + ", ".join(sorted(known)),
        )
    for index, variant in enumerate(variants):
        if variant not in known:
            yield unknown_variant(f"{pointer}/variants/{index}", variant, known)


def _clause(clause: m.Clause, pointer: str) -> Iterator[Problem]:
    if not clause.attribute or len(clause.attribute) > 1_000:
        yield Problem(
            f"{pointer}/attribute",
            "an attribute has 1 to 1,000 characters",
            "a name such as country, or a pointer such as /address/country",
        )
    if clause.attribute in ("kind", "multi", "_private"):
        yield Problem(
            f"{pointer}/attribute",
            f"{clause.attribute!r} is part of a context's form, no attribute",
            "name an attribute, and its context kind in 'kind'",
        )
    if not clause.kind or clause.kind in ("multi", "kind"):
        yield Problem(f"{pointer}/kind", f"{clause.kind!r} is no context kind", "the usual is user")
    operator = find(clause.operator)
    if operator is None:
        yield Problem(
            f"{pointer}/op",
            f"there is no operator {clause.operator!r}",
            "known: " + ", ".join(sorted(OPERATORS)),
        )
        return
    if len(clause.values) > MAX_CLAUSE_VALUES:
        yield Problem(
            f"{pointer}/values",
            f"{len(clause.values)} values",
            f"at most {MAX_CLAUSE_VALUES}; use a segment",
        )
        return
    try:
        prepare(clause.operator, clause.values)
    except ValueError as error:
        yield Problem(
            f"{pointer}/values",
            f"operator {clause.operator!r}: {error}",
            f"it asks: {operator.summary}",
        )


def _segment(document: m.Document, segment: m.Segment, at: str) -> Iterator[Problem]:
    unwritable = check_value(segment_to_json(segment), at)
    if unwritable:
        yield from unwritable
        return
    yield from check_key(segment.key, at)
    if segment.when is not None:
        yield from check_condition(document, segment.when, f"{at}/when")
    excluded = {(listed.kind, key) for listed in segment.excluded for key in listed.keys}
    for index, listed in enumerate(segment.included):
        for position, key in enumerate(listed.keys):
            if (listed.kind, key) in excluded:
                yield Problem(
                    f"{at}/included/{index}/keys/{position}",
                    f"{key!r} is both included and excluded",
                    "list it only once",
                )


def _cycles(document: m.Document) -> Iterator[Problem]:
    source = DocumentSource(document)
    surveyed: dict[Reference, Found] = {}
    for kind, keys in (("flag", document.flags), ("segment", document.segments)):
        for key in keys:
            if (kind, key) in surveyed:
                continue
            for at, found in survey(source, (kind, key), surveyed.get).items():
                surveyed[at] = found
                pointer = f"/{at[0]}s/{escape(at[1])}"
                if found.cyclic:
                    yield Problem(
                        pointer,
                        f"refers to itself: {_path(source, at, len(found.needs))}",
                        "remove one of these references",
                    )
                elif found.fault:
                    yield Problem(pointer, found.fault, "need fewer, or shorter chains")


_LONGEST_PATH = 200


def _path(source: DocumentSource, start: Reference, size: int) -> str:
    """A shortest way from something back to itself, in words."""
    if size > _LONGEST_PATH:
        return f"over some of {size} others"
    before: dict[Reference, Reference] = {}
    queue = [start]
    for at in queue:
        for following in sorted(_direct(source, at)):
            if following == start:
                chain = [start, at]
                while chain[-1] != start:
                    chain.append(before[chain[-1]])
                return " -> ".join(key for _, key in reversed(chain))
            if following not in before:
                before[following] = at
                queue.append(following)
    return start[1]


def _direct(source: DocumentSource, at: Reference) -> set[Reference]:
    try:
        return direct(source, at)
    except KeyError:
        return set()
