"""Flags for Flask, with everything that Flask-FeatureFlags had.

>>> flags = FeatureFlag(app, client=client, context=lambda: g.user, visitors=Visitors(SECRET))
>>> @app.get("/search")
... @is_active_feature("new-search", redirect="old_search")
... def search() -> str: ...

Handlers are asked in their order, and the first that says yes decides: by default the configuration
(`FEATURE_FLAGS`), then the client. Needs `yardarm[flask]`.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar, Unpack

import click
from blinker import Namespace
from flask import Blueprint, Flask, abort, current_app, has_app_context, request, url_for
from flask import redirect as send_to
from flask.cli import AppGroup

from ..core.decision import FLAG_NOT_FOUND
from ..errors import ContextError
from ..sdk.current import find_client
from ..sdk.evaluating import Evaluating
from ..sdk.extracting import Contextual
from ..sdk.listing import flag_table
from ..sdk.log import Log
from ..sdk.web.options import GivenWeb
from ..sdk.web.page import page_flags
from ..sdk.web.wsgi import FlagsMiddleware

F = TypeVar("F", bound=Callable[..., Any])
Handler = Callable[[str], Any]

EXTENSION_NAME = "FeatureFlags"
FEATURE_FLAGS_CONFIG = "FEATURE_FLAGS"
RAISE_ERROR_ON_MISSING_FEATURES = "RAISE_ERROR_ON_MISSING_FEATURES"
LOG = Log("flags of Flask")

missing_feature = Namespace().signal("missing-feature")
"""Sent with `feature=` when nobody knows a flag that was asked for; the sender is the extension."""


class StopCheckingFeatureFlags(Exception):
    """A handler raises it to end the search: the flag is off."""


class NoFeatureFlagFound(Exception):
    """A handler raises it for a flag that is not its own."""


def AppConfigFlagHandler(feature: str) -> Any:  # noqa: N802  # as Flask-FeatureFlags named it
    """What `app.config["FEATURE_FLAGS"]` says. Any value counts as Python counts it."""
    return _configured(lambda config: config[FEATURE_FLAGS_CONFIG][feature], feature)


def InlineFeatureFlag(feature: str) -> Any:  # noqa: N802
    """What `app.config["FEATURE_FLAGS_<feature>"]` says; the name is case-sensitive."""
    return _configured(lambda config: config[f"{FEATURE_FLAGS_CONFIG}_{feature}"], feature)


class SQLAlchemyFeatureFlags:
    """A handler: what the table `feature_flag` says, with the columns `feature` and `is_active`.

    `db` is what Flask-SQLAlchemy calls so, or whatever has a `session`. With `model` its class
    method `check(feature)` is asked instead, which raises `NoFeatureFlagFound` where it has no row.
    Needs SQLAlchemy.
    """

    def __init__(self, db: Any, model: Any = None) -> None:
        self._db = db
        self._model = model

    def __call__(self, feature: str) -> Any:
        """Whether the flag is on. Raises `NoFeatureFlagFound`."""
        if self._model is not None:
            return self._model.check(feature)
        from sqlalchemy import text

        asked = text("SELECT is_active FROM feature_flag WHERE feature = :feature")
        row = self._db.session.execute(asked, {"feature": feature}).first()
        if row is None:
            raise NoFeatureFlagFound
        return bool(row[0])


class FeatureFlag:
    """The extension: whether a flag is on, in functions, decorators, templates and commands.

    `client` is the one to ask, by default the process's (`set_client`). `context` makes the context
    of a request: it is called without arguments when the request first asks for a flag, so `g`,
    `session` and `current_user` are there, and returns whatever can be a context, or None for
    nobody in particular. Visitors, signed overrides and the rest are said by
    [WebOptions](#weboptions).

    `handlers` is what is asked, in this order. Templates get the test `active_feature`, and the
    functions `is_active` and `page_flags`; the command line gets `flask flags`.
    """

    JINJA_TEST_NAME = "active_feature"

    def __init__(
        self, app: Flask | None = None, *, context: Callable[[], object] | None = None,
        **options: Unpack[GivenWeb],
    ) -> None:  # fmt: skip
        self.client = options.get("client")
        self._context = context
        self._options = options
        self.handlers: list[Handler] = [AppConfigFlagHandler, self.ask_client]
        if app is not None:
            self.init_app(app)

    def init_app(self, app: Flask) -> None:
        """Set an application up. Raises `OptionError` for an option that makes no sense."""
        app.config.setdefault(FEATURE_FLAGS_CONFIG, {})
        app.config.setdefault(RAISE_ERROR_ON_MISSING_FEATURES, False)
        app.extensions[EXTENSION_NAME] = self
        app.add_template_test(self.check, name=self.JINJA_TEST_NAME)
        app.add_template_global(is_active)
        app.add_template_global(self.page_flags, name="page_flags")
        app.cli.add_command(_commands(self))
        if self._context is not None or self._options.keys() - {"client"}:
            context = self._context
            wrapped = FlagsMiddleware(
                app.wsgi_app,
                None if context is None else lambda environ: context(),
                **self._options,
            )
            app.wsgi_app = wrapped  # type: ignore[method-assign]

    def add_handler(self, handler: Handler) -> None:
        """Ask this handler too, after the others."""
        self.handlers.append(handler)

    def remove_handler(self, handler: Handler) -> None:
        """Ask this handler no more; one that is not asked is no mistake."""
        if handler in self.handlers:
            self.handlers.remove(handler)

    def clear_handlers(self) -> None:
        """Ask nobody: every flag is off, until handlers are added."""
        self.handlers = []

    def check(self, feature: str, context: Contextual = None) -> bool:
        """Whether a flag is on: the first handler that says yes decides.

        A flag that no handler knows is off, the signal `missing_feature` is sent, and while the
        application is in debug mode with `RAISE_ERROR_ON_MISSING_FEATURES` it raises `KeyError`. A
        handler that raises anything else is passed over, and the log says so.
        """
        known = False
        for handler in self.handlers:
            try:
                asks_client = handler == self.ask_client
                answer = self.ask_client(feature, context) if asks_client else handler(feature)
            except StopCheckingFeatureFlags:
                return False
            except NoFeatureFlagFound:
                continue
            except Exception as error:  # noqa: BLE001  # somebody else's code
                matter = f"handler {getattr(handler, '__name__', repr(handler))}"
                LOG.error(matter, f"{matter} raised {type(error).__name__}: {error}")
                continue
            if answer:
                return True
            known = True
        if not known:
            self._missing(feature)
        return False

    def ask_client(self, feature: str, context: Contextual = None) -> bool:
        """The handler that asks the client. Raises `NoFeatureFlagFound` for what it does not know.

        Flags of another type than boolean are off, and the log says so.
        """
        client = self.client or find_client()
        if client is None:
            raise NoFeatureFlagFound
        decision = client.boolean_detail(feature, context, False)
        if decision.error == FLAG_NOT_FOUND:
            raise NoFeatureFlagFound
        if decision.error is not None:
            matter = f"flag {feature!r:.100}"
            LOG.warning(matter, f"{matter} is off: {decision.cause}")
        return decision.value is True

    def page_flags(self, context: Contextual = None) -> str:
        """The page's flags in one element; see `yardarm.page_flags`."""
        return page_flags(context, client=self.client)

    def _missing(self, feature: str) -> None:
        message = f"No feature flag defined for {feature}"
        strict = has_app_context() and current_app.debug
        if strict and current_app.config.get(RAISE_ERROR_ON_MISSING_FEATURES, False):
            raise KeyError(message)
        matter = f"missing {feature!r:.100}"
        LOG.info(matter, message)
        missing_feature.send(self, feature=feature)


def is_active(feature: str, context: Contextual = None) -> bool:
    """Whether a flag is on, for a context or the request's own.

    Outside of an application it is off, and the log says so. Raises `AssertionError` when the
    application has no `FeatureFlag`.
    """
    if not has_app_context():
        LOG.warning("no application", f"flag {feature!r:.100} is off: there is no application here")
        return False
    extension: FeatureFlag | None = current_app.extensions.get(EXTENSION_NAME)
    if extension is None:
        raise AssertionError("this application has no FeatureFlag: call FeatureFlag(app)")
    return extension.check(feature, context)


def is_active_feature(
    feature: str, redirect_to: str | None = None, redirect: str | None = None,
    fallback: Callable[..., Any] | None = None,
) -> Callable[[F], F]:  # fmt: skip
    """Decorate a view with a flag: while it is off, visitors get something else.

    The first of these that is given: the view `fallback`, called with the same arguments; a
    redirect (302) to the endpoint `redirect`; one to the URL `redirect_to`; else 404. Put it below
    `app.route`, and for class-based views into `decorators`.
    """

    def decorate(view: F) -> F:
        if inspect.iscoroutinefunction(view):

            @wraps(view)
            async def wrapped(*args: Any, **kwargs: Any) -> Any:
                if is_active(feature):
                    return await view(*args, **kwargs)
                return _turned_away(redirect_to, redirect, fallback, args, kwargs)
        else:

            @wraps(view)
            def wrapped(*args: Any, **kwargs: Any) -> Any:
                if is_active(feature):
                    return view(*args, **kwargs)
                return _turned_away(redirect_to, redirect, fallback, args, kwargs)

        found: Any = wrapped
        return found  # type: ignore[no-any-return]

    return decorate


def guard_blueprint(
    blueprint: Blueprint, feature: str, redirect_to: str | None = None,
    redirect: str | None = None, fallback: Callable[..., Any] | None = None,
) -> None:  # fmt: skip
    """Put a whole blueprint behind a flag; what visitors get while it is off, see above.

    Call it before the blueprint is registered.
    """

    def guard() -> Any:
        if is_active(feature):
            return None
        return _turned_away(redirect_to, redirect, fallback, (), request.view_args or {})

    blueprint.before_request(guard)


def _turned_away(
    url: str | None, endpoint: str | None, fallback: Callable[..., Any] | None,
    args: tuple[Any, ...], kwargs: Mapping[str, Any],
) -> Any:  # fmt: skip
    if fallback is not None:
        return current_app.ensure_sync(fallback)(*args, **kwargs)
    if endpoint:
        url = url_for(endpoint)
    return send_to(url, 302) if url else abort(404)


def _configured(read: Callable[[Mapping[str, Any]], Any], feature: str) -> Any:
    if not has_app_context():
        LOG.warning("no application", f"flag {feature!r:.100} is off: there is no application here")
        return False
    try:
        value = read(current_app.config)
    except (AttributeError, KeyError, TypeError):
        raise NoFeatureFlagFound from None
    if isinstance(value, str):
        matter = f"flag {feature!r:.100} is {value!r:.100} in the configuration"
        LOG.warning(matter, f"{matter}: any text but the empty one is on; write True")
    return value


def _commands(extension: FeatureFlag) -> AppGroup:
    group = AppGroup("flags", help="Feature flags, as this application sees them.")
    given = click.option("--context", default="{}", help='A context, such as {"key": "user-1"}.')

    @group.command("list")
    @given
    def list_command(context: str) -> None:
        """List every flag with what it serves, and who says so."""
        configured = current_app.config[FEATURE_FLAGS_CONFIG]
        for name, value in sorted(configured.items()):
            click.echo(f"{name}  {'on' if value else 'off'}  {FEATURE_FLAGS_CONFIG}")
        client = extension.client or find_client()
        if client is None:
            click.echo("no client: call yardarm.set_client(client)", err=True)
            return
        _wait(client)
        try:
            click.echo(flag_table(client, _context(context)))
        except ContextError as error:
            raise click.UsageError(str(error)) from None

    @group.command("check")
    @click.argument("feature")
    @given
    def check_command(feature: str, context: str) -> None:
        """Say whether FEATURE is on; the exit code is 1 when it is off."""
        client = extension.client or find_client()
        if client is not None:
            _wait(client)
        active = extension.check(feature, _context(context))
        click.echo(f"{feature} is {'on' if active else 'off'}")
        raise SystemExit(0 if active else 1)

    return group


def _wait(client: Evaluating) -> None:
    """A command has only just started, and the flags may be on their way."""
    client._serving.ready.wait(5)


def _context(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise click.UsageError(f'--context is JSON such as {{"key": "user-1"}}, not {text!r:.100}')
    return found
