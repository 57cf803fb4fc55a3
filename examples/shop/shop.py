"""A small shop whose checkout, search, banner and shipping follow flags.

    python shop.py                        # asks the server that `yardarm dev` runs
    python shop.py --port 0 --ready-file F

It reads YARDARM_URL and YARDARM_SERVER_KEY (or `.yardarm/dev.json`, which `yardarm dev` writes)
and works, with its fall-backs, without any server at all.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
from dataclasses import asdict
from pathlib import Path
from typing import Any

from catalogue import SEARCH_ENGINES, find, get
from flask import Flask, Response, g, redirect, render_template, request, session, url_for
from werkzeug.serving import make_server

from yardarm import Client
from yardarm.integrations.flask import FeatureFlag, is_active

PLAIN_BANNER = {"text": "Everything for life aboard", "colour": "#0A6670"}


def create_app(client: Client) -> Flask:
    """The shop, following the flags of `client`."""
    app = Flask(__name__)
    app.secret_key = os.environ.get("SHOP_SECRET_KEY") or secrets.token_bytes(32)
    FeatureFlag(app, client=client, context=lambda: g.visitor)

    @app.before_request
    def know_the_visitor() -> None:
        """Each visitor keeps a random key in a signed cookie, so that splits stay the same."""
        visitor = request.args.get("visitor") or session.get("visitor") or secrets.token_hex(8)
        session["visitor"] = visitor
        session.setdefault("basket", {})
        if "country" in request.args:
            session["country"] = request.args["country"].upper()[:2]
        g.visitor = {
            "key": visitor,
            "country": session.get("country", "NL"),
            "orders": session.get("orders", 0),
        }

    @app.context_processor
    def shown_on_every_page() -> dict[str, Any]:
        return {
            "banner": client.json("banner", fallback=PLAIN_BANNER),
            "basket_size": sum(session["basket"].values()),
            "visitor": g.visitor,
        }

    @app.get("/")
    def products() -> str:
        engine = client.string("search-engine", fallback="classic")
        query = request.args.get("q", "")[:100]
        search = SEARCH_ENGINES.get(engine, find)
        return render_template("products.html", products=search(query), query=query, engine=engine)

    @app.post("/basket/<key>")
    def add(key: str) -> Response:
        if get(key) is not None:
            session["basket"][key] = session["basket"].get(key, 0) + 1
            session.modified = True
        return redirect(url_for("checkout"))

    @app.get("/checkout")
    def checkout() -> str:
        lines = [(product, n) for key, n in session["basket"].items() if (product := get(key))]
        total = sum(product.price * n for product, n in lines)
        free_over = client.number("free-shipping-over", fallback=100.0)
        shipping = 0.0 if not lines or total >= free_over else 6.95
        new = is_active("new-checkout")
        return render_template(
            "checkout_new.html" if new else "checkout.html",
            lines=lines,
            total=total,
            shipping=shipping,
            free_over=free_over,
        )

    @app.post("/order")
    def order() -> str:
        total = float(request.form.get("total", "0") or 0)
        client.track("order", value=total)
        session["basket"] = {}
        session["orders"] = session.get("orders", 0) + 1
        return render_template("ordered.html", total=total)

    @app.get("/flags")
    def flags() -> Response:
        """What this visitor gets and why, as the shop sees it now."""
        asked = {
            "new-checkout": client.boolean_detail("new-checkout"),
            "search-engine": client.string_detail("search-engine", fallback="classic"),
            "banner": client.json_detail("banner", fallback=PLAIN_BANNER),
            "free-shipping-over": client.number_detail("free-shipping-over", fallback=100.0),
        }
        body = {key: asdict(decision) for key, decision in asked.items()}
        return Response(json.dumps(body), mimetype="application/json")

    return app


def settings() -> tuple[str, str]:
    """Address and server key: from the environment, or from what `yardarm dev` left here."""
    url, key = os.environ.get("YARDARM_URL"), os.environ.get("YARDARM_SERVER_KEY")
    left = Path(".yardarm/dev.json")
    if not (url and key) and left.exists():
        known = json.loads(left.read_text())
        url, key = url or known.get("url"), key or known.get("server_key")
    return url or "http://127.0.0.1:8180", key or ""


def main() -> None:
    """Serve the shop until it is stopped."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--port", type=int, default=8090, help="0 for any free port")
    parser.add_argument("--ready-file", type=Path, help="write {url} here when it accepts visitors")
    options = parser.parse_args()
    url, key = settings()
    client = Client(url, key, application="shop")
    server = make_server("127.0.0.1", options.port, create_app(client), threaded=True)
    address = f"http://127.0.0.1:{server.server_port}"
    if options.ready_file is not None:
        partial = options.ready_file.with_suffix(".part")
        partial.write_text(json.dumps({"url": address}) + "\n")
        partial.replace(options.ready_file)
    print(f"shop: {address}  (flags from {url})", flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    finally:
        client.close()


if __name__ == "__main__":
    main()
