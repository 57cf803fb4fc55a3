r"""Patterns of `match` and `search`: I-Regexp (RFC 9485), in linear time.

The library that Flagsmith's engine uses checks the grammar, lets `.` be everything but a line feed
or carriage return, and hands the rest to a Perl-like matcher; so `^` and `$`, which the RFC takes
as they are, are places here too.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..regex import Meaning, Pattern, PatternError, compile_pattern

_MEANING = Meaning(ascii_classes=False, dollar_before_final_newline=True)
_ESCAPED = r"\\[\-.?*+()\[\]{}|\\^nrt]"
_PROPERTY = r"\\[pP]\{[A-Z][a-z]?\}"
_IN_CLASS = rf"(?:[^\-\[\]\\\ud800-\udfff]|{_ESCAPED})"
_CLASS = (
    rf"\[(?:\^|(?!\^))(?:-|(?:{_IN_CLASS}(?:-{_IN_CLASS})?|{_PROPERTY}))"
    rf"(?:{_IN_CLASS}(?:-{_IN_CLASS})?|{_PROPERTY})*-?\]"
)
_PLAIN = r"[^()*+.?\[\\\]{|}\ud800-\udfff]"
_TOKEN = re.compile(
    rf"(?P<atom>{_PLAIN}|\.|{_ESCAPED}|{_PROPERTY}|{_CLASS})|(?P<sign>[()|])"
    r"|(?P<quantifier>[*+?]|\{[0-9]+(?:,[0-9]*)?\})"
)


@lru_cache(maxsize=256)
def matcher(pattern: str) -> Pattern | None:
    """The pattern made ready; None for what is none, or none that can be matched in linear time."""
    source = _translated(pattern)
    if source is None:
        return None
    try:
        return compile_pattern(source, meaning=_MEANING)
    except PatternError:
        return None


def _translated(pattern: str) -> str | None:
    """The pattern in our grammar, or None where RFC 9485 does not have it."""
    out: list[str] = []
    open_, at, repeatable = 0, 0, False
    while at < len(pattern):
        found = _TOKEN.match(pattern, at)
        if found is None:
            return None
        sign = found[0]
        if found["quantifier"]:
            if not repeatable:
                return None
            repeatable = False
        else:
            open_ += (sign == "(") - (sign == ")")
            repeatable = sign not in ("(", "|")
            if open_ < 0:
                return None
        out.append(r"[^\n\r]" if sign == "." else "(?:" if sign == "(" else sign)
        at = found.end()
    return "".join(out) if open_ == 0 else None
