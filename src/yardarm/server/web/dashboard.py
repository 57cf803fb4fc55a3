"""Serves the built dashboard under /ui: its one page, its assets, and nothing from elsewhere.

Assets carry a hash in their names and are kept for ever; the page is asked for each time and has a
nonce for the styles that its library makes. Every path below /ui that is no file is the page,
which finds its way by itself.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from .answers import Answer, bytes_answer
from .asgi import Receive, Scope, Send
from .files import ASK_AGAIN, FOR_EVER, File, file_answer, is_coded, read_file
from .outer import Route
from .problems import failed
from .requests import raw_path

PREFIX = "/ui"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
_NONCE = b"%NONCE%"
DOCS_FRAME = "docs.html"
"""What the build makes for the documentation to stand in; see `docs.site`."""

_PAGES = ("index.html", DOCS_FRAME)


class Dashboard:
    """The files of one build, held in memory."""

    def __init__(self, folder: Path) -> None:
        self._page = (folder / "index.html").read_bytes()
        self._files = {
            f"{PREFIX}/{path.relative_to(folder).as_posix()}".encode(): _read(path, folder)
            for path in sorted(folder.rglob("*"))
            if path.is_file()
            and not is_coded(path)
            and path.relative_to(folder).as_posix() not in _PAGES
        }

    def routes(self) -> list[Route]:
        """/ui and everything below it."""
        methods = {"GET": self.answer, "HEAD": self.answer}
        return [
            Route(PREFIX, methods),
            Route(f"{PREFIX}/", methods),
            Route(f"{PREFIX}/…", methods, under=PREFIX, quiet=True),
        ]

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> Answer:
        """A file, or the page."""
        path = raw_path(scope)
        if path == PREFIX.encode():
            return bytes_answer(b"", (b"location", b"/ui/"), status=308)
        file = self._files.get(path)
        if file is not None:
            return file_answer(scope, file)
        if path.startswith(f"{PREFIX}/assets/".encode()):
            raise failed("not-found", "there is no such file in this version of the dashboard")
        return self._page_answer()

    def _page_answer(self) -> Answer:
        nonce = secrets.token_urlsafe(18)
        return bytes_answer(
            self._page.replace(_NONCE, nonce.encode()),
            (b"content-type", b"text/html; charset=utf-8"),
            (b"content-security-policy", _POLICY.format(nonce=nonce).encode()),
            (b"cache-control", b"no-store"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"x-frame-options", b"DENY"),
        )


def dashboard_folder() -> Path | None:
    """Where the dashboard is: in the wheel, or built in a checkout; None without."""
    package = Path(__file__).resolve().parent.parent
    for folder in (package / "dashboard", package.parents[2] / "dashboard" / "dist"):
        if (folder / "index.html").is_file():
            return folder
    return None


def find_dashboard() -> Dashboard | None:
    """The dashboard of this installation, read; None without."""
    folder = dashboard_folder()
    return None if folder is None else Dashboard(folder)


def _read(path: Path, folder: Path) -> File:
    hashed = path.relative_to(folder).parts[0] == "assets"
    return read_file(path, FOR_EVER if hashed else ASK_AGAIN)
