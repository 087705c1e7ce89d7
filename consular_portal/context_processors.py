from django.conf import settings
from django.http import HttpRequest


def portal(request: HttpRequest) -> dict[str, object]:
    """What the frame of every page says about this portal."""
    return {
        "demo": settings.DEMO,
        "portal_origin": settings.PORTAL_ORIGIN,
        "emergency_phone": settings.EMERGENCY_PHONE,
    }
