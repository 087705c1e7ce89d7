"""What every page's frame needs: the same page in the other languages."""

from django import template
from django.template.context import RequestContext
from django.urls import translate_url

from accounts.models import LANGUAGES

register = template.Library()


@register.simple_tag(takes_context=True)
def language_links(context: RequestContext) -> list[tuple[str, str, str]]:
    """(code, own name, address) of this page in each language; the query stays."""
    request = context.get("request")
    here = request.get_full_path() if request else "/"
    return [(code, name, translate_url(here, code)) for code, name in LANGUAGES]
