"""What the command line's library says of wrong use is Chinese too, and its compiled words are the written ones."""

from __future__ import annotations

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from click.testing import CliRunner

import app.cli
from app.cli import cli, main

WORDS = Path(app.cli.__file__).with_name("words") / "zh/LC_MESSAGES"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["syncc"], "没有命令 syncc。"),
        (["sync", "--foo"], "没有选项 --foo。"),
        (["check"], "缺参数 'BOOK'."),
        (["check", "没有.xlsx"], "'BOOK'：没有这个文件：没有.xlsx"),
        (["init", "甲"], "缺选项 '--scheme'."),
        (["demo", "甲", "--units", "0"], "'--units'：0 超出了范围 1<=x<=500"),
        (["demo", "甲", "--units", "三"], "'--units'：“三”不是数"),
        (["demo", "甲", "--backend", "b"], "'--backend'：“b”不行，可以写 'folder', 'google'"),
        (["sync", "a"], "多出来的参数：a"),
        (["evaluate", "--scheme", "tianjiaan", "--records", "没有.json"], "读不到 没有.json：文件或文件夹不见了"),
        (["scheme", "import", "没有.xlsx", "--to", "甲"], "打不开“没有.xlsx”：文件或文件夹不见了。"),
    ],
)
def test_wrong_use_is_told_in_chinese(
    arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2, one line, whatever the language of the terminal."""
    monkeypatch.setattr("sys.argv", ["tianbao", *arguments])
    monkeypatch.setenv("LANG", "C")
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == 2
    assert capsys.readouterr().err.strip() == told


def test_help_is_chinese() -> None:
    shown = CliRunner().invoke(cli, ["demo", "--help"]).output
    assert "用法：" in shown and "选项" in shown and "显示这份说明" in shown
    assert not re.search(r"Usage|Options:|Show this|default:", shown)


def test_what_is_compiled_is_what_is_written() -> None:
    """Run tools/translations.py after changing a word."""
    with (WORDS / "click.po").open("rb") as written, (WORDS / "click.mo").open("rb") as compiled:
        kept = {_plain(message.id): _plain(message.string) for message in read_po(written) if message.id}
        assert {_plain(message.id): _plain(message.string) for message in read_mo(compiled) if message.id} == kept
    assert gettext.gettext("Commands") == "命令"


def _plain(text: object) -> tuple[str, ...]:
    """One form or several, however the reader hands them over."""
    return tuple(map(str, text)) if isinstance(text, list | tuple) else (str(text),)
