"""Answers as pydantic models. Pages render them, the API sends them, the OpenAPI document describes them.

Times are POSIX seconds inside and ISO 8601 with the office's offset in JSON; days are ISO days.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from sync.clock import local


def _iso(at: float) -> str | None:
    return local(at).isoformat(timespec="seconds") if at else None


Time = Annotated[
    float,
    PlainSerializer(_iso, return_type=str | None, when_used="json"),
    WithJsonSchema({"anyOf": [{"type": "string", "format": "date-time"}, {"type": "null"}]}, mode="serialization"),
]


class Answer(BaseModel):
    """Base of all answers."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class BookStatus(Answer):
    """How a book stands: a word for programs and a sentence for people."""

    code: str = Field(
        description="ok | reading | writing | wanted | later | pending | refused | held | two_files | unreadable | lost | "
        "missing | new | none"
    )
    reason: str = Field("", description="why, in Chinese")
    since: Time = 0.0


class UnitLine(Answer):
    """A unit (or whoever fills a book) with its numbers."""

    code: str
    name: str
    role: str
    kind: str = ""
    status: BookStatus
    rows: int = Field(0, description="live records, all tables")
    tables: dict[str, int] = Field(default={}, description="table → live records")
    periods: list[str] = Field([], description="本期: the newest period of each duty, by its name")
    owed: int = Field(0, description="应报: reports owed for the current periods")
    reported: int = Field(0, description="已报")
    must: int = Field(0, description="待改: findings that must be mended")
    explain: int = Field(0, description="须说明")
    hint: int = 0
    overdue: int = Field(0, description="逾期: statuses that are overdue now")
    soon: int = Field(0, description="临期")
    decisions: int = Field(0, description="matters of this book that wait for a person")
    last_read: Time = 0.0
    last_ok: Time = 0.0


class Totals(Answer):
    """Sums over all units."""

    units: int = 0
    books: int = Field(0, description="books that have been read at least once")
    rows: int = 0
    owed: int = 0
    reported: int = 0
    must: int = 0
    explain: int = 0
    overdue: int = 0
    soon: int = 0


class Share(Answer):
    """One part of a picture: how many statuses of one kind."""

    code: str
    label: str
    number: int


class Overview(Answer):
    """The first page: everything in numbers."""

    scheme: str
    title: str
    version: str
    today: date
    at: Time = Field(description="when the newest book was last read")
    totals: Totals
    shares: list[Share]
    units: list[UnitLine]
    unknown_files: list[UnknownFile] = []
    failures: list[str] = Field([], description="what goes wrong inside the system, and what to do")
    notes: list[str] = []
    problem: str = ""


class UnknownFile(Answer):
    """A file in the folder that is nobody's book."""

    name: str
    reason: str


class FindingLine(Answer):
    """One thing to mend: where, what stands there, what is wanted."""

    where: str = Field(description="项目库!F12; 整本表 for the book as a whole")
    record: str = Field("", description="record id, empty for the book or a tab")
    who: str = Field("", description="what a person calls the record")
    table: str = ""
    field: str = Field("", description="title of the column")
    severity: str
    value: str = Field("", description="what stands there")
    wanted: str = Field(description="what is wanted, in a sentence")
    code: str


class RecordLine(Answer):
    """A record in a list, with the texts that stand in its row of the book."""

    id: str
    table: str
    table_title: str
    unit: str
    name: str
    where: str = ""
    state: str = Field("live", description="live | missing (gone from its book, still counted) | withdrawn")
    stage: str = ""
    check: str = ""
    status: str = ""
    deadline: str = ""
    remaining: str = ""
    flag: str = ""
    worst: str = Field("", description="overdue | soon | must | explain | '' — how it is marked in lists")


class BookAnswer(Answer):
    """One book with what a person wants to know about it."""

    unit: UnitLine
    file: str = ""
    file_time: Time = 0.0
    pending: str = ""
    pending_since: Time = 0.0
    scheme_version: str = ""


class RunLine(Answer):
    """One pass over one book."""

    id: str
    unit: str
    trigger: str
    by: str = Field("", description="who asked for it; empty: it came by itself")
    started: Time
    finished: Time = 0.0
    outcome: str
    message: str = ""
    counts: dict[str, int] = {}


class StepLine(Answer):
    """One book in a round."""

    unit: str
    name: str
    state: str = Field(description="waiting | reading | writing | done")
    outcome: str = ""
    answer: str = ""
    message: str = ""
    counts: dict[str, int] = {}
    seconds: float = 0.0


