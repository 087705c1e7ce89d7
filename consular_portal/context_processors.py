from django.conf import settings
from django.http import HttpRequest

from accounts import sessions


def portal(request: HttpRequest) -> dict[str, object]:
    """What the frame of every page says about this portal and about the sign-in."""
    frame: dict[str, object] = {
        "demo": settings.DEMO,
        "portal_origin": settings.PORTAL_ORIGIN,
        "emergency_phone": settings.EMERGENCY_PHONE,
    }
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        frame["session_seconds"] = {
            "left": sessions.seconds_left(request.session),
            "length": settings.SESSION_COOKIE_AGE,
            "warn_before": sessions.WARN_BEFORE,
        }
    return frame
