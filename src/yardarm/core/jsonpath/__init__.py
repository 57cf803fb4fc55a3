"""JSONPath (RFC 9535): finding a value in parsed JSON.

Flagsmith's conditions may name what they ask for by such a path. The grammar is the RFC's, read as
jsonpath-rfc9535 0.2 reads it, the library that Flagsmith's engine uses: where that library is more
lenient or stricter than the RFC, so is this. Patterns in `match` and `search` are matched in linear
time.

`tree` is what a path means, `parse` the grammar, `filters` and `query` find, `iregexp` checks the
patterns of RFC 9485.
"""

from .parse import compile_path
from .query import Members, Path
from .tree import PathError, PathSyntaxError

__all__ = ["Members", "Path", "PathError", "PathSyntaxError", "compile_path"]
