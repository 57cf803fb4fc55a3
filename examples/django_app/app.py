"""Berths of a harbour, by Django, that follow flags.

    python examples/django_app/app.py                        # beside the server of `yardarm dev`
    python examples/django_app/app.py --port 0 --ready-file F

It reads YARDARM_URL and YARDARM_SERVER_KEY, and works by its fallbacks without them. Skippers sign
in at /as/NAME; whoever has not gets a key in a signed cookie. With BERTHS_SECRET set, testers may
see other flags by `yardarm override-link`. It is one file, so that it can be read in one go; in a
project its parts are in `settings.py`, `urls.py` and `views.py`.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
from pathlib import Path
from typing import Any

import django
from django.conf import settings
from django.core.servers.basehttp import ThreadedWSGIServer, WSGIRequestHandler
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.generic import TemplateView

from yardarm.integrations.django import FlagRequiredMixin, flag_required, flagged_path

BERTHS = {"North quay": 12, "Old basin": 4, "Sea lock": 7}
HERE = Path(__file__).parent
SECRET = os.environ.get("BERTHS_SECRET") or secrets.token_urlsafe(32)


def flags_from() -> dict[str, Any]:
    """A server, if one is named; else no flags at all."""
    url, key = os.environ.get("YARDARM_URL"), os.environ.get("YARDARM_SERVER_KEY")
    if not url or not key:
        return {"document": {"flags": {}}}
    return {"url": url, "key": key, "options": {"application": "berths"}}


def skipper(request: HttpRequest) -> dict[str, Any] | None:
    """Who asks; None is nobody in particular, and the visitor's cookie counts."""
    name = request.session.get("skipper")
    return None if name is None else {"key": name}


settings.configure(
    SECRET_KEY=SECRET,
    ALLOWED_HOSTS=["127.0.0.1", "localhost"],
    ROOT_URLCONF=__name__,
    INSTALLED_APPS=["django.contrib.sessions", "yardarm.integrations.django"],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
    MIDDLEWARE=[
        "yardarm.integrations.django.FlagsMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "DIRS": [HERE / "templates"],
            "APP_DIRS": True,
        }
    ],
    YARDARM={
        **flags_from(),
        "context": skipper,
        "visitors": {"secure": False},  # there is no HTTPS here
        "overrides": {
            "secrets": SECRET,
            "audience": "berths",
            "parameter": "try",
            "redirect": True,
            "secure": False,
        },
        "debug_path": "/flags",
    },
)
django.setup()


def berths(request: HttpRequest) -> HttpResponse:
    """Where there is room."""
    return render(request, "berths.html", {"berths": BERTHS})


def sign_in(request: HttpRequest, name: str) -> HttpResponse:
    """Be somebody. A real application would ask for a password."""
    request.session["skipper"] = name
    return redirect("berths")


def by_telephone(request: HttpRequest) -> HttpResponse:
    """How a berth was reserved before."""
    return HttpResponse("Call the harbour master")


@flag_required("berth-reservations", else_view=by_telephone)
def reserve(request: HttpRequest) -> HttpResponse:
    """How one is reserved now."""
    return HttpResponse("Your berth is reserved")


def chart(request: HttpRequest) -> HttpResponse:
    """Where the berths are."""
    return HttpResponse("Old basin lies north of the sea lock")


class Prices(FlagRequiredMixin, TemplateView):
    """What is not shown to everybody yet; others are sent back."""

    flag = "berth-prices"
    redirect_to = "berths"
    template_name = "prices.html"


urlpatterns = [
    path("", berths, name="berths"),
    path("as/<name>", sign_in),
    path("reserve", reserve, name="reserve"),
    path("prices", Prices.as_view(), name="prices"),
    flagged_path("berth-map", "map", chart),
]


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", type=int, default=8092, help="0 for any free port")
    parser.add_argument("--ready-file", type=Path, help="write {url} here when it accepts requests")
    options = parser.parse_args()
    with ThreadedWSGIServer(("127.0.0.1", options.port), WSGIRequestHandler) as server:
        server.set_app(get_wsgi_application())
        server.daemon_threads = True
        address = f"http://127.0.0.1:{server.server_port}"
        if options.ready_file is not None:
            partial = options.ready_file.with_suffix(".part")
            partial.write_text(json.dumps({"url": address}) + "\n")
            partial.replace(options.ready_file)
        print(f"berths: {address}/", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
