"""docs/scheme-reference.md is what the models say today, its links lead somewhere, and its outputs are the real ones."""

from __future__ import annotations

import importlib
import re
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from validators.evaluate_json import evaluate_document
from validators.rules import codes, kinds
from validators.scheme.load import load_scheme
from validators.speak import Speaker
from validators.status import Status

ROOT = Path(__file__).resolve().parents[2]
SCHEMES = ROOT / "tests/data/schemes"
PARTS = ("tables", "history", "submissions", "roster", "frozen", "calendar")
COPIES = {"worst", "excuse"}  # what they show is a status of another rule


@pytest.fixture(scope="module")
def tool() -> Any:
    """tools/scheme_reference.py as a module."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module("scheme_reference")
    finally:
        sys.path.remove(str(ROOT / "tools"))


def test_the_page_is_up_to_date(tool: Any) -> None:
    """Run tools/scheme_reference.py after changing a model or a rule."""
    assert tool.FILE.read_text("utf-8") == tool.reference(), "请运行 python tools/scheme_reference.py"


def test_every_kind_of_rule_has_a_page_and_a_word_for_it(tool: Any) -> None:
    assert set(tool.USES) == set(kinds())
    headings = re.findall(r"^### 规则 (\w+)$", tool.reference(), re.MULTILINE)
    assert headings == sorted(kinds())


def test_links_lead_to_headings_that_stand_once(tool: Any) -> None:
    page = tool.reference()
    headings = [
        text.lower().replace(".", "").replace(" ", "-") for text in re.findall(r"^#{2,4} (.+)$", page, re.MULTILINE)
    ]
    assert len(headings) == len(set(headings))
    assert set(re.findall(r"\]\(#([^)]+)\)", page)) <= set(headings)


def test_rows_of_tables_have_as_many_cells_as_their_heads(tool: Any) -> None:
    """A bar in a description would break its row."""
    wide = 0
    for line in tool.reference().splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not cells or not wide or cells == wide, line
        wide = cells


def test_a_kind_gives_no_status_that_its_page_does_not_name(tool: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every status that rules of the worked examples give is among the outputs read from the source."""
    given: dict[str, set[str]] = defaultdict(set)
    word = Speaker.word

    def listening(self: Speaker, status: Status, day: date) -> str:
        rule = self.rules.get(status.rule)
        if rule is not None:
            given[rule.kind].add(status.code)
        return word(self, status, day)

    monkeypatch.setattr(Speaker, "word", listening)
    for file in sorted(SCHEMES.glob("*/examples.yaml")):
        scheme = load_scheme(file.parent)
        for example in yaml.safe_load(file.read_text("utf-8")):
            document = _texts({part: example[part] for part in PARTS if part in example})
            evaluate_document(scheme, {"tables": {}, **document}, date.fromisoformat(str(example["day"])))
    assert len(given) >= 12
    for kind, found in given.items():
        model = kinds()[kind]
        if kind not in COPIES:
            ended = {codes.TERMINATED} if model.clocked else set()  # its page says so in a line of its own
            assert found - ended <= set(tool.outputs(model)[0]), kind


def test_outputs_are_told_apart(tool: Any) -> None:
    """What a rule compares with or looks up is no output: a limit gives no 已报, a duty no 按期完成."""
    elapsed, cadence = (tool.outputs(kinds()[kind])[0] for kind in ("elapsed", "cadence"))
    assert {codes.OK, codes.SOON, codes.OVERDUE, codes.DONE_LATE, codes.SHOWN} <= set(elapsed)
    assert codes.REPORTED not in elapsed
    assert codes.DONE not in cadence
    assert tool.outputs(kinds()["series"])[2:] == (False, True)  # no flags, only findings
    assert tool.outputs(kinds()["target"])[1] == {"target"}


def _texts(value: Any) -> Any:
    """YAML's own dates as the texts a document has."""
    if isinstance(value, dict):
        return {str(key): _texts(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_texts(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
