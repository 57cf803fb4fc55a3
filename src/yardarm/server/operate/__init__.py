"""Runs servers: `serve`, `dev`, `migrate`. The command line calls these and nothing else here.

Each returns when the server has ended. What goes wrong at start (a taken port, a read-only folder,
a database of a newer version, a setting that makes no sense) is raised as a `YardarmError` whose
text is one line that says what to do.
"""

from .development import DevOptions, dev
from .serving import migrate, read_settings, serve

__all__ = ["DevOptions", "dev", "migrate", "read_settings", "serve"]
