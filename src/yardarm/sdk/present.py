"""The present and chance of this process, for flags that ask for them."""

from __future__ import annotations

import random
import time

from ..core.ambient import Ambient

PRESENT = Ambient(time.time, random.random)
"""The system's clock and a random generator of this process's own."""
