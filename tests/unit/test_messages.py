"""The one catalogue: every code in Chinese and English, with the same parameters, well punctuated (DESIGN §5)."""

from __future__ import annotations

import re
import string
from itertools import product
from pathlib import Path

import pytest

from sheets_templates import catalog
from validators.findings import Finding, Severity
from validators.messages import SENTENCES, WANTED, joined, sentence, wanted
from validators.messages.statuses_en import GLOSSES_EN
from validators.render import finding_text, todo_entries
from validators.rules import codes
from validators.speak import speaker

ROOT = Path(__file__).resolve().parents[2]
CODES = sorted(SENTENCES["zh"])
DOUBLED = re.compile(
    r"[。？！；：，、][。？！；：，.?!;:,]|[?!;:,][.?!;:,。]|(?<!e\.g)\.[?!;:,。]|\.\.|[。？！，]\s|\s[,;:]"
)
CHINESE_STOPS = re.compile(r"[。？！，；]")


def holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def filled(text: str, code: str, lang: str, full: bool) -> str:
    """A sentence with all its parameters, or with those only that it cannot do without."""
    needed = {name for _, name, spec, _ in string.Formatter().parse(text) if name and not spec}
    params = dict.fromkeys(holes(text) if full else needed, "X1")
    return (sentence if text == SENTENCES[lang].get(code) else wanted)(code, params, lang)


def test_both_languages_have_the_same_codes() -> None:
    assert SENTENCES["en"].keys() == SENTENCES["zh"].keys()
    assert WANTED["en"].keys() == WANTED["zh"].keys()


@pytest.mark.parametrize("code", CODES)
def test_both_languages_use_the_same_parameters(code: str) -> None:
    for part in (SENTENCES, WANTED):
        assert holes(part["en"].get(code, "")) == holes(part["zh"].get(code, ""))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_sentence_ends_in_two_stops(lang: str) -> None:
    """Alone and put together, with and without what may be missing."""
    for code, full, loosely in product(CODES, (True, False), (True, False)):
        parts = [filled(texts[lang].get(code, ""), code, lang, full) for texts in (SENTENCES, WANTED)]
        text = joined(parts, lang, loosely=loosely)
        assert not DOUBLED.search(text), (code, text)
        assert text == text.strip(), code


def test_english_is_english() -> None:
    """No Chinese stops; Chinese only where a column, a unit or a spelling to copy is named."""
    for code, texts in product(CODES, (SENTENCES, WANTED)):
        text = re.sub(r"\{[^}]*\}", "", texts["en"].get(code, ""))
        assert not CHINESE_STOPS.search(text), code
        assert not re.search(r"[一-鿿]{8}", text), code
        assert re.search(r"[A-Za-z]{2}", text) or not re.search(r"\w", text), code


@pytest.mark.parametrize(("told", "after"), [("是不是X？", "请改"), ("不对。", "请改"), ("请改", "")])
def test_a_stop_that_is_there_is_not_said_again(told: str, after: str) -> None:
    assert joined((told, after)) == told + after
    assert joined(("", after)) == after


def test_every_code_that_is_used_has_its_sentence() -> None:
    """Codes as they stand in the programs."""
    used: set[str] = set()
    for folder in ("validators", "sync", "app"):
        for file in (ROOT / folder).rglob("*.py"):
            used |= set(re.findall(r'Finding\(\s*"([a-z_]+(?:\.[a-z_]+)+)"', file.read_text("utf-8")))
    assert used and used <= SENTENCES["zh"].keys()


def test_a_finding_is_told_in_english() -> None:
    """In the list and in one sentence; the column keeps its name, the value what stands there."""
    scheme = catalog.load("tianjiaan")
    table = scheme.table("project")
    finding = Finding("cell.date.vague", Severity.MUST, table.name, field="sign_date", value="去年夏天",
                      params={"value": "去年夏天", "example": "2025-03-15"})  # fmt: skip
    ((_, _, listed),) = todo_entries(scheme, table, [finding], lang="en")
    assert listed == "“去年夏天” does not say which day. Enter an exact date, e.g. 2025-03-15"
    assert "does not say which day. Enter an exact date" in finding_text(speaker(scheme), table, finding, "en")
    ((_, _, listed),) = todo_entries(scheme, table, [finding])
    assert listed == "“去年夏天”说不准是哪一天。请填具体日期，如2025-03-15"


def test_every_status_word_of_its_own_has_an_english_gloss() -> None:
    """Codes whose text is only a value need none; nothing else is glossed."""
    own = {code for code, word in codes.WORDS.items() if re.search(r"[一-鿿]", re.sub(r"\{\w+\}|第|名|分", "", word))}
    assert own == GLOSSES_EN.keys()
