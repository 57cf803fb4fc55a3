"""The reader's options, checked."""

from __future__ import annotations

from dataclasses import dataclass

from ...core.model import Json
from ...errors import OptionError
from .. import onoff
from ..base import Options

_BOTH = ("did", "said")


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the person chose."""

    base_key: str
    key: str
    integer: bool
    kwargs: Json
    conditions: str
    missing: str
    percentages: str
    ramps: str

    @classmethod
    def of(cls, options: Options) -> Chosen:
        """Raises `OptionError` for a value that is not allowed."""
        kwargs = options.get("kwargs")
        for names in kwargs.values() if isinstance(kwargs, dict) else (kwargs or [],):
            if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
                raise OptionError('the option kwargs is a list of names, such as ["user_id"]')
        return cls(
            str(options.get("base_key", "features")),
            str(options.get("key", "")),
            onoff.choice(options, "key_type", ("text", "integer"), "text") == "integer",
            kwargs,
            onoff.choice(options, "conditions", _BOTH, "did"),
            onoff.choice(options, "missing", _BOTH, "did"),
            onoff.choice(options, "percentages", _BOTH, "did"),
            onoff.choice(options, "ramps", _BOTH, "did"),
        )

    def passed(self, flag: str) -> list[str] | None:
        """The arguments that the program passes for this flag; None where nobody says."""
        found = self.kwargs.get(flag) if isinstance(self.kwargs, dict) else self.kwargs
        return None if found is None else sorted(set(found))

    def attribute(self, name: str) -> str:
        """The attribute that holds a keyword argument."""
        return "key" if name == self.key else name
