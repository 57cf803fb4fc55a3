"""The application, as Django's registry knows it."""

from __future__ import annotations

from django.apps import AppConfig
from django.core.checks import register
from django.core.signals import setting_changed


class YardarmConfig(AppConfig):
    """Offers the process's client, registers the checks."""

    name = "yardarm.integrations.django"
    label = "yardarm"
    verbose_name = "Feature flags"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Nothing is opened here: the client is made when a flag is first asked for."""
        from .checks import check_deployment, check_settings
        from .process import offer, settings_changed

        register(check_settings)
        register(check_deployment, deploy=True)
        setting_changed.connect(settings_changed, dispatch_uid="yardarm")
        offer()
