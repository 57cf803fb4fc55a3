"""What the shop sells, and two ways to search it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Product:
    """One thing on sale; `price` in euros."""

    key: str
    name: str
    text: str
    price: float


PRODUCTS = (
    Product("lantern", "Storm lantern", "Burns in any wind, hangs from any hook.", 39.0),
    Product("rope", "Mooring rope, 20 m", "Three strands, spliced eye at one end.", 54.5),
    Product("knife", "Deck knife", "Blunt tip, marlinspike, lanyard.", 27.9),
    Product("chart", "Chart of the Wadden Sea", "Waterproof, 1 : 75,000.", 31.0),
    Product("kettle", "Whistling kettle", "Wide base that stays on the stove in a swell.", 44.0),
    Product("compass", "Hand bearing compass", "Reads to one degree, glows at night.", 89.0),
    Product("flags", "Set of signal flags", "All forty, in a canvas roll.", 129.0),
    Product("coat", "Oilskin coat", "Keeps the spray out and the warmth in.", 159.0),
)

_BY_KEY = {product.key: product for product in PRODUCTS}


def get(key: str) -> Product | None:
    """The product with this key."""
    return _BY_KEY.get(key)


def find(query: str) -> list[Product]:
    """Classic search: the words in the order typed, somewhere in the name."""
    wanted = query.strip().casefold()
    return [product for product in PRODUCTS if wanted in product.name.casefold()]


def find_fast(query: str) -> list[Product]:
    """Word search: every word typed begins a word of name or text; names count double."""
    wanted = query.casefold().split()
    ranked = []
    for position, product in enumerate(PRODUCTS):
        hits = [_hits(word, product) for word in wanted]
        if all(hits):
            ranked.append((-sum(hits), position, product))
    return [product for _, _, product in sorted(ranked)]


def _hits(word: str, product: Product) -> int:
    name, text = (
        part.casefold().replace(",", " ").split() for part in (product.name, product.text)
    )
    return 2 * any(w.startswith(word) for w in name) + any(w.startswith(word) for w in text)


SEARCH_ENGINES: dict[str, Callable[[str], list[Product]]] = {"classic": find, "fast": find_fast}