class RoundLine(Answer):
    """One pass over all books that had something to do."""

    id: int
    trigger: str
    by: str = Field("", description="who asked for it; empty: it came by itself")
    started: Time
    finished: Time = 0.0
    running: bool
    total: int
    done: int
    steps: list[StepLine]
    notes: list[str] = []
    problem: str = ""


class LiveAnswer(Answer):
    """What is going on just now."""

    version: str
    running: bool
    leader: bool = Field(description="whether this process is the one that syncs")
    last_round: Time = 0.0
    problem: str = ""
    wanted: list[str] = Field(default=[], description="units whose resync was asked for and has not been done")
    rounds: list[RoundLine]


class FileChoice(Answer):
    """One of several files for a unit."""

    key: str
    name: str
    current: bool = False
    there: bool = True
    time: Time = 0.0
    busy: str = ""


class Difference(Answer):
    """Where two files say different things."""

    table: str
    who: str
    field: str
    one: str
    other: str


class DecisionLine(Answer):
    """Something that waits for a person, and what each choice would do."""

    id: str
    key: str = Field(description="short name for addresses")
    kind: str
    what: str
    unit: str
    unit_name: str
    subject: str
    opened: Time
    state: str = "open"
    by: str = ""
    closed: Time = 0.0
    note: str = ""
    apply: str = Field(description="what applying would do")
    reject: str = Field(description="what rejecting would do")
    lines: list[str] = Field(default=[], description="details a person needs, in Chinese")
    records: list[str] = []
    files: list[FileChoice] = []
    differences: list[Difference] = []


class AlertLine(Answer):
    """One overdue or nearly due status."""

    kind: str = Field(description="overdue | soon")
    unit: str
    unit_name: str
    record: str = ""
    name: str
    table: str = ""
    rule: str
    title: str
    text: str = Field(description="the status as the book shows it, days included")
    deadline: date | None = None
    days: int | None = Field(None, description="days left; negative: days overdue")
    reason: str = ""
    section: str = Field("", description="place in the policy document")
    responsible: list[str] = []


class FieldValue(Answer):
    """One value of a record."""

    name: str
    title: str
    group: str = ""
    value: str = ""
    kept: bool = Field(False, description="the cell cannot be read now; this is the last accepted value")


class StatusLine(Answer):
    """What one rule says of a record."""

    rule: str
    title: str
    code: str
    text: str
    deadline: date | None = None
    done: date | None = None
    days: int | None = None
    reason: str = ""
    source: str = ""
    modality: str = ""


class FlagLine(Answer):
    """An assessment flag with its reason."""

    rule: str
    flag: str
    reason: str = ""


class RevisionLine(Answer):
    """One accepted change."""

    at: Time
    kind: str
    changes: list[Change]
    where: str = ""
    actor: str = ""
    sure: str = ""
    run: str = ""


class Change(Answer):
    """One field before and after."""

    field: str
    old: str = ""
    new: str = ""


class StatusChange(Answer):
    """A status that became another."""

    at: Time
    day: str
    rule: str
    title: str
    old: str
    new: str


class RecordAnswer(Answer):
    """A record with everything that is known of it."""

    line: RecordLine
    state: str
    unit_name: str
    first_seen: Time
    changed_at: Time
    values: list[FieldValue]
    statuses: list[StatusLine]
    flags: list[FlagLine]
    findings: list[FindingLine]
    revisions: list[RevisionLine]
    changes: list[StatusChange]
    parent: RecordLine | None = None
    children: list[RecordLine] = []


class ReceiptTable(Answer):
    """Rows of one tab in a returned book, against what stood in the folder."""

    title: str
    rows: int
    new: int = 0
    changed: int = 0
    gone: int = 0


class Receipt(Answer):
    """受理回执: what was received, what became of it."""

    id: str
    unit: str
    unit_name: str
    at: Time
    by: str
    file: str
    size: int
    digest: str = Field(description="SHA-256 of what was received")
    outcome: str = Field(description="taken | same | beside")
    message: str
    placed: str = Field("", description="name in the folder")
    tables: list[ReceiptTable] = []
    conflicts: list[Difference] = []
    state: str = Field("", description="waiting | done | held: how far the sync of it is")
    must: int = Field(0, description="待改 in the whole book, once it is done")
    explain: int = 0


class Done(Answer):
    """What was done, in a sentence."""

    message: str
    number: int = 0


class Failure(Answer):
    """What went wrong and what to do."""

    error: FailureDetail


class FailureDetail(Answer):
    status: int
    message: str
    hint: str = ""
    number: str = Field("", description="by which the log knows the request")


for _model in (Overview, RevisionLine, RecordAnswer, Failure):
    _model.model_rebuild()
