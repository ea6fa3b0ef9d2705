"""Signing in and out, one's own password, one's own tokens."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, login_user, logout_user
from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired, Length

from app import tokens
from app.english import told
from app.pages import pages
from app.pages.guard import Person, desk, needs, person
from app.pages.language import local_address
from app.people import PeopleError, set_password, verify
from app.rights import Right

LIMIT = "10 per minute; 60 per hour"  # of failures from one address
LIMIT_OF_NAME = "20 per 10 minutes"  # of failures for one name, from wherever they come
SCOPE_WORDS: dict[Right, Any] = {
    "read": _l("读数据"), "resync": _l("要求同步"), "upload": _l("上传表"), "decide": _l("处理待决定事项"),
    "phones": _l("看完整电话"), "people": _l("管理用户"), "audit": _l("看操作记录"),
}  # fmt: skip


class SignIn(FlaskForm):  # type: ignore[misc]
    name = StringField(validators=[InputRequired(), Length(max=64)])
    password = PasswordField(validators=[InputRequired(), Length(max=200)])


class NewPassword(FlaskForm):  # type: ignore[misc]
    old = PasswordField(validators=[InputRequired(), Length(max=200)])
    new = PasswordField(validators=[InputRequired(), Length(max=200)])
    again = PasswordField(validators=[InputRequired(), Length(max=200)])


@pages.route("/login", methods=["GET", "POST"])
def sign_in() -> Any:
    """Name and password; says the same whatever was wrong."""
    wanted = local_address(request.values.get("next", ""))
    if current_user.is_authenticated:
        return redirect(wanted)
    form = SignIn()
    if not form.is_submitted():
        return render_template("sign_in.html", form=form, wanted=wanted, wrong=False)
    office = desk().office
    name = (form.name.data or "").strip()
    found = verify(office, name, form.password.data or "") if form.validate() else None
    if found is None:
        office.store.add_event(
            "sign_in_failed", office.clock.now(), "", {"name": name[:64], "from": request.remote_addr}
        )
        return render_template("sign_in.html", form=form, wanted=wanted, wrong=True), 401
    session.clear()
    session.permanent = True
    login_user(Person(found))
    office.store.add_event("signed_in", office.clock.now(), name, {"from": request.remote_addr})
    return redirect(url_for("pages.password") if found.get("must_change") else wanted)


@pages.post("/logout")
def sign_out() -> Any:
    """End the session."""
    logout_user()
    session.clear()
    return redirect(url_for("pages.sign_in"))


@pages.route("/password", methods=["GET", "POST"])
def password() -> Any:
    """Change one's own password; other sessions of the same person end."""
    if not current_user.is_authenticated:
        return redirect(url_for("pages.sign_in"))
    form, problem = NewPassword(), ""
    if form.is_submitted():
        problem = _changed(form)
        if not problem:
            flash(_("口令已经改好。"), "good")
            return redirect(url_for("pages.overview"))
    return render_template("password.html", form=form, problem=problem), 400 if problem else 200


def _changed(form: NewPassword) -> str:
    """Change it; what stands in the way, "" when it is done."""
    office, who = desk().office, person()
    if not form.validate():
        return _("三个空都要填。")
    if form.new.data != form.again.data:
        return _("两次输入的新口令不一样，请重新输入。")
    if verify(office, who.name, form.old.data) is None:
        return _("现在的口令不对，请重新输入。")
    if form.new.data == form.old.data:
        return _("新口令和现在的一样，请换一个。")
    try:
        set_password(office, who.name, form.new.data, by=who.name)
    except PeopleError as error:
        return told(str(error))
    fresh = office.store.user(who.name)
    assert fresh is not None
    login_user(Person(fresh))
    return ""


@pages.get("/account")
@needs("read")
def account() -> Any:
    """Oneself: name, role, tokens."""
    return _account("")


@pages.post("/account/tokens")
@needs("read")
def token_make() -> Any:
    """A token for a program; shown once, on this very page. Reading only when nothing is ticked: no scope at all would
    mean everything, so what the person may not give is refused rather than left out."""
    wanted = request.form.getlist("scope") or ["read"]
    scopes = [scope for scope in SCOPE_WORDS if scope in wanted and person().may(scope)]
    if len(scopes) < len(set(wanted)):
        flash(_("勾选的事里有您自己不能做的，没有新建令牌。"), "bad")
        return redirect(url_for("pages.account"))
    try:
        return _account(tokens.issue(desk().office, person().name, request.form.get("note", ""), scopes))
    except PeopleError as error:
        flash(told(str(error)), "bad")
        return redirect(url_for("pages.account"))


def _account(fresh: str) -> str:
    kept = (desk().office.store.user(person().name) or {}).get("tokens", ())
    mine = {scope: word for scope, word in SCOPE_WORDS.items() if person().may(scope)}
    return render_template("account.html", tokens=kept, fresh=fresh, scopes=mine, words=SCOPE_WORDS)


@pages.post("/account/tokens/<number>/revoke")
@needs("read")
def token_revoke(number: str) -> Any:
    """The token is worth nothing any more."""
    try:
        tokens.revoke(desk().office, person().name, number)
        flash(_("令牌已停用。"), "good")
    except PeopleError as error:
        flash(told(str(error)), "bad")
    return redirect(url_for("pages.account"))
