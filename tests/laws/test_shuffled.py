"""One column sorted without the others: nothing looks wrong in any row, and every row is wrong. People are asked."""

from __future__ import annotations

import pytest

from sync.decide import decide
from sync.shuffled import find_moves
from tests.laws.four_projects import A, B, C, D, fill, records_of, rounds, waiting
from tests.laws.test_lacking import delete_column, told
from tests.laws.world import World
from tests.paper import Paper
from validators.findings import Severity
from validators.messages import sentence

MONEY, SIGNED = 2, 4  # columns of 总投资 and 签约日期
KIND = "shuffled_column"
SAID = ("sheet.column_shuffled", Severity.EXPLAIN)


def moved(rows: list[list[str]], *columns: int, by: int = 1) -> list[list[str]]:
    """The rows, with what stands in these columns moved up so many rows."""
    found = [list(row) for row in rows]
    for column in columns:
        for at in range(len(rows)):
            found[at][column] = rows[(at + by) % len(rows)][column]
    return found


def test_a_column_sorted_alone_is_asked_about_until_it_is_back(office: World) -> None:
    """Taken as it stands, told to the clerk with every sync, asked of the commission; put back, the question is void."""
    rows = [A, B, C, D]
    before = records_of(office, "a")
    fill(office, moved(rows, MONEY))
    rounds(office)
    (decision,) = waiting(office, KIND)
    assert decision.subject == "“总投资”"
    assert told(office) == [SAID]
    (finding,) = office.store.book_findings("laws:a")
    text = sentence(finding.code, finding.params)
    assert "总投资" in text and "4行" in text and "排了序" in text
    assert [r["total"] for r in records_of(office, "a").values()] != [r["total"] for r in before.values()]
    again = moved(rows, MONEY)
    again[0][6] = "补一句说明"
    fill(office, again)
    rounds(office)
    assert told(office) == [SAID] and len(waiting(office, KIND)) == 1
    half = [list(row) for row in rows]
    half[0][MONEY], half[0][6] = again[0][MONEY], "补一句说明"
    fill(office, half)
    rounds(office)
    assert told(office) == [SAID], "one row is not back yet"
    fill(office, rows)
    rounds(office)
    assert not waiting(office, KIND) and told(office) == []
    assert records_of(office, "a") == before


@pytest.mark.parametrize("meant", [True, False])
def test_what_a_person_says_of_it_holds(office: World, meant: bool) -> None:
    """Meant: said no more. A mistake: the clerk goes on hearing of it, the question itself is settled."""
    fill(office, moved([A, B, C, D], MONEY, SIGNED))
    rounds(office)
    (decision,) = waiting(office, KIND)
    assert "总投资" in decision.subject and "签约" in decision.subject
    decide(office.parts, decision.id, meant, by="审核人")
    again = moved([A, B, C, D], MONEY, SIGNED)
    again[1][6] = "另一句"
    fill(office, again)
    rounds(office)
    assert not waiting(office, KIND)
    assert told(office) == ([] if meant else [SAID])
    fill(office, [A, B, C, D])
    rounds(office)
    assert told(office) == ([SAID] if meant else []), "sorted once more by itself: that is asked anew"
    assert len(waiting(office, KIND)) == meant


HARMLESS = {
    "whole rows sorted": [D, C, B, A],
    "two rows corrected": [[*A[:2], B[2], *A[3:]], [*B[:2], A[2], *B[3:]], C, D],
    "new figures everywhere": [[*row[:2], f"{at}9000", *row[3:]] for at, row in enumerate((A, B, C, D), 1)],
    "one date for all": [[*row[:4], "2025-06-01", *row[5:]] for row in (A, B, C, D)],
    "a row inserted": [A, ["戊项目", "N-5", "1000", "独立选址", "2025-03-31", "", ""], B, C, D],
}


@pytest.mark.parametrize("case", HARMLESS)
def test_what_clerks_do_every_day_is_not_asked_about(office: World, case: str) -> None:
    fill(office, HARMLESS[case])
    rounds(office)
    assert not waiting(office, KIND) and told(office) == []


def test_blanks_among_what_moved_count_as_contents(office: World) -> None:
    """Sorted by a column that not everybody has filled in."""
    table = office.scheme.table("project")
    fill(office, [[*A[:5], "2025-05-01", ""], [*B[:5], "2025-05-02", ""], C, D])
    rounds(office)
    live = office.store.records("laws", book="laws:a", tables=["project"])
    cells = {record.id: [record.cells.get(field.name, "") for field in table.fields] for record in live}
    turned = dict(zip(cells, [row[5] for row in [*cells.values()][1:] + [*cells.values()][:1]], strict=True))
    found = find_moves(table, [(r, [*cells[r.id][:5], turned[r.id], *cells[r.id][6:]]) for r in live])
    assert list(found) == [table.fields[5].name] and len(found[table.fields[5].name]) >= 3


# our own columns --------------------------------------------------------------------------------------------------


def test_a_column_of_ours_deleted_is_told_and_comes_back_where_its_header_is_written(office: World) -> None:
    fill(office, [[*A[:4], "2025-13-01", "", ""], B])
    rounds(office)
    office.drivers.clear()  # the oracle of the laws asks for answers in every row
    delete_column(office, "校验结果")
    rounds(office)
    assert told(office) == [("sheet.answers_lost", Severity.HINT)]
    (finding,) = office.store.book_findings("laws:a")
    assert "“校验结果”列" in sentence(finding.code, finding.params)
    path = office.place / "books" / "甲镇.xlsx"
    paper = Paper.of(path)
    tab = paper.tab("项目库")
    header = next(row for (row, _), text in tab.grid().items() if text == "节点状态")
    free = max(column for _, column in tab.grid()) + 1
    tab.type(header, free, "校验结果")
    paper.saved(path)
    rounds(office)
    assert told(office) == []
    assert "13" in Paper.of(path).tab("项目库").text(header + 1, free)


def test_a_hidden_column_of_ours_is_missed_by_nobody(office: World) -> None:
    """Removed by 检查文档: marks go out, nothing a person reads is gone."""
    delete_column(office, "问题字段")
    rounds(office)
    assert told(office) == []
