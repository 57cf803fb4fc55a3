"""Class-based views behind a flag."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import ImproperlyConfigured

from .decorators import flag_required


class FlagRequiredMixin:
    """Before the view: `class Search(FlagRequiredMixin, TemplateView)`, with `flag = "new-search"`.

    `else_view`, `redirect_to` and `state` are as for `flag_required`; `else_view` is given as
    `staticmethod(view)` or to `as_view`, as the others may be. Raises `ImproperlyConfigured`
    without a flag.
    """

    flag: ClassVar[str] = ""
    else_view: ClassVar[Callable[..., Any] | None] = None
    redirect_to: ClassVar[Any] = None
    state: ClassVar[bool] = True

    @classmethod
    def as_view(cls, **given: Any) -> Callable[..., Any]:
        """The view, behind its flag."""
        names = ("flag", "else_view", "redirect_to", "state")
        key, other, target, state = (given.get(name, getattr(cls, name)) for name in names)
        if not key:
            raise ImproperlyConfigured(f"{cls.__name__} needs flag = 'some-flag'")
        view = super().as_view(**given)  # type: ignore[misc]  # of the view beside it
        decorate = flag_required(key, else_view=other, redirect_to=target, state=state)
        guarded: Callable[..., Any] = decorate(view)
        return guarded
