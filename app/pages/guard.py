"""Who is there, and what he may do: sign-in sessions, machine tokens, rights of pages and API."""

from __future__ import annotations

import functools
import hmac
from collections.abc import Callable
from hashlib import sha256
from typing import Any, ParamSpec, TypeVar

from flask import Flask, abort, current_app, g, redirect, request, url_for
from flask_login import LoginManager, UserMixin, current_user
from werkzeug.wrappers import Response

from app import tokens
from app.desk import Desk
from app.rights import Right, hidden, may
from app.sight import Sight, acts_on, sight_of

P = ParamSpec("P")
R = TypeVar("R")
API = "/api/"


class Person(UserMixin):  # type: ignore[misc]
    """A signed-in user. A changed password or a disabled user ends every session at once."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.data = data
        self.name: str = data["name"]
        self.display: str = data.get("display") or data["name"]
        self.role: str = data["role"]
        self.unit: str = data.get("unit", "")
        self.must_change: bool = bool(data.get("must_change"))

    def get_id(self) -> str:
        return f"{self.name}:{_seal(self.data)}"

    def may(self, right: Right) -> bool:
        return may(self.data, right)

    @property
    def sight(self) -> Sight:
        """What this person sees, made once for each request."""
        if "sight" not in g or g.sight[0] is not self:
            g.sight = (self, sight_of(desk(), self.data))
        found: Sight = g.sight[1]
        return found

    def sees(self, unit: str) -> bool:
        """Whether anything of this unit's book is seen."""
        return self.sight.book(unit)

    def sees_whole(self, unit: str) -> bool:
        return self.sight.whole(unit)

    @property
    def sees_all(self) -> bool:
        return self.sight.everything

    def takes(self, unit: str) -> bool:
        """Whether the file of this unit's book is for this person: all rows, telephone numbers in full."""
        return self.sight.whole(unit) and (self.sight.phones(unit) or not has_phones(unit))

    def acts(self, unit: str) -> bool:
        """Whether this person may hand in, sync or answer for this unit's book."""
        return acts_on(desk(), self.data, unit)

    @property
    def home(self) -> str:
        """The code of this person's own book, "" when there is none."""
        if self.role not in ("unit", "department"):
            return ""
        code = desk().filler(self.unit)
        return code if self.role == "unit" or code in desk().office.parts.shapes else ""


def _seal(data: dict[str, Any]) -> str:
    return sha256(str(data.get("password_hash", "")).encode()).hexdigest()[:16]


def desk() -> Desk:
    """The desk of the running application."""
    found: Desk = current_app.extensions["desk"]
    return found


def person() -> Person:
    """Who is signed in; call it only behind `needs`."""
    found: Person = current_user._get_current_object()
    return found


def needs(right: Right) -> Callable[[Callable[P, R]], Callable[P, R | Response]]:
    """The view is for people with this right; others are asked to sign in or told that they may not."""

    def wrap(view: Callable[P, R]) -> Callable[P, R | Response]:
        @functools.wraps(view)
        def guarded(*args: P.args, **more: P.kwargs) -> R | Response:
            if not current_user.is_authenticated:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if current_user.must_change and not g.get("by_token"):  # a first password is for changing it only
                if request.path.startswith(API):
                    abort(403)
                return redirect(url_for("pages.password"))
            if not current_user.may(right):
                abort(403)
            pulse()  # before anything is read: a page older than its version would never be refreshed
            return view(*args, **more)

        return guarded

    return wrap


def pulse() -> str:
    """The version of what this request shows."""
    if "pulse" not in g:
        g.pulse = desk().version()
    return str(g.pulse)


def has_phones(unit: str) -> bool:
    """Whether a unit's book has columns that are not for everybody."""
    tables = desk().office.scheme.tables_of(desk().book(unit).role)
    return any(hidden(item) for table in tables for item in table.fields)


def sight() -> Sight:
    """What the person sees: every question to the store goes through it."""
    return person().sight


def must_see(unit: str) -> None:
    """403 unless the person sees anything of this unit's book."""
    if not sight().book(unit):
        abort(403)


def must_see_whole(unit: str) -> None:
    """403 unless the person sees the whole book: its runs, its file, what waits for a decision."""
    if not sight().whole(unit):
        abort(403)


def must_see_record(record: str, unit: str) -> None:
    """403 unless the person sees this row."""
    if not sight().row(record, unit):
        abort(403)


def must_act(unit: str) -> None:
    """403 unless the person may hand in, sync or answer for this unit's book."""
    if not person().acts(unit):
        abort(403)


def install_guard(app: Flask) -> None:
    """Sessions by cookie for people, by bearer token for machines (under /api/ only)."""
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_by_session)
    manager.request_loader(_by_token)
    manager.unauthorized_handler(_unauthorized)


def _by_session(sealed: str) -> Person | None:
    name, _, seal = sealed.rpartition(":")
    data = desk().office.store.user(name)
    if data is None or not data.get("active", True) or not hmac.compare_digest(seal, _seal(data)):
        return None
    return Person(data)


def _by_token(_: Any) -> Person | None:
    header = request.headers.get("Authorization", "")
    if not request.path.startswith(API) or not header.startswith("Bearer "):
        return None
    data = tokens.holder(desk().office, header.removeprefix("Bearer ").strip())
    g.by_token = data is not None
    return Person(data) if data else None


def _unauthorized() -> Response:
    if request.path.startswith(API):
        abort(401)
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("pages.sign_in", next=wanted if wanted not in ("", "/") else None))
