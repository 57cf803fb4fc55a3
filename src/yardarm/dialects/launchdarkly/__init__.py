"""LaunchDarkly: flags and segments as its server SDKs receive them, contexts and legacy users.

Checked against launchdarkly-server-sdk 9.18.2 for Python. Neither reading nor evaluating has any
options; those of the writer stand in `write`.
"""

from __future__ import annotations

from ..base import Dialect
from .answers import evaluation
from .read import read
from .write import write

DIALECT = Dialect("launchdarkly", "LaunchDarkly", read, write, evaluation)
"""LaunchDarkly's language."""
