"""A request and an answer, without sockets."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.discovery import checked
from sync.backends.google.emulator.errors import bad
from sync.backends.google.emulator.tokens import Identity

NOBODY = Identity("", "")


@dataclass(slots=True)
class Request:
    """One HTTP request. `path` is not decoded yet: a range may hold what else would be a sign of the path."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    data: bytes = b""
    identity: Identity = NOBODY
    body: str = ""  # the type that the body must be of

    @property
    def user(self) -> str:
        return self.identity.email

    def parameters(self) -> dict[str, list[str]]:
        return parse_qs(self.query, keep_blank_values=True)

    def flat(self) -> dict[str, str]:
        """Each parameter's last value."""
        return {name: values[-1] for name, values in self.parameters().items()}

    def json(self) -> Json:
        """The body as JSON; {} when there is none."""
        if not self.data:
            return {}
        try:
            found: Any = json.loads(self.data, parse_constant=_no_number)
        except ValueError:
            raise bad("Invalid JSON payload received. Unexpected token.") from None
        if b"\\ud" in self.data.lower() and not _is_text(found):
            raise bad("Invalid JSON payload received. Invalid unicode escape sequence.")
        if not isinstance(found, dict):
            raise bad("Invalid JSON payload received. Expected an object.")
        body: Json = checked(found, self.body, "data" if self.body == "ValueRange" else "") if self.body else found
        return body


def _is_text(found: Any) -> bool:
    """Whether all of it can be sent again: half a pair of surrogates is no character."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_number(text: str) -> float:
    """NaN and Infinity are no JSON, though Python would read them."""
    raise ValueError(text)


@dataclass(slots=True)
class Answer:
    """What goes back. `body` is sent as JSON unless it is bytes; None sends nothing."""

    body: Any = None
    code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    kind: str = "application/json; charset=UTF-8"

    def payload(self) -> bytes:
        if self.body is None:
            return b""
        if isinstance(self.body, bytes):
            return self.body
        return json.dumps(self.body, ensure_ascii=False, separators=(",", ":")).encode()
