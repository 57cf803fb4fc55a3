"""OFREP 0.3, the OpenFeature Remote Evaluation Protocol: the server evaluates.

Server keys may ask for every flag; client keys only for flags that are client-visible, of which
they see value, variant and reason, never metadata or the cause of an error. Single evaluation
answers one flag, bulk evaluation all of them with an `ETag` over what this context gets, so a
context whose values did not change is answered 304 whatever else was published. `eventStreams`
names a stream that says when to ask again.

The contexts that are evaluated for are noticed, without what they name in `_private`, so that
previews can count whom a change would move.

Traps of clients are kept out of every answer: `reason` and `variant` are always there (`variant`
may be null), `reason` is one of OpenFeature's, and a number's value is always written as a float.
Where the caller's own default applies, `value` is absent.
"""

from .face import OfrepFace
from .streams import RENDERING

__all__ = ["RENDERING", "OfrepFace"]
