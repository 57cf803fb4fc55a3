"""The page behind the one-time link that `yardarm serve` prints: it makes the first administrator.

Plain HTML without a script. The code is in its address, so no referrer leaves it and nothing of
it is stored; the token is shown this once.
"""

from __future__ import annotations

import base64
from hashlib import sha256
from html import escape
from urllib.parse import parse_qsl

from yardarm.errors import YardarmError

from ..web.answers import Answer, Handler, bytes_answer
from ..web.asgi import Receive, Scope, Send
from ..web.problems import failed
from ..web.requests import header, query, read_body
from .errors import BadCredential, SetupClosed
from .service import Access

_MAX_FORM = 8_192

_STYLE = """\
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 34rem; margin: 4rem auto; padding: 0 1rem; }
label { display: block; margin: 1rem 0 .25rem; font-weight: 600; }
input, output { box-sizing: border-box; width: 100%; padding: .5rem; font: inherit; }
output { display: block; font-family: ui-monospace, monospace; overflow-wrap: anywhere;
  border: 1px solid; }
button { margin-top: 1.5rem; padding: .5rem 1.25rem; font: inherit; }
.fault { border-left: .25rem solid #c62828; padding-left: .75rem; }
"""
_STYLE_HASH = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()

HEADERS: tuple[tuple[bytes, bytes], ...] = (
    (b"content-type", b"text/html; charset=utf-8"),
    (
        b"content-security-policy",
        b"default-src 'none'; style-src 'sha256-%b'; form-action 'self'; base-uri 'none'; "
        b"frame-ancestors 'none'" % _STYLE_HASH.encode(),
    ),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cache-control", b"no-store"),
)

_PAGE = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<main>
<h1>{title}</h1>
{content}
</main>
</body>
</html>
"""

_FORM = """\
{fault}<p>The first administrator gets a token with every right. The code is in the link that the \
server printed when it started; it is good for 15 minutes and for one use.</p>
<form method="post" action="/setup" autocomplete="off">
<label for="name">Your name</label>
<input id="name" name="name" value="{name}" required maxlength="200" autofocus>
<label for="code">Code</label>
<input id="code" name="code" value="{code}" required maxlength="200" spellcheck="false">
<button>Make the administrator</button>
</form>
"""

_DONE = """\
<p><strong>{name}</strong> is now an administrator. This is the token. Copy it now: it is not \
shown again.</p>
<p><output aria-label="Token">{token}</output></p>
<p>The command line takes it from <code>YARDARM_TOKEN</code>.</p>
"""

_CLOSED = "<p>This server has an administrator already. Ask them for a token.</p>\n"


def setup_page(access: Access) -> Handler:
    """Answers GET and POST of /setup."""

    async def answer(scope: Scope, receive: Receive, send: Send) -> Answer:
        if scope["method"] == "GET":
            return await _shown(access, query(scope).get("code", ""))
        if scope["method"] == "POST":
            form = await _read_form(scope, receive)
            return await _redeemed(access, form.get("code", "").strip(), form.get("name", ""))
        raise failed("method-not-allowed", headers=[(b"allow", b"GET, POST")])

    return answer


async def _shown(access: Access, code: str) -> Answer:
    if await access.admin_exists():
        return _page("Yardarm is set up", _CLOSED, 410)
    return _page("Set up Yardarm", _form(code, ""))


async def _redeemed(access: Access, code: str, name: str) -> Answer:
    try:
        info, token = await access.redeem(code, name)
    except SetupClosed as error:
        return _page("Set up Yardarm", _form(code, name, error), 410)
    except BadCredential as error:
        return _page("Set up Yardarm", _form(code, name, error), 422)
    shown = _DONE.format(name=escape(info.actor), token=escape(token))
    return _page("Yardarm is set up", shown, 201)


async def _read_form(scope: Scope, receive: Receive) -> dict[str, str]:
    """The fields of the form. Raises a 415, 413 or 400 problem."""
    kind = (header(scope, b"content-type") or b"").partition(b";")[0].strip().lower()
    if kind != b"application/x-www-form-urlencoded":
        raise failed("unsupported-media-type", "this page takes its own form")
    body = await read_body(scope, receive, _MAX_FORM)
    try:
        text = body.decode("ascii")
        return dict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=10))
    except ValueError:
        raise failed("bad-request", "the form cannot be read") from None


def _form(code: str, name: str, fault: YardarmError | None = None) -> str:
    said = f'<p class="fault" role="alert">{escape(str(fault))}</p>\n' if fault else ""
    return _FORM.format(fault=said, code=escape(code), name=escape(name))


def _page(title: str, content: str, status: int = 200) -> Answer:
    html = _PAGE.format(title=escape(title), style=_STYLE, content=content)
    return bytes_answer(html.encode(), *HEADERS, status=status)
