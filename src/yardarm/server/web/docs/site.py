"""Answers /docs. A page is rendered when it is first asked for, beside the event loop, and kept.

What renders is imported then too: a server begins without it.
"""

from __future__ import annotations

import asyncio
import re
from functools import cached_property
from html import escape
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from ..answers import Answer, bytes_answer
from ..asgi import Headers, Receive, Scope, Send
from ..dashboard import DOCS_FRAME
from ..files import File, file_answer, make_file, read_file
from ..outer import Route
from ..requests import query, raw_path
from .library import PREFIX, SECTIONS, Library, Page, docs_folder
from .searching import Entry, Hit, search

if TYPE_CHECKING:
    from .rendering import Rendered

MAX_QUERY = 200
_ROOT = PREFIX.rstrip("/")
_HTML = "text/html; charset=utf-8"
_HEADERS: Headers = [
    (
        b"content-security-policy",
        b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        b"font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
]
_HOLE = re.compile(r"%(TITLE|QUERY|CONTENTS|BODY|HERE)%")


class Docs:
    """The documentation of a library, each page put into the frame of the dashboard's build."""

    def __init__(self, library: Library, frame: str) -> None:
        self._library = library
        self._frame = frame
        self._made: dict[str, File] = {}

    def routes(self) -> list[Route]:
        """/docs and everything below it."""
        page = {"GET": self.answer, "HEAD": self.answer}
        found = {"GET": self.search, "HEAD": self.search}
        return [
            Route(_ROOT, page),
            # A path that ends with a slash is only found where it stands as it is.
            *(Route(PREFIX + folder, page) for folder in self._library.folders),
            Route(f"{PREFIX}search", found),
            Route(f"{PREFIX}…", page, under=_ROOT, quiet=True),
        ]

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> Answer:
        """A page, a picture, or where they are."""
        asked = raw_path(scope).decode("ascii", "replace")
        path = asked.removeprefix(PREFIX)
        if asked == _ROOT:
            return _moved(PREFIX)
        file = self._made.get(path)
        if file is None:
            file = await asyncio.to_thread(self._make, path)
        if file is not None:
            self._made[path] = file
            return file_answer(scope, file, *_HEADERS)
        for other in (f"{path}/", path.removesuffix(".md")):
            if other in self._library.pages:
                return _moved(PREFIX + other)
        words = "<h1>There is no such page</h1><p>Search, or look at the contents.</p>"
        body = self._framed("Not found", words)
        return bytes_answer(body, (b"content-type", _HTML.encode()), *_HEADERS, status=404)

    async def search(self, scope: Scope, receive: Receive, send: Send) -> Answer:
        """The sections that hold the words of `?q=`."""
        words = query(scope).get("q", "")[:MAX_QUERY].strip()
        hits = await asyncio.to_thread(lambda: search(self._entries, words))
        body = self._framed("Search", _found(words, hits), query=words)
        return bytes_answer(body, (b"content-type", _HTML.encode()), *_HEADERS)

    # --- making -------------------------------------------------------------------------------

    def _make(self, path: str) -> File | None:
        page = self._library.pages.get(path)
        if page is not None:
            from .rendering import render

            rendered = render(page, self._library.resolve)
            return make_file(self._framed(page.title, rendered.html, page, rendered), _HTML)
        kept = self._library.files.get(path)
        return None if kept is None else read_file(kept)

    @cached_property
    def _entries(self) -> list[Entry]:
        from .rendering import sections

        return [
            Entry(page.path, page.title, section.anchor, section.title, section.text)
            for page in self._library.pages.values()
            for section in sections(page)
        ]

    def _framed(
        self, title: str, body: str, page: Page | None = None,
        rendered: Rendered | None = None, query: str = "",
    ) -> bytes:  # fmt: skip
        parts = {
            "TITLE": escape(title),
            "QUERY": escape(query),
            "CONTENTS": self._contents(page),
            "BODY": body,
            "HERE": "" if rendered is None else _here(rendered),
        }
        # In one pass, so that what is put in is never looked at again.
        return _HOLE.sub(lambda hole: parts[hole[1]], self._frame).encode()

    def _contents(self, page: Page | None) -> str:
        """The sections, and the pages of the one that is being read."""
        here = page.path if page is not None else ""
        parts = []
        for folder, name in SECTIONS.items():
            parts.append(f'<h2><a href="{PREFIX}{folder}">{name}</a></h2>')
            if page is None or page.section in ("", folder):
                groups = self._library.listed(folder)
                inner = here.rpartition("/")[0] + "/"
                if inner != folder and inner.startswith(folder):
                    title = self._library.pages[inner].title
                    groups[title] = list(chain(*self._library.listed(inner).values()))
                parts += [_group(heading, pages, here) for heading, pages in groups.items()]
        return "".join(parts)


def find_docs(dashboard: Path | None) -> Docs | None:
    """The documentation of this installation; None where it, or the frame for it, is not there."""
    folder = docs_folder()
    frame = None if dashboard is None else dashboard / DOCS_FRAME
    if folder is None or frame is None or not frame.is_file():
        return None
    return Docs(Library(folder), frame.read_text("utf-8"))


def _group(heading: str, pages: list[Page], here: str) -> str:
    title = f"<h3>{escape(heading)}</h3>" if heading else ""
    return f"{title}<ul>{''.join(_item(page, here) for page in pages)}</ul>"


def _item(page: Page, here: str) -> str:
    current = ' aria-current="page"' if page.path == here else ""
    return f'<li><a href="{PREFIX}{page.path}"{current}>{escape(page.title)}</a></li>'


def _here(rendered: Rendered) -> str:
    """The headings of the page, where there are enough to need a list."""
    shown = [heading for heading in rendered.headings if heading.level == 2]
    if len(shown) < 3:
        return ""
    items = "".join(f'<li><a href="#{h.anchor}">{escape(h.title)}</a></li>' for h in shown)
    return (
        f'<nav class="here" aria-label="On this page"><h2>On this page</h2><ul>{items}</ul></nav>'
    )


def _found(words: str, hits: list[Hit]) -> str:
    if not words:
        return "<h1>Search</h1><p>Type one or more words: each has to be there.</p>"
    number = f"{len(hits)} places" if len(hits) != 1 else "1 place"
    items = "".join(_hit(hit) for hit in hits)
    return f'<h1>{escape(words)}</h1><p>Found in {number}.</p><ul class="found">{items}</ul>'


def _hit(hit: Hit) -> str:
    entry = hit.entry
    anchor = f"#{entry.anchor}" if entry.anchor else ""
    title = entry.page if not anchor else f"{entry.page}: {entry.title}"
    text = "".join(
        f"<mark>{escape(part)}</mark>" if matches else escape(part) for part, matches in hit.excerpt
    )
    return f'<li><a href="{PREFIX}{entry.path}{anchor}">{escape(title)}</a><p>{text}</p></li>'


def _moved(to: str) -> Answer:
    return bytes_answer(b"", (b"location", to.encode()), status=308)
