"""What the API can be asked."""

from __future__ import annotations

import io
from typing import Any, Literal

from flask import abort, request, send_file
from pydantic import Field

from app.api.registry import Query, endpoint
from app.pages.errors import Mistaken
from app.pages.guard import desk, must_act, must_see, must_see_record, must_see_whole, person, sight
from app.pages.uploads import receipt_seen
from app.queries import books as read
from app.queries import models as m
from app.queries.alerts import alerts as read_alerts
from app.queries.decisions import decision_by_key, decision_lines
from app.queries.overview import overview as read_overview
from app.queries.overview import unit_lines
from app.queries.records import find_record, record_answer, search
from app.queries.syncs import live_answer
from app.uploads import receipt as read_receipt
from app.uploads import receive
from sync.decide import decide as settle

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class OfUnit(Query):
    unit: str = Field("", description="unit code")


class Findings(Query):
    severity: Literal["", "必改", "须说明", "提示", "试行"] = ""
    lang: Literal["", "zh", "en"] = Field("", description="language of the sentences")


class Records(Query):
    table: str = Field("", description="name of the table, all when empty")
    limit: int = Field(200, ge=1, le=5000)
    offset: int = Field(0, ge=0)


class Search(Query):
    q: str = Field(min_length=1, max_length=100, description="part of a name, a code or a 编号")
    unit: str = ""
    limit: int = Field(50, ge=1, le=500)


class Runs(Query):
    unit: str = ""
    limit: int = Field(50, ge=1, le=500)


class Alerts(Query):
    unit: str = ""
    kind: Literal["", "overdue", "soon"] = ""


class Decisions(Query):
    closed: bool = False


class Resync(Query):
    """Which books; none means all."""

    units: list[str] = Field(default=[], max_length=5000)


class Verdict(Query):
    """What was decided, and why."""

    choice: str = Field("", description="for two files: key or name of the file that counts")
    note: str = Field("", max_length=500)


@endpoint("GET", "/overview", "read", "总览：合计与各单位", tag="overview", answer=m.Overview)
def get_overview() -> m.Overview:
    return read_overview(desk(), sight())


@endpoint("GET", "/units", "read", "各单位的数字和表的状态", tag="overview", answer=list[m.UnitLine])
def get_units() -> list[m.UnitLine]:
    return unit_lines(desk(), sight())


@endpoint("GET", "/books/{code}", "read", "一本表", tag="books", answer=m.BookAnswer)
def get_book(code: str) -> m.BookAnswer:
    _seen(code)
    return read.book_answer(desk(), sight(), code)


@endpoint("GET", "/books/{code}/findings", "read", "待改清单", tag="books", answer=list[m.FindingLine], query=Findings)
def get_findings(code: str, query: Findings) -> list[m.FindingLine]:
    _seen(code)
    lines = read.findings(desk(), sight(), code)
    return [line for line in lines if query.severity in ("", line.severity)]


@endpoint("GET", "/books/{code}/records", "read", "一本表的记录", tag="books", answer=list[m.RecordLine], query=Records)
def get_book_records(code: str, query: Records) -> list[m.RecordLine]:
    _seen(code)
    return read.records_of(desk(), sight(), code, query.table)[query.offset : query.offset + query.limit]


@endpoint("GET", "/books/{code}/file", "read", "下载当前的表", tag="books", answer=XLSX)
def get_book_file(code: str) -> Any:
    from app.pages.books import current_file, must_take

    must_take(code)
    name, data = current_file(code)
    return send_file(io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0)


@endpoint("GET", "/books/{code}/empty", "read", "下载空表", tag="books", answer=XLSX)
def get_empty_book(code: str) -> Any:
    from app.pages.books import empty_book

    must_see_whole(code)
    name = f"{desk().name(code)}.xlsx"
    return send_file(io.BytesIO(empty_book(code)), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0)


@endpoint(
    "POST", "/books/{code}/file", "upload", "上传退回的表，得到受理回执", tag="books", answer=m.Receipt, upload=True
)
def post_book_file(code: str) -> m.Receipt:
    _acts(code)
    file = request.files.get("file")
    if file is None or not file.filename:
        raise Mistaken(["file：没有收到文件，请用 multipart/form-data 以 file 为名上传"])
    taken = receive(desk(), file.read(), file.filename, by=person().name, may_take=person().acts, code=code)
    return receipt_seen(taken)


@endpoint("GET", "/receipts/{number}", "read", "受理回执", tag="books", answer=m.Receipt)
def get_receipt(number: str) -> m.Receipt:
    found = read_receipt(desk(), number)
    if found is None:
        abort(404)
    must_see_whole(found.unit)
    return receipt_seen(found)


