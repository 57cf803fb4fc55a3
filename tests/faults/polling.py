"""The WSGI application for a uWSGI without threads: uWSGI's own timer polls, between requests."""

import uwsgi
from tests.faults.application import application, client

__all__ = ["application"]

uwsgi.register_signal(1, "workers", lambda _: client.poll())
uwsgi.add_timer(1, 1)
