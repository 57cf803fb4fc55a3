"""Random states of features, and contexts that fall close on both sides of them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from tests.unit.dialects.togglz.plain import IDS

NOW = 1_795_000_000.0
USERS = (
    "john", "John", "Alice@Example.com", " bob ", "user-12345", "İstanbul", "straße", "日本",
    "👩‍💻", "ΟΔΟΣ", "a b", *(f"user-{n}" for n in range(30)),
)  # fmt: skip
FEATURES = ("FEATURE_ONE", "NEW_CHECKOUT", "HELLO_WORLD", "é")
ADDRESSES = (
    "10.1.2.3", "10.1.2.4", "10.1.3", "167838211", "::1", "::ffff:10.1.2.3", "2001:db8::1", "::5",
    "fe80::1", "300.1.1.1", "10.1.2.3, 10.0.0.1", "localhost", "",
)  # fmt: skip
NETWORKS = (
    "10.1.2.0/24", "10.1.2.3/32", "10.0.0.0/8", "0.0.0.0/0", "10.1.2.3/40", "10.1.2.3/-1",
    "2001:db8::/32", "::/96", "::/0", "10.1.2.0/x", "bad/8", "10.1.2.0/",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One feature's state, and whom it is asked for."""

    feature: str
    enabled: bool
    strategy: str | None
    params: dict[str, str]
    context: dict[str, Any]


def case(rng: random.Random, strategy: str | None = None) -> Case:
    """A case of one strategy, or of any."""
    feature = rng.choice(FEATURES)
    name = strategy or rng.choice((*IDS, None, "", "unknown", " gradual", "gradual "))
    params, context = _of(rng, name or "", feature)
    if rng.random() < 0.1:
        params = {}
    if rng.random() < 0.9:
        context["key"] = context.get("key") or rng.choice(USERS)
    written = name if name is None or rng.random() < 0.7 else name.upper()
    return Case(feature, rng.random() < 0.95, written, params, context)


def _some(rng: random.Random, values: tuple[str, ...], between: str) -> str:
    chosen = [rng.choice(values) for _ in range(rng.randint(1, 4))]
    return between.join(("", *chosen) if rng.random() < 0.2 else chosen)


def _of(rng: random.Random, name: str, feature: str) -> tuple[dict[str, str], dict[str, Any]]:
    pick = rng.choice
    match name:
        case "username":
            return {"users": _some(rng, USERS[:9], pick((",", " , ", ",,")))}, {
                "key": pick(USERS[:9])
            }
        case "user-role":
            roles = pick((["admin"], ["beta", "staff"], [], "admin", None, ["x y"]))
            return {"roles": _some(rng, ("admin", "beta", "x y"), ", ")}, {"roles": roles}
        case "gradual":
            texts = ("50", "25", "1", "0", "-5", "100", "250", "+30", " 50", "x", "", "99999999999")
            return {"percentage": pick(("50", "30", "70", *texts))}, {"key": pick(USERS)}
        case "release-date":
            dates = ("2026-11-18", "2026-11-19", "2026-12-01", "2020-02-31", "2026-13-01", "26-1-1",
                     "0000-01-01", "soon", "", " 2026-11-18 ", "2026-11-18x")  # fmt: skip
            times = (None, "", "14:45:00", "10:26:40", "10:26:39", "99:00:00", "x", "10:00")
            time = pick(times)
            return {"date": pick(dates), **({} if time is None else {"time": time})}, {}
        case "server-ip":
            own = pick((["10.1.2.3", "::1"], [], "10.1.2.3", None))
            return {"ips": _some(rng, ADDRESSES[:5], pick((",", " ", "\n")))}, {"server_ips": own}
        case "client-ip":
            values = (*ADDRESSES[:9], *NETWORKS, *NETWORKS)
            return {"ips": _some(rng, values, pick((",", " ")))}, {"client_ip": pick(ADDRESSES)}
        case "header":
            headers = (feature, f"A,{feature}", f"A, {feature}", "A", "", f"{feature},,", None)
            return {}, {"x_features": pick(headers)}
        case "query-parameter":
            texts = ("beta", "beta=1", "beta = 1", "a,beta=2", "=x", "beta=", " a , b=1 ,", ",a")
            query = pick(({"beta": "1"}, {"beta": ["1", "2"]}, {"a": ""}, {"": "x"}, {"b": None},
                          {"beta": ""}, "beta", {}))  # fmt: skip
            return {"params": pick(texts)}, {"query": query}
        case "servername":
            names = ("a.example.com", "b.example.com", "C.example.com")
            return {"servernames": _some(rng, names, ", ")}, {"server_name": pick((*names, None))}
        case "spring-profile":
            tokens = ("dev", "!dev", "Prod", "!prod", "!")
            profiles = pick((["dev"], ["PROD", "x"], [], None, [""]))
            return {"profiles": _some(rng, tokens, ",")}, {"profiles": profiles}
        case "property" | "spring-environment-property" | "microprofile-config-property":
            return _properties(rng, name, feature)
        case "gae_app_version":
            version = pick(("1.2.3", "2", "", None, "v1"))
            return {"version": _some(rng, ("1", "1.2", "v"), " ")}, {"app_version": version}
        case _:
            return {"percentage": "50", "users": "john"}, {}


def _properties(
    rng: random.Random, name: str, feature: str
) -> tuple[dict[str, str], dict[str, Any]]:
    parameter, attribute = {
        "property": ("system-property", "system_properties"),
        "spring-environment-property": ("name", "environment_properties"),
        "microprofile-config-property": ("name", "config_properties"),
    }[name]
    params = {}
    if rng.random() < 0.6:
        params[parameter] = rng.choice(("a.b", " ", "", "a.b"))
    if rng.random() < 0.5:
        params["value"] = rng.choice(("on", "TRUE", "", "ON"))
    own = params.get(parameter, "").strip() or f"togglz.{feature}"
    key = rng.choice((own, own, "a.b", f"togglz.{feature}"))
    wanted = params.get("value", "true")
    value = rng.choice((wanted, wanted.upper(), "True", "on", "", " ", "no", True))
    return params, {attribute: rng.choice(({key: value}, {key: value}, {}, None))}
