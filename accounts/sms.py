"""The second channel: a short message through the gateway that SMS_URL names, or none at all.

``file:///folder`` writes one file a message, for development. ``https://user:token@host/path``
posts ``{"to", "text", "id"}`` as JSON; ``id`` is the message's own UUID, by which the gateway knows
one that comes twice. Plain http is taken only to this machine. Empty: no second channel.

Nothing secret goes this way: no sign-in code, no personal number.
"""

import base64
import http.client
import ipaddress
import json
import ssl
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

TIMEOUT_SECONDS = 10.0
MOST_PARTS = 2
# The letters of a message that is not sent as UCS-2; those of the second line count twice.
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_EXTENSION = "\f^{}\\[~]|€"
# Answers about the portal's standing with the gateway or its load, not about the message.
PASSING = {401, 403, 408, 425, 429}


class GatewayError(Exception):
    """A message did not go; the words hold nothing of the person."""


class Refused(GatewayError):
    """The gateway does not take this message, now or later."""


class Unavailable(GatewayError):
    """The gateway does not take it now."""


class Unreachable(Unavailable):
    """The gateway does not answer: neither will it for the next message."""


class Gateway(Protocol):
    def send(self, *, to: str, text: str, public_id: UUID) -> None:
        """Raises Refused, Unavailable or Unreachable."""


@dataclass(frozen=True)
class FileGateway:
    """One file a message; the same message sent again is the same file."""

    folder: Path

    def send(self, *, to: str, text: str, public_id: UUID) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / f"{public_id}.txt").write_text(f"{to}\n\n{text}\n", encoding="utf-8")
        except OSError as error:
            raise Unreachable(type(error).__name__) from error


@dataclass(frozen=True)
class HttpGateway:
    address: SplitResult
    timeout: float = TIMEOUT_SECONDS

    def send(self, *, to: str, text: str, public_id: UUID) -> None:
        body = json.dumps({"to": to, "text": text, "id": str(public_id)}).encode()
        status = self._post(body)
        if 200 <= status < 300:
            return
        if 400 <= status < 500 and status not in PASSING:
            raise Refused(f"HTTP {status}")
        raise Unavailable(f"HTTP {status}")

    def _post(self, body: bytes) -> int:
        """No redirect is followed: the token would go with it."""
        connection = self._connection()
        path = self.address._replace(scheme="", netloc="", fragment="").geturl() or "/"
        try:
            connection.request("POST", path, body, self._headers())
            return connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            raise Unreachable(type(error).__name__) from error
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host = str(self.address.hostname)
        if self.address.scheme == "http":
            return http.client.HTTPConnection(host, self.address.port, timeout=self.timeout)
        return http.client.HTTPSConnection(
            host, self.address.port, timeout=self.timeout, context=ssl.create_default_context()
        )

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json"}
        if self.address.username is not None:
            user, token = unquote(self.address.username), unquote(self.address.password or "")
            pair = base64.b64encode(f"{user}:{token}".encode()).decode()
            headers["Authorization"] = f"Basic {pair}"
        return headers


def gateway() -> Gateway | None:
    """What SMS_URL names; None where there is no second channel. Raises ImproperlyConfigured."""
    if not settings.SMS_URL:
        return None
    try:
        address = urlsplit(settings.SMS_URL)
        port_is_a_number = address.port is None or address.port > 0
    except ValueError:
        port_is_a_number = False
    if port_is_a_number:
        if address.scheme == "file" and not address.netloc and address.path.startswith("/"):
            return FileGateway(Path(unquote(address.path)))
        if address.hostname and (
            address.scheme == "https"
            or (address.scheme == "http" and _is_this_machine(address.hostname))
        ):
            return HttpGateway(address)
    raise ImproperlyConfigured(
        "SMS_URL must be empty, file:///folder or https://user:token@host/path "
        "(http only to this machine)."
    )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def parts(text: str) -> int:
    """As how many short messages the text is sent and paid for."""
    if all(sign in GSM or sign in GSM_EXTENSION for sign in text):
        units, alone, joined = len(text) + sum(sign in GSM_EXTENSION for sign in text), 160, 153
    else:
        units, alone, joined = len(text.encode("utf-16-be")) // 2, 70, 67
    return 1 if units <= alone else -(-units // joined)
