"""Settings from the environment."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from yardarm.errors import OptionError
from yardarm.server.settings import Settings, reference

VARIABLES = [item.metadata["variable"] for item in fields(Settings)]


def read(**environ: str) -> Settings:
    return Settings.from_environment({f"YARDARM_{name}": value for name, value in environ.items()})


def test_nothing_set_gives_the_defaults() -> None:
    assert Settings.from_environment({}) == Settings()
    assert Settings.from_environment(dict.fromkeys(VARIABLES, "")) == Settings()


def test_every_setting_is_read() -> None:
    given = {
        "YARDARM_DATA": "/srv/flags",
        "YARDARM_DATABASE_URL": "postgresql://u@h/n",
        "YARDARM_SECRET_KEY": "0123456789abcdef",
        "YARDARM_HOST": "0.0.0.0",
        "YARDARM_PORT": "0",
        "YARDARM_PUBLIC_URL": "https://flags.example.com/",
        "YARDARM_ARCHIVE_GUARD_HOURS": "0",
        "YARDARM_MAX_DOCUMENT_BYTES": "1 GiB",
        "YARDARM_MAX_BODY_BYTES": "2048",
        "YARDARM_MAX_IMPORT_BYTES": "3MiB",
        "YARDARM_RETENTION_DAYS": "7",
        "YARDARM_WEBHOOK_ALLOW": "10.0.0.0/8, fd00::/8",
        "YARDARM_IMPORT_ALLOW": "127.0.0.0/8",
        "YARDARM_IMPORT_DATABASES": "yes",
        "YARDARM_OVERRIDES": "/etc/yardarm/overrides.json",
        "YARDARM_CORS_ORIGINS": "https://a.example, https://b.example,",
        "YARDARM_LOG_FORMAT": "json",
        "YARDARM_LOG_LEVEL": "warning",
    }
    assert sorted(given) == sorted(VARIABLES)
    settings = Settings.from_environment(given)
    default = Settings()
    for item in fields(Settings):
        assert getattr(settings, item.name) != getattr(default, item.name), item.name
    assert settings.data == Path("/srv/flags")
    assert settings.overrides == Path("/etc/yardarm/overrides.json")
    assert settings.public_url == "https://flags.example.com"
    assert settings.max_document_bytes == 2**30
    assert settings.max_import_bytes == 3 * 2**20
    assert settings.cors_origins == ("https://a.example", "https://b.example")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PUBLIC_URL", "flags.example.com"),
        ("PUBLIC_URL", "ftp://flags.example.com"),
        ("DATABASE_URL", "mysql://h/n"),
        ("MAX_BODY_BYTES", "1 TB"),
        ("MAX_BODY_BYTES", "5"),
        ("RETENTION_DAYS", "0"),
        ("LOG_FORMAT", "xml"),
        ("SECRET_KEY", "short"),
        ("WEBHOOK_ALLOW", "example.com"),
        ("WEBHOOK_ALLOW", "10.0.0.1/8"),
    ],
)
def test_what_makes_no_sense_names_its_variable(name: str, value: str) -> None:
    with pytest.raises(OptionError) as caught:
        read(**{name: value})
    assert f"YARDARM_{name}" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_secret_key_is_not_shown() -> None:
    settings = read(SECRET_KEY="not for your eyes only")
    assert "not for your eyes" not in repr(settings)
    with pytest.raises(OptionError) as caught:
        read(SECRET_KEY="hush hush")
    assert "hush" not in str(caught.value)


def test_the_database_lies_in_the_data_folder_unless_said() -> None:
    assert read(DATA="/srv/my flags").database() == "sqlite:////srv/my%20flags/yardarm.db"
    assert read(DATABASE_URL="postgresql://h/n").database() == "postgresql://h/n"


def test_every_setting_is_in_the_reference() -> None:
    text = reference()
    for item in fields(Settings):
        assert f"| `{item.metadata['variable']}` | {item.metadata['text']} |" in text
