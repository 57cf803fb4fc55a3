"""The table of documents."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

from ..models import check_document


class Migration(migrations.Migration):
    """Makes it."""

    initial = True
    dependencies: ClassVar[list[tuple[str, str]]] = []
    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.CreateModel(
            name="FlagDocument",
            fields=[
                (
                    "name",
                    models.CharField(
                        default="default", max_length=200, primary_key=True, serialize=False
                    ),
                ),
                (
                    "document",
                    models.TextField(
                        help_text="The flags as JSON, in Yardarm's native format.",
                        validators=[check_document],
                    ),
                ),
                ("mark", models.CharField(editable=False, max_length=64)),
                ("changed_at", models.DateTimeField(auto_now=True)),
            ],
            options={
                "verbose_name": "document of flags",
                "verbose_name_plural": "documents of flags",
                "db_table": "yardarm_flag_document",
            },
        ),
    ]
