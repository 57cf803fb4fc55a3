"""From a page's Markdown to HTML. HTML in the Markdown is text; links lead to the served pages."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.token import Comment, Keyword, Operator
from pygments.util import ClassNotFound

from .library import PREFIX, Page

Resolve = Callable[[str, str], str | None]
"""From a page's path and a relative link to the path it leads to."""

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading below the title."""

    level: int
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page as HTML, and its headings."""

    html: str
    headings: tuple[Heading, ...]


@dataclass(slots=True)
class Section:
    """What stands under one heading, as plain text."""

    anchor: str
    title: str
    text: str


def render(page: Page, resolve: Resolve) -> Rendered:
    """The page as HTML. A link that leads out of the documentation is only text."""
    parser = _parser()
    tokens = parser.parse(page.text)
    headings = list(_headings(tokens))
    for token in tokens:
        if token.type == "inline":
            _lead(token.children or [], page.path, resolve)
    return Rendered(parser.renderer.render(tokens, parser.options, {}), tuple(headings))


def sections(page: Page) -> list[Section]:
    """The page's text, heading by heading, for the search."""
    found = [Section("", page.title, "")]
    tokens = _parser().parse(page.text)
    for index, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag != "h1":
            title = _plain(tokens[index + 1])
            found.append(Section(_anchor(title), title, ""))
        elif token.type in ("inline", "fence") and tokens[index - 1].type != "heading_open":
            text = token.content if token.type == "fence" else _plain(token)
            found[-1].text += text.replace("\n", " ") + " "
    return found


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False}).enable("table")
    rules = parser.renderer.rules  # type: ignore[attr-defined]
    rules["fence"] = _fence
    rules["table_open"] = _table_open
    rules["table_close"] = lambda *_: "</table></div>\n"
    return parser


def _headings(tokens: list[Token]) -> Iterator[Heading]:
    """Gives each heading an anchor, as GitHub does, and a link to itself."""
    for index, token in enumerate(tokens):
        if token.type != "heading_open":
            continue
        inline = tokens[index + 1]
        title = _plain(inline)
        anchor = _anchor(title)
        token.attrSet("id", anchor)
        if token.tag == "h1":
            continue
        link = Token("link_open", "a", 1, attrs={"class": "anchor", "href": f"#{anchor}"})
        link.attrSet("aria-label", f"Link to “{title}”")
        sign = Token("text", "", 0, content="#")
        inline.children = [*(inline.children or []), link, sign, Token("link_close", "a", -1)]
        yield Heading(int(token.tag[1]), anchor, title)


def _anchor(title: str) -> str:
    return re.sub(r"[^\w\- ]", "", title).strip().lower().replace(" ", "-")


def _plain(inline: Token) -> str:
    parts = inline.children or []
    return "".join("\n" if p.type == "softbreak" else p.content for p in parts)


def _lead(children: list[Token], page: str, resolve: Resolve) -> None:
    """Has links and pictures lead to where the server has them."""
    inert = False
    for token in children:
        if token.type == "link_open":
            href = _address(str(token.attrGet("href")), page, resolve)
            inert = href is None
            if href is not None:
                token.attrSet("href", href)
        elif token.type == "image":
            token.attrSet("src", _address(str(token.attrGet("src")), page, resolve) or "")
            token.attrSet("loading", "lazy")
        if token.type in ("link_open", "link_close") and inert:
            token.tag, token.attrs = "span", {}
            inert = token.type == "link_open"


def _address(link: str, page: str, resolve: Resolve) -> str | None:
    if link.startswith("#") or _SCHEME.match(link):
        return link
    name, mark, anchor = link.partition("#")
    path = resolve(page, name)
    return None if path is None else f"{PREFIX}{path}{mark}{anchor}"


def _table_open(*_: object) -> str:
    return '<div class="table" role="group" aria-label="Table" tabindex="0"><table>\n'


def _fence(tokens: list[Token], index: int, *_: object) -> str:
    """Code with the name of its file; what else follows the language is for the tests."""
    token = tokens[index]
    language, _space, words = token.info.strip().partition(" ")
    named = dict(word.partition("=")[::2] for word in shlex.split(words))
    title = named.get("title", "")
    caption = f"<figcaption>{escape(title)}</figcaption>" if title else ""
    code = "".join(_coloured(token.content, language))
    label = escape(title or language or "text")
    return (
        f'<figure class="fence">{caption}'
        f'<pre tabindex="0" role="group" aria-label="{label}"><code>{code}</code></pre></figure>\n'
    )


def _coloured(code: str, language: str) -> Iterator[str]:
    """The code, its keywords and comments marked."""
    lexer = _lexer(language)
    if lexer is None:
        yield escape(code)
        return
    for kind, text in lexer.get_tokens(code):
        if kind in Comment:
            yield f'<span class="c">{escape(text)}</span>'
        elif kind in Keyword or kind in Operator.Word:
            yield f'<span class="k">{escape(text)}</span>'
        else:
            yield escape(text)


def _lexer(language: str) -> Lexer | None:
    if language in ("", "text", "csv"):
        return None
    try:
        return get_lexer_by_name(language, stripnl=False)
    except ClassNotFound:
        return None
