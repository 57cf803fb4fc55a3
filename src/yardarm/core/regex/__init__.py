"""Regular expressions in linear time: our own grammar, our own matcher.

Python's `re` never sees a customer's pattern: `^(a+)+$` on a text of 26 letters keeps it busy for
seconds. Here every pattern takes time linear in the text. Only acceptance is asked for, never
groups or positions, which is what makes a deterministic automaton enough.

`charset` and `tree` are the data, `classes` and `parse` the grammar, `program`, `follow` and
`match` the automaton, `pattern` what callers see, `render` the way to google-re2. Native meaning:
`$` is the end of the text and nothing else (Python's also matches before a final newline), `.` is
all but newline, `\\d \\w \\s \\b` are ASCII, case is Unicode's simple folding; a dialect changes
that by `Meaning`.
"""

from .parse import parse
from .pattern import Pattern, compile_pattern
from .render import to_re2
from .tree import MAX_PATTERN, MAX_TEXT, Meaning, Node, PatternError

__all__ = [
    "MAX_PATTERN",
    "MAX_TEXT",
    "Meaning",
    "Node",
    "Pattern",
    "PatternError",
    "compile_pattern",
    "parse",
    "to_re2",
]
