"""Users, for administrators: add, reset the password, disable and enable again."""

from __future__ import annotations

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from app.english import told
from app.pages import pages
from app.pages.guard import desk, needs, person
from app.people import ROLES, PeopleError, add_user, set_password


@pages.get("/people")
@needs("people")
def people() -> Any:
    """Everybody who may sign in."""
    return _people()


@pages.post("/people")
@needs("people")
def people_add() -> Any:
    """A new user; the first password is shown once, on this very page."""
    form = {key: request.form.get(key, "").strip() for key in ("name", "display", "role", "unit")}
    try:
        secret = add_user(
            desk().office, form["name"], role=form["role"], unit=form["unit"], display=form["display"], by=person().name
        )
    except PeopleError as error:
        return _people(problem=told(str(error)), form=form), 400
    return _people(fresh=(form["name"], secret))


@pages.post("/people/<name>/password")
@needs("people")
def people_password(name: str) -> Any:
    """A new first password, shown once; all sessions of the user end."""
    _user(name)
    return _people(fresh=(name, set_password(desk().office, name, by=person().name)))


@pages.post("/people/<name>/active")
@needs("people")
def people_active(name: str) -> Any:
    """Disable or enable again. Nobody locks himself out."""
    user, on = _user(name), request.form.get("on") == "1"
    if name == person().name and not on:
        flash(_("不能停用自己。"), "bad")
        return redirect(url_for("pages.people"))
    office = desk().office
    office.store.save_user({**user, "active": on})
    event = "user_enabled" if on else "user_disabled"
    office.store.add_event(event, office.clock.now(), person().name, {"name": name})
    flash(_("已启用 %(name)s。", name=name) if on else _("已停用 %(name)s。", name=name), "good")
    return redirect(url_for("pages.people"))


def _user(name: str) -> dict[str, Any]:
    found = desk().office.store.user(name)
    if found is None:
        abort(404)
    return found


def _people(fresh: tuple[str, str] | None = None, problem: str = "", form: dict[str, str] | None = None) -> str:
    users = desk().office.store.users()
    return render_template("people.html", users=users, roles=ROLES, fresh=fresh, problem=problem, form=form or {})
