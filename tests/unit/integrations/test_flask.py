"""Flags for Flask: everything that Flask-FeatureFlags did, and the client behind it."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import (
    Blueprint,
    Flask,
    g,
    render_template_string,
    request,
    session,
    stream_with_context,
)
from flask.views import MethodView
from sqlalchemy import create_engine, text
from sqlalchemy.orm import scoped_session, sessionmaker
from tests.native_server import flag

import yardarm
from yardarm import Client, SignedOverrides, Visitors, set_client, sign_override
from yardarm.integrations.flask import (
    AppConfigFlagHandler,
    FeatureFlag,
    InlineFeatureFlag,
    NoFeatureFlagFound,
    SQLAlchemyFeatureFlags,
    StopCheckingFeatureFlags,
    guard_blueprint,
    is_active,
    is_active_feature,
    missing_feature,
)

SECRET = "s" * 32
ANN = {"attribute": "key", "op": "equals", "values": ["ann"]}
FLAGS: dict[str, Any] = {
    "new": flag(False, rules=[{"id": "ann", "when": ANN, "serve": "on"}], client_visible=True),
    "on": flag(True), "off": flag(False),
    "engine": {"type": "string", "enabled": True, "default": "a",
               "variants": [{"key": "a", "value": "</script>"}], "client_visible": True},
}  # fmt: skip


@pytest.fixture
def client() -> Iterator[Client]:
    with Client.from_document({"flags": FLAGS}) as made:
        yield made


@pytest.fixture
def app(client: Client) -> Flask:
    made = Flask(__name__)
    made.secret_key = "k"
    made.config["FEATURE_FLAGS"] = {"configured": True, "denied": False, "text": "False"}
    made.config["FEATURE_FLAGS_INLINE"] = True
    FeatureFlag(made, client=client, context=lambda: g.get("user"), overrides=SignedOverrides(
        SECRET, "shop", parameter="try"))  # fmt: skip

    @made.before_request
    def known() -> None:  # later than our own part, as a login is
        g.user = {"key": session.get("as", "ann")}

    @made.get("/old")
    def old() -> str:
        return "old"

    @made.get("/new")
    @is_active_feature("new", redirect="old", redirect_to="/elsewhere")
    def new() -> str:
        return "new"

    return made


def get(app: Flask, path: str, **options: Any) -> Any:
    return app.test_client().get(path, **options)


def checked(app: Flask, feature: str) -> bool:
    with app.app_context():
        return is_active(feature)


# --- rows of Flask-FeatureFlags -------------------------------------------------------------------


def test_the_extension_is_where_it_was() -> None:
    app = Flask(__name__)
    extension = FeatureFlag()
    extension.init_app(app)
    assert app.extensions["FeatureFlags"] is extension
    assert app.config["FEATURE_FLAGS"] == {}
    assert app.config["RAISE_ERROR_ON_MISSING_FEATURES"] is False


def test_the_configuration_counts_first_and_any_value_as_python_counts_it(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    assert checked(app, "configured") is True
    assert checked(app, "denied") is False
    assert checked(app, "text") is True
    assert "any text but the empty one is on; write True" in caplog.text
    assert checked(app, "on") is True
    assert checked(app, "off") is False


def test_outside_of_an_application_it_is_off(caplog: pytest.LogCaptureFixture) -> None:
    assert is_active("on") is False
    assert AppConfigFlagHandler("on") is False
    assert "there is no application here" in caplog.text


def test_without_the_extension_it_says_so() -> None:
    with Flask(__name__).app_context(), pytest.raises(AssertionError, match="no FeatureFlag"):
        is_active("on")


def test_a_view_that_is_off_redirects_or_is_not_there(app: Flask) -> None:
    @app.get("/nowhere")
    @is_active_feature("off")
    def nowhere() -> str:
        return "here"

    @app.get("/away")
    @is_active_feature("off", redirect_to="https://example.com/x")
    def away() -> str:
        return "here"

    @app.get("/home")
    @is_active_feature("off", redirect="old", redirect_to="https://example.com/x")
    def home() -> str:
        return "here"

    @app.get("/both/<name>")
    @is_active_feature("off", fallback=lambda name: f"fallback for {name}")
    def both(name: str) -> str:
        return name

    @app.get("/on")
    @is_active_feature("on")
    def on() -> str:
        """The view's own."""
        return "on"

    assert get(app, "/nowhere").status_code == 404
    answer = get(app, "/away")
    assert (answer.status_code, answer.location) == (302, "https://example.com/x")
    answer = get(app, "/home")
    assert (answer.status_code, answer.location) == (302, "/old")
    assert get(app, "/both/ann").text == "fallback for ann"
    assert get(app, "/on").text == "on"
    assert on.__doc__ == "The view's own."


