"""Commands × mistakes: whoever names what does not exist is told what is wrong and what there is; exit code 2."""

from __future__ import annotations

from hashlib import sha256

import pytest

from app.desk import Desk
from app.settings import Settings
from app.wiring import load_scheme, office_of
from app.workspace import book_name
from sync.store.base import Decision
from tests.commands import Said, tianbao
from tests.web.conftest import DAY, MINE

GRANT = ["--until", "2025-08-30", "--by", "张三", "--why", "停电"]
UNIT = ["--unit", MINE]
UNITS = "安成镇"  # is in every list of units

# the command, and what must stand in the answer: the mistake by name, and what there is or where to look
MISTAKES: list[tuple[list[str], list[str]]] = [
    (["duty", "list", "--period", "2099-01"], ["没有“2099-01”这一期", "2025-06"]),
    (["duty", "list", "--period", "六月"], ["没有“六月”这一期", "2025-06"]),
    (["duty", "list", "--rule", "T-4", "--period", "2025-W01"], ["没有“2025-W01”这一期", "“T-4”有："]),
    (["duty", "list", "--rule", "T-999"], ["没有“T-999”这项定期报送", "T-4"]),
    (["duty", "list", "--unit", "火星镇"], ["没有“火星镇”这个单位", UNITS]),
    (["duty", "nil", *UNIT, "--rule", "T-999", "--period", "2025-06"], ["没有“T-999”这项定期报送", "T-4"]),
    (
        ["duty", "exempt", *UNIT, "--rule", "T-4", "--period", "六月", *GRANT[2:]],
        ["“六月”不是这一项的期次", "写成 2025-"],
    ),
    (["duty", "withdraw", "zz", "--why", "错了"], ["没有编号为“zz”", "extend list"]),
    (["remind", "--period", "2099-01"], ["没有“2099-01”这一期", "2025-06"]),
    (["remind", "--unit", "火星镇"], ["没有“火星镇”这个单位", UNITS]),
    (["bulletin", "--period", "六月"], ["“六月”不是周期", "2025-06"]),
    (["bulletin", "--period", "2099-01"], ["2099年1月还没有开始"]),
    (["period", "close", "六月"], ["“六月”不是周期", "2025-06"]),
    (["period", "close", "2099-01"], ["还不能关"]),
    (["period", "close", "2025-06", "--rule", "T-999"], ["没有按期次计算的规则“T-999”", "scheme show"]),
    (["period", "show", "2025-05"], ["没有关过", "period list"]),
    (["extend", *UNIT, "--rule", "T-999", "--period", "2025-06", *GRANT], ["没有“T-999”这项定期报送", "T-4"]),
    (["extend", "--unit", "火星镇", "--rule", "T-4", "--period", "2025-06", *GRANT], ["没有“火星镇”这个单位", UNITS]),
    (["extend", *UNIT, "--rule", "T-4", "--period", "六月", *GRANT], ["“六月”不是这一项的期次", "写成 2025-"]),
    (["extend", "--rule", "T-10", "--record", "P999999", *GRANT], ["没有编号为“P999999”的行", "explain"]),
    (["extend", "withdraw", "zz", "--why", "错了"], ["没有编号为“zz”", "extend list"]),
    (["explain", "P999999"], ["没有编号或名称为“P999999”的记录", "P000012"]),
    (["explain", " "], ["没有编号或名称为", "P000012"]),
    (["consolidate", "--out", "."], ["--out"]),
    (["books", "upgrade", "--unit", "火星镇"], ["没有“火星镇”这个单位", UNITS]),
    (["books", "build", "--unit", "火星镇"], ["没有“火星镇”这个单位", UNITS]),
    (["sync", "--unit", "火星镇"], ["没有“火星镇”这个单位", UNITS]),
    (["decide", "show", "zz"], ["没有编号为“zz”的待决定事项", "decide list"]),
    (["decide", "apply", "zz"], ["没有编号为“zz”的待决定事项", "decide list"]),
    (["decide", "apply", ""], ["没有写编号", "decide list"]),
    (["decide", "reject", "zz"], ["没有编号为“zz”的待决定事项", "decide list"]),
    (["import", "BOOK", "--unit", "火星镇"], ["没有“火星镇”这个单位", UNITS]),
    (["import", "BOOK", *UNIT, "--table", "火星库"], ["没有“火星库”", "项目库"]),
    (["import", "BOOK", *UNIT, "--tab", "火星页"], ["没有工作表“火星页”", "项目库"]),
    (["import", "没有.xlsx", *UNIT], ["没有这个文件：没有.xlsx"]),
    (["user", "password", "火星人"], ["没有用户“火星人”"]),
    (["user", "disable", "火星人"], ["没有用户“火星人”"]),
    (["user", "add", "火星人", "--role", "unit", "--unit", "zz"], ["“zz”不在方案的名单里"]),
    (["token", "create", "火星人"], ["没有用户“火星人”"]),
    (["token", "revoke", "zz"], ["没有编号为“zz”的令牌", "token list"]),
    (["scheme", "diff", "火星"], ["没有方案“火星”", "tianjiaan"]),
]


def say(words: list[str], settings: Settings) -> Said:
    book = settings.path(settings.books) / book_name(load_scheme(settings), MINE)
    return tianbao(*(str(book) if word == "BOOK" else word for word in words), "-w", settings.workspace, "--as-of", DAY)


@pytest.mark.parametrize(("words", "told"), [pytest.param(*case, id=" ".join(case[0])) for case in MISTAKES])
def test_a_wrong_name_is_wrong_use(words: list[str], told: list[str], settings: Settings) -> None:
    """The mistake is named, what there is or where to look is said, nothing is written into any book."""
    folder = settings.path(settings.books)
    before = {file: sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()}
    done = say(words, settings)
    assert done.code == 2, done
    for text in told:
        assert text in done.err
    assert "Traceback" not in done.told and "？。" not in done.told
    assert {file: sha256(file.read_bytes()).hexdigest() for file in folder.iterdir()} == before


@pytest.mark.parametrize("period", ["2025-06", "2025-6", "2025年6月"])
def test_a_period_may_be_written_as_people_do(period: str, settings: Settings) -> None:
    plain = say(["duty", "list", "--period", "2025-06", "--json"], settings)
    assert plain.out != "[]\n"
    assert say(["duty", "list", "--period", period, "--json"], settings) == plain


def test_the_beginning_of_several_ids_decides_nothing(settings: Settings) -> None:
    """With one item waiting, no id at all would once have decided that one."""

    with office_of(settings, as_of=DAY) as office:
        for key in ("zz1", "zz2"):
            item = Decision(key, "duplicate_record", settings.scheme, f"{settings.scheme}:{MINE}", key, {}, 1.0)
            office.store.save_decision(item)
    done = say(["decide", "apply", "zz"], settings)
    assert done.code == 2 and "有2件事项的编号以“zz”开头" in done.err
    with office_of(settings, as_of=DAY, reading=True) as office:
        assert {item.state for item in office.store.decisions(settings.scheme)} == {"open"}


def test_a_unit_without_a_book_is_told_how_to_get_one(desk: Desk) -> None:
    from app.cli.work import without_book

    assert without_book(desk.office, [MINE]) == []
    told = without_book(desk.office, [MINE, "340403999"])
    assert told == ["340403999：还没有表，先运行 tianbao books build 建一本"]
