"""Documents in the project's own database."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import models

from ...errors import DocumentError
from ...sdk.sources import encoded, mark_of_data

DEFAULT = "default"


def check_document(text: str) -> None:
    """Raises Django's `ValidationError` with every problem, each with its pointer."""
    try:
        encoded(text.encode())
    except DocumentError as error:
        raise ValidationError([str(one) for one in error.problems]) from None


class FlagDocument(models.Model):
    """A document: all flags of this project, as JSON in the native format."""

    name = models.CharField(max_length=200, primary_key=True, default=DEFAULT)
    document = models.TextField(
        validators=[check_document], help_text="The flags as JSON, in Yardarm's native format."
    )
    mark = models.CharField(max_length=64, editable=False)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = "document of flags"
        verbose_name_plural = "documents of flags"
        db_table = "yardarm_flag_document"

    def __str__(self) -> str:
        return str(self.name)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep it. Raises `ValidationError` when it is not valid: clients would refuse it."""
        check_document(self.document)
        self.mark = mark_of_data(self.document.encode())
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "mark", "changed_at"}
        super().save(*args, **kwargs)
