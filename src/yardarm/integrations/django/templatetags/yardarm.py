"""`{% flag %}`, `{% flag_value %}`, `{% flag_variant %}` and `{% page_flags %}`."""

from __future__ import annotations

from typing import Any

from django import template

from ....sdk.current import find_client
from ....sdk.flagged import enabled
from ....sdk.web.page import Html
from ....sdk.web.page import page_flags as flags_of_page

register = template.Library()


class FlagNode(template.Node):
    """One part while the flag is on, the other while it is off."""

    def __init__(self, key: Any, context: Any, on: Any, off: Any) -> None:
        self.key, self.context = key, context
        self.nodelist_on, self.nodelist_off = on, off

    child_nodelists = ("nodelist_on", "nodelist_off")

    def render(self, context: Any) -> str:
        """The part that counts."""
        given = None if self.context is None else self.context.resolve(context)
        key = self.key.resolve(context, ignore_failures=True)
        on = isinstance(key, str) and bool(enabled(key, given))
        text: str = (self.nodelist_on if on else self.nodelist_off).render(context)
        return text


@register.tag("flag")
def flag(parser: Any, token: Any) -> FlagNode:
    """`{% flag "new-search" %}…{% else %}…{% endflag %}`; a context may follow the key."""
    name, *words = token.split_contents()
    if len(words) not in (1, 2):
        raise template.TemplateSyntaxError(
            f'{name!r} takes a flag and maybe a context: {{% {name} "new-search" %}}'
        )
    key, given = [*map(parser.compile_filter, words), None][:2]
    on = parser.parse(("else", "endflag"))
    off = template.NodeList()
    if parser.next_token().contents == "else":
        off = parser.parse(("endflag",))
        parser.delete_first_token()
    return FlagNode(key, given, on, off)


@register.simple_tag
def flag_value(key: str, fallback: Any, context: Any = None) -> Any:
    """The value of a flag of the fallback's type: `{% flag_value "limit" 10 as limit %}`."""
    client = find_client()
    if client is None:
        return fallback
    asked: Any = client.json
    for kind, method in (
        (bool, client.boolean), (int, client.integer), (float, client.number), (str, client.string),
    ):  # fmt: skip
        if isinstance(fallback, kind):
            asked = method
            break
    return asked(key, context, fallback)


@register.simple_tag
def flag_variant(key: str, fallback: str = "", context: Any = None) -> str:
    """The key of the variant that a flag serves."""
    client = find_client()
    return fallback if client is None else client.variant(key, context, fallback)


@register.simple_tag
def page_flags(context: Any = None, element: str = "yardarm-flags") -> Html:
    """The page's flags in one element, for the browser; see `yardarm.page_flags`."""
    return flags_of_page(context, element=element)
