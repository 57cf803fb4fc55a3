"""For whom the vendor's SDK is asked: contexts in the vendor's shape."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from yardarm.connect.verify import given, in_shape
from yardarm.core.context import Context
from yardarm.errors import DocumentError, Problem

from ..population.service import Population
from .model import Contexts, Import


async def asked_about(
    population: Population, found: Import, contexts: Contexts, count: int, listed: Sequence[Any]
) -> list[Any] | None:
    """At most `count` contexts that were observed, or all `listed` ones; None: to be made up.

    Raises `DocumentError` where there are none.
    """
    match contexts:
        case "generated":
            return None
        case "given":
            if not listed:
                raise DocumentError([Problem("/given", "there are no contexts")])
            return [given(one) for one in listed]
        case "observed":
            shaped = await _observed(population, found, count)
            if not shaped:
                hint = "let programs report the contexts they ask about, or have some made up"
                nobody = Problem("/contexts", "no contexts were observed here", hint)
                raise DocumentError([nobody])
            return shaped


async def _observed(population: Population, found: Import, count: int) -> list[Any]:
    shaped: list[Any] = []
    async for lines in await population.export(found.project, found.environment):
        contexts = (Context.of(json.loads(line)["context"]) for line in lines.splitlines())
        told = (in_shape(found.body.dialect, context) for context in contexts)
        shaped += [one for one in told if one is not None]
        if len(shaped) >= count:
            break
    return shaped[:count]
