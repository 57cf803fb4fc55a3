"""The documentation as it is served: pages, pictures, search, and what is kept inert."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from yardarm.server.web.docs.library import SECTIONS, Library, docs_folder
from yardarm.server.web.docs.rendering import render, sections
from yardarm.server.web.docs.searching import Entry, search
from yardarm.server.web.docs.site import Docs, find_docs
from yardarm.server.web.requests import HEADERS

FRAME = "<title>%TITLE%</title><input value='%QUERY%'><nav>%CONTENTS%</nav>%BODY%%HERE%"
FILES = {
    "README.md": "# Documentation\n\n[how-to](how-to/README.md)\n",
    "how-to/README.md": (
        "# Guides\n\n## Stop\n\n- [Kill](kill.md)\n\n## More\n\n- [Deep](deep/README.md)\n"
    ),
    "how-to/kill.md": (
        "# Kill a `flag`\n<!-- written\nby hand -->\nSee [words](../reference/README.md#what-it-is)"
        ", [more](#now-and-then), [source](../../src/x.py), [web](https://example.com/) and"
        " ![picture](../images/a.png).\n\n## Now and then\n\nA <b>bold</b> word, Straße.\n\n"
        '```python title=a.py skip="why"\nif x < 1:  # small\n    pass\n```\n'
    ),
    "how-to/deep/README.md": "# Deep\n\n- [Inner](inner.md)\n",
    "how-to/deep/inner.md": "# Inner\n",
    "reference/README.md": "# Reference\n\n## What it is\n\n| a | b |\n|---|---|\n| 1 | 2 |\n",
    "images/a.png": "picture",
    "images/secret.txt": "not served",
}


@pytest.fixture
def library(tmp_path: Path) -> Library:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Library(tmp_path)


@pytest.fixture
def docs(library: Library) -> Docs:
    return Docs(library, FRAME)


def get(docs: Docs, path: str, query: str = "", **headers: bytes) -> Any:
    named = {name.replace("_", "-").encode(): value for name, value in headers.items()}
    scope = {
        "type": "http", "method": "GET", "path": path, "raw_path": path.encode(),
        "query_string": query.encode(), HEADERS: named,
    }  # fmt: skip
    asked = docs.search if path == "/docs/search" else docs.answer
    return asyncio.run(asked(scope, None, None))  # type: ignore[arg-type]


def header(answer: Any, name: bytes) -> bytes:
    return dict(answer.headers).get(name, b"")


def test_links_lead_to_what_is_served_or_nowhere(library: Library) -> None:
    html = render(library.pages["how-to/kill"], library.resolve).html
    assert '<a href="/docs/reference/#what-it-is">words</a>' in html
    assert '<a href="#now-and-then">more</a>' in html
    assert "<span>source</span>" in html
    assert '<a href="https://example.com/">web</a>' in html
    assert 'src="/docs/images/a.png"' in html


def test_html_in_a_page_is_text_and_comments_are_left_out(library: Library) -> None:
    html = render(library.pages["how-to/kill"], library.resolve).html
    assert "A &lt;b&gt;bold&lt;/b&gt; word" in html
    assert "by hand" not in html


def test_code_has_its_file_and_its_words_marked(library: Library) -> None:
    html = render(library.pages["how-to/kill"], library.resolve).html
    assert "<figcaption>a.py</figcaption>" in html
    assert '<span class="k">if</span> x &lt; 1:' in html
    assert '<span class="c"># small</span>' in html
    assert "why" not in html


def test_a_heading_has_the_anchor_that_github_gives_it(library: Library) -> None:
    rendered = render(library.pages["how-to/kill"], library.resolve)
    assert [(h.level, h.anchor, h.title) for h in rendered.headings] == [
        (2, "now-and-then", "Now and then")
    ]
    assert 'id="now-and-then"' in rendered.html


def test_a_page_stands_in_the_frame_with_its_neighbours(docs: Docs) -> None:
    answer = get(docs, "/docs/how-to/kill")
    html = answer.body.decode()
    assert answer.status == 200
    assert html.startswith("<title>Kill a flag</title>")
    assert '<a href="/docs/how-to/kill" aria-current="page">Kill a flag</a>' in html
    assert (
        html.index("<h3>Stop</h3>") < html.index(">Kill a flag</a>") < html.index("<h3>More</h3>")
    )
    assert "/docs/how-to/deep/inner" not in html
    assert "/docs/how-to/deep/inner" in get(docs, "/docs/how-to/deep/").body.decode()
    policy = header(answer, b"content-security-policy")
    assert b"script-src 'self'" in policy
    assert b"unsafe" not in policy
    again = get(docs, "/docs/how-to/kill", if_none_match=header(answer, b"etag"))
    assert (again.status, again.body) == (304, b"")


@pytest.mark.parametrize(
    ("asked", "to"),
    [
        ("/docs", b"/docs/"),
        ("/docs/how-to", b"/docs/how-to/"),
        ("/docs/how-to/kill.md", b"/docs/how-to/kill"),
    ],
)
def test_other_spellings_lead_to_the_page(docs: Docs, asked: str, to: bytes) -> None:
    answer = get(docs, asked)
    assert (answer.status, header(answer, b"location")) == (308, to)


def test_every_folder_has_a_route_of_its_own(docs: Docs) -> None:
    paths = {route.path for route in docs.routes()}
    assert {"/docs/", "/docs/how-to/", "/docs/how-to/deep/", "/docs/reference/"} <= paths


def test_pictures_are_served_and_no_other_file(docs: Docs) -> None:
    picture = get(docs, "/docs/images/a.png")
    assert (picture.status, picture.body) == (200, b"picture")
    assert header(picture, b"content-type") == b"image/png"
    for path in ("images/secret.txt", "how-to/none", "../pyproject.toml", "images/"):
        assert get(docs, f"/docs/{path}").status == 404


def test_a_search_finds_sections_and_shows_what_was_typed_as_text(docs: Docs) -> None:
    html = get(docs, "/docs/search", "q=bold+word").body.decode()
    assert '<a href="/docs/how-to/kill#now-and-then">Kill a flag: Now and then</a>' in html
    assert "<mark>bold</mark>" in html
    assert "&lt;b&gt;" in html
    hostile = get(docs, "/docs/search", "q=%3Cscript%3E%25BODY%25").body.decode()
    assert "<script>" not in hostile
    assert hostile.count("&lt;script&gt;%BODY%") == 2


def test_every_word_has_to_be_there_and_titles_count_most(library: Library) -> None:
    entries = [
        Entry(page.path, page.title, section.anchor, section.title, section.text)
        for page in library.pages.values()
        for section in sections(page)
    ]
    assert search(entries, "FLAG kill")[0].entry.path == "how-to/kill"
    assert search(entries, "kill nowhere") == []
    assert search(entries, "  ") == []
    assert search(entries, "straße")[0].entry.anchor == "now-and-then"


def test_the_real_pages_have_no_link_that_leads_nowhere() -> None:
    folder = docs_folder()
    assert folder is not None
    library = Library(folder)
    assert set(SECTIONS) <= set(library.pages)
    ids = {path: render(page, library.resolve) for path, page in library.pages.items()}
    for path, rendered in ids.items():
        for to, anchor in re.findall(r'href="/docs/([^"#]*)#([^"]+)"', rendered.html):
            assert f'id="{anchor}"' in ids[to].html, f"{path} -> {to}#{anchor}"


def test_without_the_frame_nothing_is_served(tmp_path: Path) -> None:
    assert find_docs(None) is None
    assert find_docs(tmp_path) is None
    (tmp_path / "docs.html").write_text(FRAME, "utf-8")
    assert find_docs(tmp_path) is not None
