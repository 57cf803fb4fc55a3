"""The pages of the documentation: where they are, what they are called, in which order they come.

A page's path is that of its file without `.md`; a folder's README is the folder itself, with a `/`
at the end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from posixpath import dirname, join, normpath

SECTIONS = {
    "tutorial/": "Tutorial",
    "how-to/": "How-to guides",
    "reference/": "Reference",
    "explanation/": "Explanation",
    "decisions/": "Decisions",
}
"""The parts, in the order in which they are shown; the first four after Diátaxis."""

PREFIX = "/docs/"
"""Where the pages are served."""

_FILES = {".png", ".json"}
_COMMENT = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"^# (.+)$", re.MULTILINE)
_LISTED = re.compile(r"^## (.+)$|\]\(([^)#\s]+\.md)\)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Page:
    """A page as it was written."""

    path: str
    title: str
    text: str

    @property
    def section(self) -> str:
        """The part that it belongs to; empty for the first page of all."""
        first, slash, _ = self.path.partition("/")
        return first + slash


class Library:
    """The pages of a folder, read when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def pages(self) -> Mapping[str, Page]:
        """All pages by path."""
        return {page.path: page for page in self._read()}

    @cached_property
    def files(self) -> Mapping[str, Path]:
        """Pictures and schemas by path."""
        found = (path for path in self._folder.rglob("*") if path.suffix in _FILES)
        return {path.relative_to(self._folder).as_posix(): path for path in found}

    @cached_property
    def folders(self) -> Sequence[str]:
        """The paths of the folders that have a page of their own."""
        found = (file.relative_to(self._folder) for file in self._folder.rglob("README.md"))
        return sorted(_path_of(file.as_posix()) for file in found)

    def listed(self, folder: str) -> dict[str, list[Page]]:
        """The pages that a folder's own page lists, under its headings, in its order.

        A deeper folder is there by its page.
        """
        index = self.pages.get(folder)
        groups: dict[str, list[Page]] = {}
        heading, seen = "", {folder}
        for found in _LISTED.finditer("" if index is None else index.text):
            heading = found[1] or heading
            path = None if found[2] is None else self.resolve(folder, found[2])
            if path is not None and path.startswith(folder) and path not in seen:
                seen.add(path)
                groups.setdefault(heading, []).append(self.pages[path])
        return groups

    def resolve(self, page: str, link: str) -> str | None:
        """The path that a relative link on a page leads to; None if it leads out of here."""
        written = f"{page}README.md" if page == "" or page.endswith("/") else f"{page}.md"
        aim = normpath(join(dirname(written), link))
        if aim in self.files:
            return aim
        path = _path_of("" if aim == "." else aim)
        return path if path in self.pages else None

    def _read(self) -> Iterator[Page]:
        for file in sorted(self._folder.rglob("*.md")):
            text = _COMMENT.sub("", file.read_text("utf-8"))
            path = _path_of(file.relative_to(self._folder).as_posix())
            title = _TITLE.search(text)
            yield Page(path, title[1].replace("`", "") if title else path, text)


def _path_of(file: str) -> str:
    if file.endswith("README.md"):
        return file.removesuffix("README.md")
    return file.removesuffix(".md") if file.endswith(".md") else f"{file}/"


def docs_folder() -> Path | None:
    """Where the documentation is: in the wheel, or in the checkout that we run from."""
    here = Path(__file__).resolve()
    for folder in (here.parents[3] / "docs", here.parents[5] / "docs"):
        if (folder / "README.md").is_file():
            return folder
    return None