def test_templates_have_the_test_and_the_functions(app: Flask) -> None:
    @app.get("/page")
    def page() -> str:
        return render_template_string(
            "{% if 'new' is active_feature %}new{% endif %}{{ is_active('off') }}{{ page_flags() }}"
        )

    text = get(app, "/page").text
    head, _, rest = text.partition("<script")
    assert head == "newFalse"
    assert rest.count("</script>") == 1
    block = rest.partition(">")[2].removesuffix("</script>")
    flags = {one["key"]: one for one in json.loads(block)["flags"]}
    assert flags.keys() == {"new", "engine"}  # what a browser may see
    assert (flags["new"]["value"], flags["engine"]["value"]) == (True, "</script>")


def test_handlers_are_asked_in_order(app: Flask) -> None:
    extension: FeatureFlag = app.extensions["FeatureFlags"]
    asked: list[str] = []

    def says(name: str, answer: Any) -> Any:
        def handler(feature: str) -> Any:
            asked.append(name)
            if isinstance(answer, type):
                raise answer
            return answer

        return handler

    extension.clear_handlers()
    assert checked(app, "configured") is False  # nobody is asked: everything is off
    strange, broken = says("strange", NoFeatureFlagFound), says("broken", ZeroDivisionError)
    for one in (strange, broken, says("no", 0), says("yes", "yes"), says("late", True)):
        extension.add_handler(one)
    assert checked(app, "x") is True
    assert asked == ["strange", "broken", "no", "yes"]
    extension.remove_handler(strange)
    extension.remove_handler(AppConfigFlagHandler)  # is not there: no mistake
    extension.handlers.insert(0, says("stop", StopCheckingFeatureFlags))
    asked.clear()
    assert checked(app, "x") is False
    assert asked == ["stop"]