@endpoint("POST", "/books/{code}/resync", "resync", "重新同步一本表", tag="sync", answer=m.Done)
def post_book_resync(code: str) -> m.Done:
    _acts(code)
    number = desk().resync([code], person().name)
    return m.Done(message=f"已安排同步：{desk().name(code)}", number=number)


@endpoint("POST", "/resync", "resync", "重新同步几本或全部", tag="sync", answer=m.Done, body=Resync)
def post_resync(body: Resync) -> m.Done:
    units = list(body.units)
    if not units and not person().acts(""):
        units = [person().home]
    for code in units:
        _acts(code)
    number = desk().resync(units, person().name)
    return m.Done(message=f"已安排同步{number}本表", number=number)


@endpoint("GET", "/live", "read", "现在正在做什么", tag="sync", answer=m.LiveAnswer, query=OfUnit)
def get_live(query: OfUnit) -> m.LiveAnswer:
    from app.pages.guard import pulse

    return live_answer(desk(), sight(), query.unit, pulse())


@endpoint("GET", "/runs", "read", "最近的同步", tag="sync", answer=list[m.RunLine], query=Runs)
def get_runs(query: Runs) -> list[m.RunLine]:
    return read.runs_of(desk(), sight(), query.unit, query.limit)


@endpoint("GET", "/runs/{run_id}", "read", "一次同步", tag="sync", answer=m.RunLine)
def get_run(run_id: str) -> m.RunLine:
    found = desk().office.store.run(run_id)
    if found is None:
        abort(404)
    line = read.run_line(desk(), found)
    must_see_whole(line.unit)
    return line


@endpoint("GET", "/records", "read", "查找记录", tag="records", answer=list[m.RecordLine], query=Search)
def get_records(query: Search) -> list[m.RecordLine]:
    return search(desk(), sight(), query.q, unit=query.unit, limit=query.limit)


@endpoint("GET", "/records/{record_id}", "read", "一条记录的全部", tag="records", answer=m.RecordAnswer)
def get_record(record_id: str) -> m.RecordAnswer:
    found = find_record(desk(), record_id)
    if found is None:
        abort(404)
    must_see_record(found.id, found.unit)
    return record_answer(desk(), sight(), found)


@endpoint("GET", "/alerts", "read", "预警", tag="records", answer=list[m.AlertLine], query=Alerts)
def get_alerts(query: Alerts) -> list[m.AlertLine]:
    return read_alerts(desk(), sight(), unit=query.unit, kind=query.kind)


@endpoint("GET", "/decisions", "read", "等待决定的事项", tag="decisions", answer=list[m.DecisionLine], query=Decisions)
def get_decisions(query: Decisions) -> list[m.DecisionLine]:
    return decision_lines(desk(), sight(), closed=query.closed)


@endpoint("GET", "/decisions/{key}", "read", "一件事项", tag="decisions", answer=m.DecisionLine)
def get_decision(key: str) -> m.DecisionLine:
    return _decision(key)


@endpoint("POST", "/decisions/{key}/apply", "decide", "采用", tag="decisions", answer=m.Done, body=Verdict)
def post_apply(key: str, body: Verdict) -> m.Done:
    return _settled(key, True, body)


@endpoint("POST", "/decisions/{key}/reject", "decide", "否决", tag="decisions", answer=m.Done, body=Verdict)
def post_reject(key: str, body: Verdict) -> m.Done:
    return _settled(key, False, body)


@endpoint("GET", "/consolidated", "read", "下载汇总簿", tag="overview", answer=XLSX)
def get_consolidated() -> Any:
    from app.pages.overview import consolidated_file

    name, data = consolidated_file()
    return send_file(io.BytesIO(data), mimetype=XLSX, as_attachment=True, download_name=name, max_age=0)


def _seen(code: str) -> None:
    must_see(code)
    desk().book(code)


def _acts(code: str) -> None:
    must_act(code)
    desk().book(code)


def _decision(key: str) -> m.DecisionLine:
    found = decision_by_key(desk(), sight(), key)
    if found is None:
        abort(404)
    must_see_whole(found.unit)
    return found


def _settled(key: str, accept: bool, body: Verdict) -> m.Done:
    found = _decision(key)
    told = settle(desk().office.parts, found.id, accept, by=person().name, choice=body.choice, note=body.note)
    desk().live.bump()
    desk().wake()
    return m.Done(message=told, number=1)
