"""The scheme: what the office works by, in tables; changed in a workbook, tried on what is stored, put into use."""

from __future__ import annotations

import io
import re
from collections import Counter
from typing import Any

from flask import abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from app.english import told
from app.pages import pages
from app.pages.guard import desk, needs, person
from app.proposals import Proposal, Proposals
from app.proposals import Refused as NotTaken
from app.scheme_book.book_texts import key_figure
from app.upgrading import Upgrading
from app.wiring import scheme_place
from sheets_templates import catalog
from validators.rules.base import RuleBase

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
STATES = {
    "checking": (_l("正在检查"), "busy"),
    "mistakes": (_l("有要改的"), "bad"),
    "ready": (_l("可以换上"), "good"),
    "failed": (_l("没有检查成"), "bad"),
    "published": (_l("已换上"), "quiet"),
}
WHATS = {
    "status": _l("状态"), "flag": _l("考核标识"), "stage": _l("阶段"), "check": _l("校验"), "deadline": _l("期限"),
}  # fmt: skip
BOOK_STATES = {
    "upgraded": (_l("已升级"), "good"),
    "rehearsed": (_l("将升级"), "busy"),
    "current": (_l("已是新版"), "quiet"),
    "missing": (_l("没有表"), "quiet"),
    "refused": (_l("没有升级"), "bad"),
}
# words of `tianbao scheme diff --json`
SECTIONS = {
    "basics": _l("基本信息"), "units": _l("单位"), "departments": _l("部门"), "sights": _l("部门看什么"), "tables": _l("表"),
    "fields": _l("栏目"), "choices": _l("下拉"), "lookups": _l("对照表"), "lookup_rows": _l("对照表"), "nodes": _l("节点"),
    "rules": _l("规则"), "reports": _l("报表"), "coverage": _l("条目"), "guide": _l("填报说明"), "answers": _l("反馈列"),
}  # fmt: skip
CHANGES = {"added": _l("新加"), "removed": _l("去掉"), "changed": _l("改"), "moved": _l("换了先后")}
_HOLE = re.compile(r"[（(]\{\w+\}[)）]|\{(\w+)\}")
MOST = 300  # lines of one table of a page


def proposals() -> Proposals:
    found: Proposals = current_app.extensions["proposals"]
    return found


def upgrading() -> Upgrading:
    found: Upgrading = current_app.extensions["upgrading"]
    return found


@pages.get("/scheme")
@needs("read")
def scheme_page() -> Any:
    """Rules, tables and units in force; for those who own the policy the way to change it."""
    office = desk().office
    owns = person().may("scheme")
    return render_template(
        "scheme.html",
        rules=[(rule, key_figure(rule), _sentence(rule)) for rule in office.scheme.rules],
        tables=office.scheme.tables,
        units=office.scheme.units,
        drafts=proposals().all()[:8] if owns else [],
        states=STATES,
        fillers={"unit": _("填报单位"), "commission": desk().name("commission")}
        | {item.code: item.name for item in office.scheme.departments},
    )


@pages.get("/scheme/workbook")
@needs("scheme")
def scheme_workbook() -> Any:
    """The scheme in use as a workbook to change."""
    from app.scheme_book.book import write_book
    from app.scheme_book.tree import Tree

    office = desk().office
    place = scheme_place(office.settings)
    data = write_book(catalog.load(place), Tree.at(place))
    name = f"方案_{office.scheme.title}_{office.scheme.version}.xlsx"
    return send_file(io.BytesIO(data), as_attachment=True, download_name=name, mimetype=XLSX, max_age=0)


@pages.post("/scheme/proposals")
@needs("scheme")
def scheme_hand_in() -> Any:
    """Take a changed workbook in; it is checked at once, nothing is put into use."""
    file = request.files.get("file")
    if file is None or not file.filename:
        flash(_("没有选择文件。请先选择改好的方案工作簿。"), "bad")
        return redirect(url_for("pages.scheme_page"))
    try:
        found = proposals().hand_in(file.read(), file.filename, person().name)
    except NotTaken as refusal:
        flash(f"{told(str(refusal))} {told(refusal.hint)}", "bad")
        return redirect(url_for("pages.scheme_page"))
    return redirect(url_for("pages.scheme_proposal", number=found.number))


@pages.get("/scheme/proposals/<number>")
@needs("scheme")
def scheme_proposal(number: str) -> Any:
    """What is wrong with it, cell by cell; or what it changes, and whose status would change."""
    found = _proposal(number)
    moves = found.rehearsal.get("moves", ())
    touched = {(item["kind"], item["key"]) for item in moves if item["what"] != "deadline"}
    return render_template(
        "proposal.html",
        found=found,
        state=STATES[found.state],
        whats=WHATS,
        sections=SECTIONS,
        acts=CHANGES,
        moves=moves[:MOST],
        most=MOST,
        hidden=max(len(moves) - MOST, 0),
        touched=len(touched),
        in_use=proposals().in_use(found),
        units=Counter(item["unit"] for item in moves if item["unit"] and item["what"] != "deadline").most_common(12),
    )


@pages.get("/scheme/proposals/<number>/workbook")
@needs("scheme")
def scheme_proposal_book(number: str) -> Any:
    """The workbook as it was handed in."""
    found = _proposal(number)
    data = io.BytesIO(proposals().book(number))
    return send_file(data, as_attachment=True, download_name=found.name, mimetype=XLSX, max_age=0)


@pages.post("/scheme/proposals/<number>/check")
@needs("scheme")
def scheme_check(number: str) -> Any:
    """Check it once more: the data may have changed since."""
    _proposal(number)
    proposals().again(number)
    return redirect(url_for("pages.scheme_proposal", number=number))


@pages.post("/scheme/proposals/<number>/publish")
@needs("scheme")
def scheme_publish(number: str) -> Any:
    """Put it into use."""
    _proposal(number)
    try:
        written = proposals().publish(number, person().name)
    except NotTaken as refusal:
        flash(f"{told(str(refusal))} {told(refusal.hint)}", "bad")
    else:
        flash(_("已写好%(number)s个文件，下一轮同步前换上。", number=len(written)), "good")
    return redirect(url_for("pages.scheme_proposal", number=number))


@pages.get("/scheme/books")
@needs("scheme")
def scheme_books() -> Any:
    """Bringing the books that are out to the scheme as it is now: what would change, how far it is, what became of it."""
    done, whole = upgrading().done()
    return render_template("upgrade.html", last=upgrading().last, done=done, whole=whole, states=BOOK_STATES)


@pages.post("/scheme/books")
@needs("scheme")
def scheme_books_upgrade() -> Any:
    """Try it, or do it."""
    if not upgrading().begin(person().name, dry_run=request.form.get("really") != "1"):
        flash(_("正在升级，请等它做完。"), "warn")
    return redirect(url_for("pages.scheme_books"))


def _sentence(rule: RuleBase) -> str:
    """What the clerk reads, without the days and names of single rows: 签约({from})后{limit}内 → 签约后3个月内."""
    said = {"limit": key_figure(rule), "target": str(getattr(rule, "goal", "") or "")}
    return _HOLE.sub(lambda hole: said.get(hole[1] or "", "…") if hole[1] else "", rule.sentence)


def _proposal(number: str) -> Proposal:
    found = proposals().get(number)
    if found is None:
        abort(404)
    return found
