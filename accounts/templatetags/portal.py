"""What every page's frame needs: the same page in the other languages."""

from django import template
from django.template.context import RequestContext
from django.urls import translate_url

from accounts.models import LANGUAGES

register = template.Library()


@register.simple_tag(takes_context=True)
def language_links(context: RequestContext) -> list[tuple[str, str, str]]:
    """(code, own name, address) of this page in each language; the query stays.

    An address that leads nowhere has no other language: the link goes to the first page.
    """
    request = context.get("request")
    if request is None or request.resolver_match is None:
        return [(code, name, f"/{code}/") for code, name in LANGUAGES]
    here = request.get_full_path()
    return [(code, name, translate_url(here, code)) for code, name in LANGUAGES]
