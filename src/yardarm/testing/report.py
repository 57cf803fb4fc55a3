"""Which flags the tests touched, and which states of flags no test covers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..core.model import Document
from .recording import Recording

FALLBACK = "(fallback)"
"""In the place of a variant, where the caller's fallback was served."""


class Report:
    """Tests by flag and variant. Reports of several processes are added up."""

    def __init__(self) -> None:
        self.served: dict[str, dict[str, set[str]]] = {}

    def add(self, test: str, seen: Recording) -> None:
        """What one test saw."""
        for each in seen.evaluations:
            variants = self.served.setdefault(each.flag, {})
            variants.setdefault(each.variant or FALLBACK, set()).add(test)

    def merge(self, told: Mapping[str, Mapping[str, Iterable[str]]]) -> None:
        """What another process tells, as `told` gives it."""
        for flag, variants in told.items():
            for variant, tests in variants.items():
                self.served.setdefault(flag, {}).setdefault(variant, set()).update(tests)

    def told(self) -> dict[str, dict[str, list[str]]]:
        """Plain lists: tests by flag and variant."""
        return {
            flag: {variant: sorted(tests) for variant, tests in sorted(variants.items())}
            for flag, variants in sorted(self.served.items())
        }

    def uncovered(self, document: Document | None) -> dict[str, list[str]]:
        """By flag of the document, the variants that it served to no test."""
        flags = {} if document is None else document.flags
        found = {
            key: [v.key for v in flag.variants if v.key not in self.served.get(key, {})]
            for key, flag in flags.items()
            if flag.archived_at is None
        }
        return {key: variants for key, variants in found.items() if variants}

    def to_json(self, document: Document | None) -> dict[str, Any]:
        """Both, for programs."""
        return {"flags": self.told(), "uncovered": self.uncovered(document)}

    def lines(self, document: Document | None) -> list[str]:
        """For people."""
        found = []
        for flag, variants in self.told().items():
            counts = ", ".join(f"{variant} in {len(t)}" for variant, t in variants.items())
            tests = len(set().union(*variants.values()))
            found.append(f"{flag}: {tests} {'test' if tests == 1 else 'tests'} ({counts})")
        missing = self.uncovered(document)
        if missing:
            found.append("No test covers:")
            found += [f"  {flag}: {', '.join(variants)}" for flag, variants in missing.items()]
        return found or ["No test asked for a flag."]
