"""The token endpoint: a service account's signed assertion, or a person's refresh token, against an access token."""

from __future__ import annotations

import base64
import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

from sync.backends.google.emulator.cells import Json
from sync.backends.google.emulator.errors import ApiError, bad_token, no_caller

JWT_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_NEEDED = {JWT_GRANT: "assertion", "refresh_token": "refresh_token"}  # by the kind of grant


@dataclass(frozen=True, slots=True)
class Identity:
    """Who calls: a person or a service account, through a project; what the token is good for (nothing said: all)."""

    email: str
    project: str
    scopes: tuple[str, ...] = ()


class TokenError(ApiError):
    """The token endpoint words its errors otherwise: {"error": "invalid_grant", "error_description": …}."""

    def __init__(self, error: str, description: str, code: int = 400) -> None:
        super().__init__(code, description)
        self.error = error

    def body(self) -> Json:
        return {"error": self.error, "error_description": self.message}


@dataclass(slots=True)
class Tokens:
    """Accounts known to the endpoint, and the tokens they hold."""

    clock: Callable[[], float]
    lifetime: int = 3600  # seconds
    keys: dict[str, rsa.RSAPublicKey] = field(default_factory=dict)  # service account → key
    projects: dict[str, str] = field(default_factory=dict)  # service account → project
    people: dict[str, Identity] = field(default_factory=dict)  # refresh token → person
    disabled: set[str] = field(default_factory=set)  # accounts whose grants are refused
    no_client: bool = False  # the OAuth client with which people signed in is gone
    scopes: dict[str, tuple[str, ...]] = field(default_factory=dict)  # person → what was granted, where not everything
    astray: set[str] = field(default_factory=set)  # accounts whose machine's clock is wrong
    _issued: dict[str, tuple[Identity, float]] = field(default_factory=dict)

    def grant(self, form: dict[str, str], address: str = "") -> Json:
        """An access token for a grant, or TokenError. `address`: this endpoint's, which an assertion must name."""
        for name in ("grant_type", _NEEDED.get(form.get("grant_type", ""), "grant_type")):
            if not form.get(name):
                raise TokenError("invalid_request", f"Required parameter is missing: {name}")
        if form.get("grant_type") == JWT_GRANT:
            identity = self._of_assertion(form.get("assertion", ""), address)
        elif form.get("grant_type") == "refresh_token":
            if self.no_client:
                raise TokenError("deleted_client", "The OAuth client was deleted.", 401)
            person = self.people.get(form.get("refresh_token", ""))
            if person is None or person.email in self.disabled:
                raise TokenError("invalid_grant", "Token has been expired or revoked.")
            identity = replace(person, scopes=tuple(form.get("scope", "").split()))
        else:
            raise TokenError("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type', '')}")
        token = "ya29." + secrets.token_urlsafe(24)
        self._issued[token] = (identity, self.clock() + self.lifetime)
        found: Json = {"access_token": token, "expires_in": self.lifetime, "token_type": "Bearer"}
        granted = self.scopes.get(identity.email, tuple(form.get("scope", "").split()))
        return found | ({"scope": " ".join(granted)} if granted and form.get("refresh_token") else {})

    def _of_assertion(self, assertion: str, address: str) -> Identity:
        head, _, signature = assertion.rpartition(".")
        try:
            claims: dict[str, Any] = json.loads(_decoded(head.partition(".")[2]))
            email = str(claims["iss"])
            key = self.keys[email]
            key.verify(_decoded(signature), head.encode(), padding.PKCS1v15(), SHA256())
        except (KeyError, ValueError, TypeError):
            raise TokenError("invalid_grant", "Invalid grant: account not found") from None
        except InvalidSignature:
            raise TokenError("invalid_grant", "Invalid JWT Signature.") from None
        if email in self.disabled:
            raise TokenError("invalid_grant", "Invalid grant: account disabled")
        if email in self.astray or not _timely(claims):
            raise TokenError(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.",
            )
        if claims.get("aud") not in (address, *_AUDIENCES):
            raise TokenError("invalid_grant", "Invalid JWT: Failed audience check.")
        scopes = tuple(str(claims.get("scope") or "").split())
        if not scopes:
            raise TokenError("invalid_scope", "Empty or missing scope not allowed.")
        if not all(scope.startswith("https://") for scope in scopes):
            raise TokenError("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        return Identity(str(claims.get("sub") or email), self.projects.get(email, "project"), scopes)

    def identity(self, header: str) -> Identity:
        """Whose token an Authorization header carries; 401 for unknown and expired ones, 403 for none at all."""
        found = self._issued.get(header.removeprefix("Bearer ").strip())
        if found is None or found[1] <= self.clock():
            raise bad_token("sheets") if header else no_caller("sheets")
        return found[0]

    def revoke_all(self) -> None:
        """All tokens are worth nothing from now on."""
        self._issued.clear()


def _timely(claims: dict[str, Any]) -> bool:
    """Whether an assertion holds now. By the machine's own clock, by which clients write it, whatever the world's says."""
    try:
        made, end = float(claims["iat"]), float(claims["exp"])
    except (KeyError, TypeError, ValueError):
        return False
    now = time.time()
    return made - _SKEW <= now < end + _SKEW and 0 < end - made <= _LONGEST


_AUDIENCES = (  # names of the real endpoint: google-auth writes the first one whatever the key file's token_uri says
    "https://oauth2.googleapis.com/token",
    "https://www.googleapis.com/oauth2/v4/token",
    "https://accounts.google.com/o/oauth2/token",
)
_SKEW, _LONGEST = 300.0, 3600.0  # seconds


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
