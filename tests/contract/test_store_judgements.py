"""Judgements: what is kept of them, when they are due, what history they leave, and marks that are not lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from sync.store.base import Judgement
from sync.store.store import SqlStore
from tests.contract.store_samples import BOOK, NOW, SCHEME, a_book, a_record, do_run, dump, leased, said, wrong
from validators.findings import Severity
from validators.status import Flag, Status

FULL = Judgement(
    "record",
    "P1",
    "projects",
    BOOK,
    "在建",
    [
        Status("T-9", "overdue", date(2025, 6, 30), date(2025, 7, 1), date(2025, 7, 2), {"from": "2025-03-31", "n": 3}),
        Status("T-9.b", "waiting"),
    ],
    [Flag("T-E1", "红旗", "连续两季第一")],
    [wrong(), wrong("name", Severity.HINT)],
    date(2025, 7, 2),
)


def test_a_judgement_comes_back_whole(store: SqlStore) -> None:
    """Statuses with their days and inputs, flags, findings, the next day of change."""
    do_run(store, upserts=[a_record("P1")], judgements=[FULL])
    assert store.judgements(SCHEME) == [FULL]


def test_judgements_can_be_narrowed(store: SqlStore) -> None:
    """By book, kind and key. No keys are no judgements, not all."""
    others = [said("001", kind="unit", book=""), said("P2")]
    do_run(store, judgements=[said("P1"), *others])
    assert [j.key for j in store.judgements(SCHEME, kind="record")] == ["P1", "P2"]
    assert [j.key for j in store.judgements(SCHEME, book=BOOK, keys=["P2", "001"])] == ["P2"]
    assert [j.key for j in store.judgements(SCHEME, keys=["001"])] == ["001"]
    assert store.judgements(SCHEME, keys=[]) == []


def test_subjects_of_which_some_rules_speak(store: SqlStore) -> None:
    """Found by a status, a flag or a finding; rules of similar names, own rules of records and other schemes are not."""
    wording = wrong("name", Severity.HINT)
    items = [
        said("a", kind="unit", statuses=[Status("T-9", "ok")], findings=[]),
        said("b", kind="unit", statuses=[Status("T-9.b", "ok")], findings=[]),
        Judgement("target", "c", flags=[Flag("T_9", "红旗", "T-9")]),
        Judgement("shared", "d", findings=[replace(wording, rule='甲"1%')]),
        said("P1", statuses=[Status("T-9", "ok")]),
    ]
    do_run(store, upserts=[a_record("P1")], judgements=items)

    def found(*rules: str) -> list[str]:
        return [item.key for item in store.spoken_of(SCHEME, rules)]

    assert found("T-9") == ["c", "a"], "a reason that names the rule may be looked at too"
    assert found("T-9.b") == ["b"] and found("T_9") == ["c"] and found('甲"1%') == ["d"]
    assert found("T-9", "T-9.b") == ["c", "a", "b"]
    assert found(*(f"X-{n}" for n in range(20)), "T-9") == ["d", "c", "a", "b"]
    assert found() == [] and store.spoken_of("other", ["T-9"]) == []
    assert store.spoken_of(SCHEME, ['甲"1%'])[0].findings == items[3].findings


def test_the_last_word_replaces_the_one_before(store: SqlStore) -> None:
    """Findings mended are gone, and no line of history appears where the code stayed."""
    do_run(store, judgements=[FULL])
    do_run(store, "r2", judgements=[said("P1", statuses=FULL.statuses, findings=[])])
    (now,) = store.judgements(SCHEME)
    assert (now.findings, now.flags, now.stage) == ([], [], "")
    assert store.status_history("record", "P1") == []


def test_a_changed_code_leaves_a_line(store: SqlStore) -> None:
    """Which rule, from what to what, when, and on which day in the office (Asia/Shanghai)."""
    evening = 1_750_003_200.0  # 2025-06-15 16:00 UTC: already the 16th in the office
    do_run(store, judgements=[said("P1", "soon")])
    do_run(store, "r2", now=evening, judgements=[said("P1", "overdue")])
    do_run(store, "r3", now=evening + 9, judgements=[said("P1", statuses=[Status("T-2", "done")])])
    assert [(h["rule"], h["old"], h["new"], h["day"]) for h in store.status_history("record", "P1")] == [
        ("T-1", "soon", "overdue", "2025-06-16"),
        ("T-1", "overdue", "", "2025-06-16"),
        ("T-2", "", "done", "2025-06-16"),
    ]
    assert store.status_history("record", "P1", scheme="another") == []


def test_what_is_due_is_found_by_its_day(store: SqlStore) -> None:
    """On the day itself and later, not before; records that have withdrawn are not due, those whose row is gone are."""
    days = {"P1": date(2025, 6, 1), "P2": date(2025, 6, 2), "P3": None, "P4": date(2025, 5, 1), "P5": date(2025, 7, 1)}
    records = [a_record(key) for key in days]
    judged = [said(key, next_change=day) for key, day in days.items()]
    unit = said("001", kind="unit", book="", next_change=date(2025, 6, 1))
    do_run(store, upserts=records, judgements=[*judged, unit], states=[("P4", "withdrawn"), ("P5", "missing")])
    assert store.due(SCHEME, date(2025, 5, 31)) == []
    assert store.due(SCHEME, date(2025, 6, 1)) == [("", "unit", "001"), (BOOK, "record", "P1")]
    assert len(store.due(SCHEME, date(2025, 6, 30))) == 3
    assert (BOOK, "record", "P5") in store.due(SCHEME, date(2025, 7, 1))
    assert store.due("another", date(2025, 6, 30)) == []


def test_a_mark_made_while_judging_is_not_lost(store: SqlStore) -> None:
    """Marks are read, a run marks the rule again, the judge cleans what it read: the rule stays marked."""
    do_run(store, dirty={"T-1", "T-2"})
    marks = store.dirty(SCHEME)
    assert marks == {"T-1", "T-2"}
    do_run(store, "r2", dirty={"T-2"})
    store.save_judgements(leased(store, f"scheme:{SCHEME}"), [], NOW, clean=marks)
    assert store.dirty(SCHEME) == {"T-2"}
    assert store.dirty("another") == set()


def test_shared_judgements_are_saved_under_the_schemes_lease(store: SqlStore) -> None:
    """The lease's name says the scheme; or the book, whose scheme is known."""
    store.save_judgements(leased(store, f"scheme:{SCHEME}"), [said("001", kind="unit")], NOW)
    store.save_book(a_book())
    store.save_judgements(leased(store), [said("P1")], NOW)
    assert [(j.kind, j.key) for j in store.judgements(SCHEME)] == [("record", "P1"), ("unit", "001")]


def test_judgements_are_saved_all_or_none(store: SqlStore) -> None:
    """One that cannot be kept undoes the others and leaves the marks."""
    do_run(store, dirty={"T-1"}, judgements=[said("P1")])
    before = dump(store)
    broken = said("P2", next_change="no day")  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        store.save_judgements(leased(store, f"scheme:{SCHEME}"), [said("P1", "soon"), broken], NOW, clean={"T-1"})
    assert dump(store) == before


def test_a_subject_said_twice_in_one_batch_keeps_the_last_word(store: SqlStore) -> None:
    """New or known alike."""
    for _ in range(2):
        do_run(store, judgements=[said("P1", "soon"), said("P1", "ok")])
        assert [j.statuses[0].code for j in store.judgements(SCHEME)] == ["ok"]
