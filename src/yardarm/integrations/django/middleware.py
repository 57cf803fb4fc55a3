"""The middleware: who asks, overrides and visitors, for synchronous and asynchronous views."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextvars import copy_context
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path

from ...sdk.web.front import Front, Visit
from ...sdk.web.wsgi import Body, WsgiAsked
from .configuration import context_maker, read_setting, web_options


class DjangoAsked(WsgiAsked):
    """A request of Django; under ASGI its `META` is like that of WSGI."""

    __slots__ = ("_request",)

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.META)
        self._request = request

    @property
    def path(self) -> str:
        """The path, percent-encoded."""
        found: str = escape_uri_path(self._request.path)
        return found


class FlagsMiddleware:
    """Binds a context to each request, and takes signed overrides; first in `MIDDLEWARE`.

    The context is made when the request first asks for a flag, so `request.user` is there wherever
    the middlewares stand. Asynchronous views cannot wait for it then, so for those the user of a
    session is loaded before the view runs. What is bound holds until the body is sent.

    Raises `OptionError` for a setting that makes no sense, and `ImproperlyConfigured` while
    `yardarm.integrations.django` is not in `INSTALLED_APPS`.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        if not apps.is_installed("yardarm.integrations.django"):
            raise ImproperlyConfigured("put 'yardarm.integrations.django' into INSTALLED_APPS")
        self.get_response = get_response
        setting = read_setting()
        self._front = Front(web_options(setting), context_maker(setting))
        self._is_async = iscoroutinefunction(get_response)
        if self._is_async:
            markcoroutinefunction(self)
            self.process_view = _load_user

    def __call__(self, request: HttpRequest) -> Any:
        """Serve a request; under ASGI what is returned is awaited."""
        if self._is_async:
            return self._serve(request)
        visit = self._front.begin(DjangoAsked(request), request)
        try:
            response = _page(visit) or self.get_response(request)
        except BaseException:
            visit.end()
            raise
        return _answered(visit, response)

    async def _serve(self, request: HttpRequest) -> HttpResponseBase:
        visit = self._front.begin(DjangoAsked(request), request)
        try:
            response = _page(visit) or await self.get_response(request)
        except BaseException:
            visit.end()
            raise
        return _answered(visit, response)


async def _load_user(
    request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
) -> None:
    """Nobody without a session is anybody, so no database is asked for them."""
    known = settings.SESSION_COOKIE_NAME in request.COOKIES
    if known and hasattr(request, "auser") and iscoroutinefunction(view):
        request.user = await request.auser()


def _page(visit: Visit) -> HttpResponse | None:
    """What is answered in the application's place."""
    page = visit.page
    if page is None:
        return None
    response = HttpResponse(page.body, status=page.status)
    for name, value in page.headers:
        response[name] = value
    return response


def _answered(visit: Visit, response: HttpResponseBase) -> HttpResponseBase:
    for name, value in visit.head():
        if name == "set-cookie":
            response.cookies.load(value)
        else:
            response[name] = value
    if not response.streaming or getattr(response, "file_to_stream", None) is not None:
        visit.end()  # no code of the application is left to run
    elif response.is_async:
        response.streaming_content = _AsyncBody(response.streaming_content, visit)
    else:
        response.streaming_content = Body(response.streaming_content, visit, copy_context())
        visit.leave()
    return response


class _AsyncBody:
    """A body that is sent by the request's own task; the visit ends with it."""

    def __init__(self, body: AsyncIterator[bytes], visit: Visit) -> None:
        self._body = body
        self._visit = visit

    def __aiter__(self) -> _AsyncBody:
        return self

    async def __anext__(self) -> bytes:
        try:
            return await anext(self._body)
        except BaseException:
            self._visit.end()
            raise

    def close(self) -> None:
        """The response is closed, whether it was sent as a whole or not."""
        self._visit.end()