def test_a_handler_that_breaks_is_told(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    def of_mine(feature: str) -> bool:
        raise LookupError("the table is gone")

    app.extensions["FeatureFlags"].handlers.insert(0, of_mine)
    assert checked(app, "on") is True
    assert "handler of_mine raised LookupError: the table is gone" in caplog.text


def test_inline_configuration(app: Flask) -> None:
    app.extensions["FeatureFlags"].add_handler(InlineFeatureFlag)
    assert checked(app, "INLINE") is True
    assert checked(app, "inline") is False


def test_a_missing_flag_is_off_and_signalled(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "yardarm")
    heard: list[Any] = []

    def hear(sender: Any, feature: str) -> None:
        heard.append((sender, feature))

    missing_feature.connect(hear)
    try:
        assert checked(app, "nobodys") is False
        assert checked(app, "off") is False  # known, and off
    finally:
        missing_feature.disconnect(hear)
    assert heard == [(app.extensions["FeatureFlags"], "nobodys")]
    assert "No feature flag defined for nobodys" in caplog.text


def test_a_missing_flag_raises_where_that_was_asked_for(app: Flask) -> None:
    app.config["RAISE_ERROR_ON_MISSING_FEATURES"] = True
    assert checked(app, "nobodys") is False  # not in debug mode
    app.debug = True
    with pytest.raises(KeyError, match="No feature flag defined for nobodys"):
        checked(app, "nobodys")
    assert checked(app, "off") is False


# --- what it did not have -------------------------------------------------------------------------


def test_who_asks_decides(app: Flask) -> None:
    visitor = app.test_client()
    assert visitor.get("/new").text == "new"
    with visitor.session_transaction() as stored:
        stored["as"] = "bob"
    assert visitor.get("/new").location == "/old"
    with app.app_context():
        assert is_active("new", {"key": "ann"})
        assert not is_active("new", {"key": "bob"})


def test_class_based_views(app: Flask) -> None:
    class Views(MethodView):
        decorators = [is_active_feature("off", redirect="old")]  # noqa: RUF012

        def get(self) -> str:
            return "here"

    app.add_url_rule("/class", view_func=Views.as_view("class"))
    assert get(app, "/class").location == "/old"


def test_a_whole_blueprint(app: Flask) -> None:
    beta = Blueprint("beta", __name__, url_prefix="/beta")
    shop = Blueprint("shop", __name__, url_prefix="/shop")

    @beta.get("/")
    def index() -> str:
        return "beta"

    @shop.get("/<name>")
    def show(name: str) -> str:
        return name

    guard_blueprint(beta, "new")
    guard_blueprint(shop, "off", fallback=lambda name: f"no {name}")
    app.register_blueprint(beta)
    app.register_blueprint(shop)
    assert get(app, "/beta/").text == "beta"
    assert get(app, "/shop/rope").text == "no rope"
    app.extensions["FeatureFlags"].clear_handlers()
    assert get(app, "/beta/").status_code == 404


def test_a_signed_override_counts_in_streams_too(app: Flask, client: Client) -> None:
    @app.get("/stream")
    def stream() -> Any:
        def parts() -> Iterator[str]:
            yield f"{is_active('off')} "
            yield str(is_active("new"))

        return stream_with_context(parts())

    token = sign_override({"off": True}, SECRET, "shop", by="qa")
    assert get(app, "/stream", headers={"Yardarm-Override": token}).text == "True True"
    assert get(app, f"/stream?try={token}").text == "True True"
    assert get(app, "/stream").text == "False True"
    assert client._serving.fast is client._serving.tables  # although nobody has closed a stream


def test_visitors_keep_their_cookie(client: Client) -> None:
    app = Flask(__name__)
    FeatureFlag(app, client=client, visitors=Visitors(SECRET, secure=False))

    @app.get("/")
    def who() -> dict[str, Any]:
        return yardarm.current_context().to_json()

    browser = app.test_client()
    first = browser.get("/").json
    assert first["anonymous"] is True
    assert browser.get("/").json == first


def test_a_user_whose_attributes_raise(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    @app.before_request
    def gone() -> None:
        class Broken:
            def __getattr__(self, name: str) -> Any:
                raise LookupError("the database is gone")

        g.user = Broken()

    answer = get(app, "/new")
    assert (answer.status_code, answer.location) == (302, "/old")


def test_commands(app: Flask) -> None:
    run = app.test_cli_runner().invoke
    listed = run(args=["flags", "list", "--context", '{"key": "ann"}'])
    assert listed.exit_code == 0
    assert "configured  on  FEATURE_FLAGS" in listed.output
    rows = [line.split()[:2] for line in listed.output.splitlines()]
    assert ["new", "on"] in rows
    on = run(args=["flags", "check", "new", "--context", '{"key": "ann"}'])
    assert (on.exit_code, on.output) == (0, "new is on\n")
    off = run(args=["flags", "check", "new"])
    assert (off.exit_code, off.output) == (1, "new is off\n")
    wrong = run(args=["flags", "check", "new", "--context", "[]"])
    assert wrong.exit_code == 2
    assert "--context is JSON such as" in wrong.output


def test_without_a_client_the_configuration_still_counts() -> None:
    set_client(None)
    app = Flask(__name__)
    app.config["FEATURE_FLAGS"] = {"a": True}
    FeatureFlag(app)
    assert checked(app, "a") is True
    assert checked(app, "b") is False
    assert "no client" in app.test_cli_runner().invoke(args=["flags", "list"]).output


def test_asynchronous_views(app: Flask) -> None:
    pytest.importorskip("asgiref", reason="Flask needs it for asynchronous views")

    @app.get("/async/<name>")
    @is_active_feature("new", fallback=lambda name: f"no {name}")
    async def view(name: str) -> str:
        return name

    assert get(app, "/async/rope").text == "rope"
    app.extensions["FeatureFlags"].clear_handlers()
    assert get(app, "/async/rope").text == "no rope"


def test_a_test_client_keeps_the_request(app: Flask) -> None:
    with app.test_client() as browser:
        browser.get("/new?a=b")
        assert (request.path, request.args["a"], g.user) == ("/new", "b", {"key": "ann"})


@pytest.mark.parametrize("name", ["wsgi", "asgi", "starlette", "flask"])
def test_an_integration_brings_nothing_but_its_framework(name: str) -> None:
    program = (
        "import sys\n"
        f"import yardarm.integrations.{name}\n"
        "print(*(one for one in ('flask', 'starlette', 'fastapi', 'django', 'litestar', 'httpx',"
        " 'openfeature', 'pydantic', 'sqlalchemy', 'ruamel') if one in sys.modules))"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.split() == ([name] if name in ("flask", "starlette") else [])


class _Database:
    """What Flask-SQLAlchemy calls `db`, as far as its session."""

    def __init__(self, path: Path) -> None:
        self.engine = create_engine(f"sqlite:///{path}")
        self.session = scoped_session(sessionmaker(self.engine))


def test_the_table_of_flask_featureflags(app: Flask, tmp_path: Path) -> None:
    db = _Database(tmp_path / "flags.sqlite")
    for statement in (
        "CREATE TABLE feature_flag (id INTEGER PRIMARY KEY, feature VARCHAR(255) NOT NULL UNIQUE, "
        "is_active BOOLEAN)",
        "INSERT INTO feature_flag (feature, is_active) VALUES ('stored', 1), ('stored-off', 0)",
    ):
        db.session.execute(text(statement))
    db.session.commit()

    class Model:
        @classmethod
        def check(cls, feature: str) -> bool:
            if feature != "of the model":
                raise NoFeatureFlagFound
            return True

    extension: FeatureFlag = app.extensions["FeatureFlags"]
    heard: list[str] = []

    def hear(sender: Any, feature: str) -> None:
        heard.append(feature)

    missing_feature.connect(hear)
    try:
        extension.handlers[:] = [SQLAlchemyFeatureFlags(db), SQLAlchemyFeatureFlags(db, Model)]
        names = ("stored", "stored-off", "of the model", "nobody's")
        assert [checked(app, name) for name in names] == [True, False, True, False]
    finally:
        missing_feature.disconnect(hear)
        db.session.remove()
        db.engine.dispose()
    assert heard == ["nobody's"]
