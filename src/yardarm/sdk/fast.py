"""Faster pattern search by google-re2, where `yardarm[fast]` is installed.

It only accelerates: a pattern is handed over when our own matcher's meaning can be written in
RE2's words exactly, and texts that RE2 cannot read go to our matcher.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

Search = Callable[[str], bool]


@cache
def accelerate() -> Callable[[str], Search | None] | None:
    """What gives a faster search for a pattern, or None where RE2 is not installed."""
    if not _is_main_interpreter():
        return None  # importing RE2 in a sub-interpreter (as mod_wsgi has them) never returns
    try:
        import re2
    except ImportError:
        return None
    from ..core.regex import MAX_TEXT, PatternError, compile_pattern, to_re2

    options: Any = re2.Options()
    options.log_errors = False

    def faster(source: str) -> Search | None:
        try:
            pattern = to_re2(compile_pattern(source).tree)
            compiled = None if pattern is None else re2.compile(pattern, options)
        except (PatternError, re2.error):
            return None
        if compiled is None:
            return None
        search, careful = compiled.search, compile_pattern(source).search

        def found(text: str) -> bool:
            if len(text) > MAX_TEXT:
                return careful(text)
            try:
                return search(text) is not None
            except UnicodeEncodeError:  # a lone surrogate
                return careful(text)

        return found

    return faster


def _is_main_interpreter() -> bool:
    for name in ("_interpreters", "_xxsubinterpreters"):  # since Python 3.13, and before
        try:
            interpreters: Any = import_module(name)
        except ImportError:
            continue
        return bool(interpreters.get_current() == interpreters.get_main())
    return True
