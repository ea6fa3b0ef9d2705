"""What pages and the consolidated book ask: numbers agree with the rows."""

from __future__ import annotations

import pytest

from sync.store.base import Decision
from sync.store.store import SqlStore
from tests.contract.store_samples import BOOK, SCHEME, a_book, a_record, created, do_run, drawn, said, wrong
from validators.findings import Severity
from validators.status import Status

RECORDS = """
| id | unit | table    | state     | code    | findings | name       |
|----|------|----------|-----------|---------|----------|------------|
| P1 | 001  | projects | live      | overdue | 必改,必改 | 农产品冷链 |
| P2 | 001  | projects | live      | soon    | 提示     | 100%示范园 |
| P3 | 001  | monthly  | live      | ok      |          | 冷链6月    |
| P4 | 001  | projects | withdrawn | overdue | 必改     | 冷链二期   |
| P5 | 002  | projects | live      | overdue | 须说明   | 冷链（北） |
| P6 | 002  | projects | missing   | overdue | 必改     | 丢失的一行 |
"""


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """Two books as drawn above."""
    for unit in ("001", "002"):
        lines = [line for line in drawn(RECORDS) if line["unit"] == unit]
        book = f"plan:{unit}"
        do_run(
            store,
            book,
            a_book(book, last_ok=5.0, counts={"rows": len(lines)}),
            upserts=[a_record(x["id"], unit=unit, table=x["table"], name=x["name"], keys=(x["name"],)) for x in lines],
            revisions=created(*(x["id"] for x in lines)),
            judgements=[judged(x, book) for x in lines],
            states=[(x["id"], x["state"]) for x in lines if x["state"] != "live"],
            decisions=[Decision(f"d{unit}", "withdrawal", SCHEME, book, "", {}, 1.0)] if unit == "001" else [],
        )
    return store


def judged(line: dict[str, str], book: str) -> object:
    findings = [wrong(severity=Severity(word)) for word in line["findings"].split(",") if word]
    statuses = [Status("T-1", line["code"]), Status("T-2", "ok")]
    return said(line["id"], book=book, table=line["table"], statuses=statuses, findings=findings)


def test_the_overview_counts_what_has_not_withdrawn(filled: SqlStore) -> None:
    """Rows, findings by severity and codes per book; records that have withdrawn count nowhere. A row that is gone
    from its book still counts, but nobody can mend there what was wrong with it."""
    filled.save_book(a_book("plan:003"))
    shown = ("unit", "rows", "tables", "must", "explain", "hint", "codes", "decisions", "last_ok")
    assert [tuple(line[name] for name in shown) for line in filled.overview(SCHEME)] == [
        ("001", 3, {"projects": 2, "monthly": 1}, 2, 0, 1, {"overdue": 1, "soon": 1, "ok": 4}, 1, 5.0),
        ("002", 2, {"projects": 2}, 0, 1, 0, {"overdue": 2, "ok": 2}, 0, 5.0),
        ("003", 0, {}, 0, 0, 0, {}, 0, 0.0),
    ]


def test_codes_are_counted_by_rule(filled: SqlStore) -> None:
    """Over all books."""
    assert filled.count_by_code(SCHEME) == {"T-1": {"overdue": 3, "soon": 1, "ok": 1}, "T-2": {"ok": 5}}


@pytest.mark.parametrize(
    ("text", "unit", "found"),
    [
        ("冷链", "", ["P1", "P3", "P5"]),
        (" 冷链 ", "002", ["P5"]),
        ("P2", "", ["P2"]),
        ("丢失", "", ["P6"]),
        ("100%", "", ["P2"]),
        ("%", "", ["P2"]),  # a percent sign is itself, not "anything"
        ("_", "", []),
    ],
)
def test_search_finds_names_keys_and_ids(filled: SqlStore, text: str, unit: str, found: list[str]) -> None:
    """As typed, anywhere in the name; only records that count."""
    assert [item.id for item in filled.search(SCHEME, text, unit=unit)] == found


def test_search_stops_at_its_limit(filled: SqlStore) -> None:
    """A page shows a page."""
    assert len(filled.search(SCHEME, "冷链", limit=2)) == 2


def test_export_gives_records_with_their_judgements(filled: SqlStore) -> None:
    """By unit and id; a record nobody judged yet comes without."""
    do_run(filled, "r9", filled.book(BOOK), upserts=[a_record("P9")])
    pairs = filled.export_rows(SCHEME, ["projects"])
    assert [(r.id, j.statuses[0].code if j else None) for r, j in pairs] == [
        ("P1", "overdue"),
        ("P2", "soon"),
        ("P9", None),
        ("P5", "overdue"),
        ("P6", "overdue"),
    ]
    assert len(filled.export_rows(SCHEME)) == 6
    assert [r.id for r, _ in filled.export_rows(SCHEME, unit="002")] == ["P5", "P6"]
