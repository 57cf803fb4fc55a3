"""For unittest: a mix-in with what the pytest plugin gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, ClassVar

from ..core.model import Json
from .holding import override, without_flags
from .recording import Exposure, Recording, record
from .strict import complaints

if TYPE_CHECKING:
    from unittest import TestCase

    Base = TestCase
else:
    Base = object


class FlagsMixin(Base):
    """Beside `unittest.TestCase` (or Django's): `class BuyTest(FlagsMixin, TestCase)`.

    `flags` are overridden in every test of the class; with `strict_flags` a test fails that asks
    for a flag that is not known, or overrides one that nobody asks for. `self.seen` is the
    recording of the test that runs.
    """

    flags: ClassVar[Mapping[str, Json]] = {}
    strict_flags: ClassVar[bool] = False
    seen: Recording

    def setUp(self) -> None:
        """Record, and override what the class says."""
        held = ExitStack()
        self.addCleanup(held.close)
        self._held = held
        self._overridden: set[str] = set()
        self._bare = False
        self.seen = held.enter_context(record())
        self.override_flags(self.flags)
        super().setUp()
        if self.strict_flags:
            self.addCleanup(self._check)

    def override_flags(self, values: Mapping[str, Json] | None = None, /, **named: Json) -> None:
        """Override flags until the end of the test. Raises `OptionError`."""
        said = {**(values or {}), **named}
        self._overridden |= said.keys()
        self._held.enter_context(override(said))

    def without_flags(self) -> None:
        """Have all flags fall back until the end of the test."""
        self._bare = True
        self._held.enter_context(without_flags())

    @contextmanager
    def flag_variant(self, flag: str, variant: Json) -> Iterator[None]:
        """A sub-test in which a flag serves a variant, for the body of a loop over several."""
        self._overridden.add(flag)
        with self.subTest(**{flag: variant}), override({flag: variant}):
            yield

    def assert_exposed(self, flag: str, variant: str, unit: str | None = None) -> None:
        """Fail unless the flag served the variant (to the unit)."""
        served = self.seen.variants(flag)
        if unit is not None and Exposure(flag, variant, unit) not in self.seen.exposures:
            self.fail(f"{flag!r} did not serve {variant!r} to {unit!r}: {self.seen.exposures}")
        if variant not in served:
            self.fail(f"{flag!r} did not serve {variant!r}, but {sorted(served) or 'nothing'}")

    def _check(self) -> None:
        found = complaints(self.seen, self._overridden, bare=self._bare)
        if found:
            self.fail("; ".join(found))
