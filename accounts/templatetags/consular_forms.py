"""What the template pack ``consular`` asks of a bound field."""

from collections.abc import Iterator
from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField

from accounts.forms import Heading, PageForm

register = template.Library()

CHOICES = (forms.RadioSelect, forms.CheckboxSelectMultiple)


@register.filter
def kind(field: BoundField) -> str:
    """How the pack draws the field: "multi", "choices", "checkbox" or "single"."""
    widget = field.field.widget
    if isinstance(widget, forms.MultiWidget):
        return "multi"
    if isinstance(widget, CHOICES):
        return "choices"
    return "checkbox" if isinstance(widget, forms.CheckboxInput) else "single"


@register.filter
def first_control(field: BoundField) -> str:
    """The id an error links to: the control itself, the first of a group, the wrong date part."""
    drawn = kind(field)
    if drawn == "multi":
        wrong = getattr(field.field, "wrong_part", lambda errors: 0)(field.errors.as_data())
        return f"{field.auto_id}_{wrong}"
    return f"{field.auto_id}_0" if drawn == "choices" else field.auto_id


@register.simple_tag
def error_summary(form: forms.BaseForm) -> list[tuple[str, str]]:
    """(id of the control, words) for each error, in the order of the page."""
    return list(_errors(form))


def _errors(form: forms.BaseForm) -> Iterator[tuple[str, str]]:
    for error in form.non_field_errors():
        yield "", str(error)
    for field in form.visible_fields():
        for error in field.errors:
            yield first_control(field), str(error)


@register.filter
def heading(field: BoundField) -> Heading | None:
    """What stands over the field as a heading: of the page, or of one of its questions."""
    form = field.form
    return form.heading_over(field.name) if isinstance(form, PageForm) else None


@register.filter
def get_item(mapping: dict[Any, Any], key: Any) -> Any:
    return mapping.get(key, "")
