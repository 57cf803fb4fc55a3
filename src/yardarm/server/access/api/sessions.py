"""REST: signing in to the dashboard, and out of it.

The session is a cookie that scripts cannot read and that no other site's request carries; who sends
a change with it must also send the header `Yardarm-Session`, which no other site can.
"""

from __future__ import annotations

from typing import Annotated

from litestar import Response, delete, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency as Given
from litestar.params import JSONBody, PathParameter
from msgspec import Meta, Struct

from ...web.pace import Pace
from ...web.paging import Page, PageRequest
from ...web.problems import failed
from ...web.requests import SESSION_COOKIE, session_of
from ...web.rest.bodies import StrictRequest
from ...web.rest.lists import answer_page, page_of
from ...web.rest.scopes import PUBLIC, TOKEN
from ..errors import BadCredential
from ..model import Principal, SessionInfo
from ..service import Access
from ..sessions import Whence

Secret = Annotated[str, Meta(min_length=1, max_length=512)]

_pace = Pace()


class SignIn(Struct, forbid_unknown_fields=True):
    """A token, or the code of a one-time link."""

    token: Secret | None = None
    code: Secret | None = None


class SignedIn(Struct):
    """Until when the session lasts."""

    expires_at: str


class SignInCode(Struct):
    """The code of a one-time link: `/ui/#code=…` signs in whoever opens it, once."""

    code: str


@post("/session", opt=PUBLIC, tags=["Access"], status_code=201, summary="Sign in")
async def sign_in(
    data: JSONBody[SignIn], request: StrictRequest, access: Given[Access]
) -> Response[SignedIn]:
    """Open a session with a token or a one-time link. The answer sets its cookie."""
    if (data.token is None) == (data.code is None):
        raise failed("invalid", "give either a token or a code")
    sessions, whence = access.sessions, _whence(request)
    try:
        if data.token is not None:
            secret, until = await sessions.open_with_token(data.token, whence)
        else:
            secret, until = await sessions.open_with_link(data.code or "", whence)
    except BadCredential as error:
        wait = _pace.fail(request.client.host if request.client else "")
        if wait:
            headers = [(b"retry-after", b"%d" % wait)]
            raise failed("too-many-requests", "too many tries", headers=headers) from None
        raise failed("unauthorized", str(error)) from None
    cookie = _cookie(secret, request, expires=int((until - access.now()).total_seconds()))
    return Response(SignedIn(until.isoformat()), cookies=[cookie], headers=_ONCE)


@post("/session/link", opt=TOKEN, tags=["Access"], status_code=201, summary="Make a sign-in link")
async def make_sign_in_link(request: StrictRequest, access: Given[Access]) -> Response[SignInCode]:
    """A code that signs in whoever uses it first, as the holder of the token that asks."""
    header = request.headers.get("authorization", "")
    try:
        code = await access.sessions.link(header.partition(" ")[2].strip())
    except BadCredential:
        raise failed("forbidden", "a link is made with a token, not with a session") from None
    return Response(SignInCode(code), headers=_ONCE)


@delete("/session", opt=TOKEN, tags=["Access"], status_code=200, summary="Sign out")
async def sign_out(request: StrictRequest, access: Given[Access]) -> Response[None]:
    """End the session. A token stays what it is."""
    secret = _session(request)
    if secret is not None:
        await access.sessions.end(secret)
    return Response(None, cookies=[_cookie("", request, expires=0)], headers=_ONCE)


@get("/sessions", opt=TOKEN, tags=["Access"], summary="List who is signed in")
async def list_sessions(
    request: StrictRequest,
    caller: Given[Principal],
    access: Given[Access],
    page: Given[PageRequest],
) -> Response[Page[SessionInfo]]:
    """Who is signed in to the dashboard, newest first; without `admin` on the system oneself."""
    found = await access.sessions.list(caller, _session(request))
    return answer_page(request, page_of(page, found, _age, newest_first=True))


@delete("/sessions/{session:str}", opt=TOKEN, tags=["Access"], summary="End a session")
async def end_session(
    session: Annotated[str, PathParameter(description="Its id.")],
    caller: Given[Principal],
    access: Given[Access],
) -> None:
    """Sign somebody out at once: oneself elsewhere, or anybody with `admin` on the system."""
    await access.sessions.end_by_id(caller, session)


def _age(session: SessionInfo) -> str:
    return f"{session.created_at:%Y-%m-%dT%H:%M:%S.%f} {session.id}"


def _session(request: StrictRequest) -> str | None:
    return session_of(request.headers.get("cookie", "").encode("latin-1"))


def _whence(request: StrictRequest) -> Whence:
    address = request.client.host if request.client else ""
    return Whence(request.headers.get("user-agent", ""), address)


def _cookie(secret: str, request: StrictRequest, *, expires: int) -> Cookie:
    return Cookie(
        key=SESSION_COOKIE,
        value=secret,
        max_age=expires,
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="strict",
    )


_ONCE = {"Cache-Control": "no-store"}

ROUTES = (sign_in, make_sign_in_link, sign_out, list_sessions, end_session)
