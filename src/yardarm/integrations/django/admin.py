"""The admin's page of a document: its JSON, and every problem with its pointer."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin

from .models import FlagDocument


@admin.register(FlagDocument)
class FlagDocumentAdmin(admin.ModelAdmin):
    """What is saved is in force in every process within seconds; the admin keeps its history."""

    list_display = ("name", "changed_at")
    readonly_fields = ("changed_at",)

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """JSON is read in columns of equal width."""
        if db_field.name == "document":
            kwargs["widget"] = forms.Textarea(
                attrs={"rows": 32, "cols": 100, "spellcheck": "false",
                       "style": "font-family: monospace"}
            )  # fmt: skip
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def get_readonly_fields(self, request: Any, obj: Any = None) -> tuple[str, ...]:
        """A document keeps its name: clients follow it by that."""
        return self.readonly_fields if obj is None else ("name", *self.readonly_fields)
