"""calendar.csv as an office keeps it: typed by hand, saved by Excel or WPS, copied from the notice."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from app.calendar_table import load_calendar, read_table
from app.settings import Settings, SettingsError
from validators.calendar import Calendar

WANTED = {date(2027, 2, 6): "放假", date(2027, 2, 7): "放假", date(2027, 2, 20): "上班"}


@pytest.mark.parametrize(
    "text",
    [
        "日期,类型\n2027-02-06,放假\n2027-02-07,放假\n2027-02-20,上班\n",
        "2027/2/6,放假,春节\n2027/2/7,放假,\n,,\n2027/2/20,上班,补2月10日\n",
        "# 国办发明电〔2026〕9号\n2027年2月6日至2027年2月7日, 放假\n2027年2月20日,上班\n",
        "2027-02-06～2027-02-07,放假\r\n2027.2.20,上班\r\n",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_same_days_however_they_are_written_and_saved(text: str, encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "calendar.csv"
    file.write_bytes(text.encode(encoding))
    assert read_table(file) == WANTED


@pytest.mark.parametrize(
    "line", ["2027-02-30,放假", "2027-02-06,不知道", "2027-02-06", "春节,放假", "2027-02-07至2027-02-06,放假",
             "2027-01-01至2027-12-31,放假"],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_named(line: str, tmp_path: Path) -> None:
    (tmp_path / "calendar.csv").write_text(f"日期,类型\n2027-02-05,上班\n{line}\n", "utf-8")
    with pytest.raises(SettingsError, match=r"calendar\.csv 第3行读不懂"):
        load_calendar(Settings(workspace=tmp_path))


def test_the_digest_tells_every_edit() -> None:
    same = [Calendar(WANTED).digest(), Calendar({**WANTED, date(2027, 2, 6): "休"}).digest()]
    other = [
        Calendar().digest(),
        Calendar({date(2027, 2, 6): "放假"}).digest(),
        Calendar({**WANTED, date(2027, 2, 6): "上班"}).digest(),
    ]
    assert same[0] == same[1] and len({same[0], *other}) == 4
