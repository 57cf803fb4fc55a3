"""What goes wrong in a page without showing: every test of the dashboard ends by asking."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field

from playwright.sync_api import ConsoleMessage, Error, Page, Request, Response

# Tells of what the Content-Security-Policy refuses, whoever asked for it.
POLICY = """
addEventListener("securitypolicyviolation", (event) =>
  console.error(`refused by the policy: ${event.violatedDirective} ${event.blockedURI}`));
"""


@dataclass
class Watch:
    """The faults of one page: errors on its console, exceptions, and requests that went astray."""

    url: str
    faults: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=list)
    failures: list[Response] = field(default_factory=list)

    def look_at(self, page: Page) -> None:
        """From now on."""
        page.add_init_script(POLICY)
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.faults.append(f"exception: {error}"))
        page.on("dialog", lambda dialog: self.faults.append(f"dialog: {dialog.message}"))
        page.on("request", self._asked)
        page.on("requestfailed", self._failed)
        page.on("response", self._answered)

    def expect(self, pattern: str) -> None:
        """A fault that belongs to the test: a regular expression."""
        self.expected.append(pattern)

    def read(self) -> None:
        """Read what the server said of its own failures, while the pages are still there."""
        for response in self.failures:
            with suppress(Error):  # a page that went elsewhere has no bodies any more
                self.faults.append(f"{response.status} of {response.url}: {response.text()}")

    def check(self) -> None:
        """Fails with everything that went wrong."""
        left = [f for f in self.faults if not any(re.search(e, f) for e in self.expected)]
        assert not left, "\n".join(left)

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            place = message.location.get("url", "")
            self.faults.append(f"{message.type}: {message.text} ({place})")

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(f"{self.url}/"):
            self.faults.append(f"outside: {request.url}")

    def _answered(self, response: Response) -> None:
        if response.status >= 500:
            self.failures.append(response)

    def _failed(self, request: Request) -> None:
        # What the page itself no longer wants (it went elsewhere, or counts anew) is no fault.
        if request.failure != "net::ERR_ABORTED":
            self.faults.append(f"failed: {request.url} {request.failure}")
