from django.apps import AppConfig
from django.urls import register_converter
from django.utils.translation import gettext_lazy as _


class RegistrationsConfig(AppConfig):
    name = "registrations"
    verbose_name = _("Registrations")

    def ready(self) -> None:
        from accounts.address_handover import KNOWN_AMONG
        from registrations.enums import Capacity
        from registrations.services.address_changes import known_among
        from registrations.steps import STEPS, TOGETHER

        KNOWN_AMONG.append(known_among)
        _one_of("capacity", Capacity.values)
        _one_of("page", [step.key for step in (*STEPS, TOGETHER)])
        _one_of("copy", [step.key for step in STEPS if step.attachment])


def _one_of(name: str, values: list[str]) -> None:
    """An address part that can only be one of the listed words."""
    converter = type(
        f"{name.title()}Converter",
        (),
        {
            "regex": "|".join(sorted(values, key=len, reverse=True)),
            "to_python": lambda self, value: value,
            "to_url": lambda self, value: str(value),
        },
    )
    register_converter(converter, name)
