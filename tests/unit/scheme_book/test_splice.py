"""Changing data in a file's text changes those places only; what is read afterwards is what was wanted."""

from __future__ import annotations

import copy
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.scheme_book.emit import emit
from app.scheme_book.splice import Item, Items, bare, splice
from app.scheme_book.yaml_tree import compose, plain
from tests.unit.scheme_book.books import SCHEMES

FILES = [path for scheme in SCHEMES for path in sorted(scheme.glob("*.yaml")) if path.stem not in ("demo", "examples")]

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.decimals(-999, 999, places=2)
    | st.text(st.sampled_from("甲乙aB1 :#,-[]{}&*!|>'\"%@`\n\t~") | st.characters(codec="utf-8"), max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(values)
@settings(max_examples=300, deadline=None)
def test_whatever_is_written_is_read_as_the_same(value: Any) -> None:
    assert plain(compose(f"键: {emit(value)}\n")) == {"键": bare(value)}


@pytest.mark.parametrize("file", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_any_one_change_in_our_files_leaves_the_other_lines_alone(file: Path) -> None:
    text, random = file.read_text("utf-8"), Random(file.name)
    data = plain(compose(text))
    assert splice(text, data) == text
    for _ in range(4):
        wanted, where = copy.deepcopy(data), []
        _walk(wanted, where)
        holder, key = random.choice(where)
        holder[key] = random.choice(["新的：值, {x}", 5, None, True, [1, "甲"], {"甲": 1}])
        made = splice(text, wanted)
        assert plain(compose(made)) == wanted
        kept = set(text.splitlines()) & set(made.splitlines())
        comments = {line for line in text.splitlines() if line.strip().startswith("#")}
        assert len(comments - kept) <= (20 if isinstance(data.get(key), list | dict) else 4)


def _walk(value: Any, found: list[tuple[Any, Any]]) -> None:
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        found.append((value, key))
        _walk(value[key], found)


TEXT = """\
# 头上的话
rules:
  # ── 一、期限 ──
  # 甲的理由
  - id: A
    n: 1 # 原文一个月
    when: >-
      有(甲) 且
      有(乙)

  # 乙的理由
  - {id: B, n: 2} # 行末的话

  # ── 二、目标 ──
  - id: C
    n: 3
tail: 1 # 末尾
"""


def rules(*items: Item) -> dict[str, Any]:
    return {"rules": Items(list(items)), "tail": 1}


A = {"id": "A", "n": 1, "when": "有(甲) 且 有(乙)"}
B, C = {"id": "B", "n": 2}, {"id": "C", "n": 3}


def test_a_value_keeps_the_words_on_its_line() -> None:
    made = splice(TEXT, rules(Item({**A, "n": 4}, 0), Item({**B, "n": 5}, 1), Item(C, 2)))
    assert made == TEXT.replace("n: 1 #", "n: 4 #").replace("{id: B, n: 2}", "{id: B, n: 5}")


def test_a_key_comes_below_the_others_and_a_key_goes_with_its_line() -> None:
    made = splice(TEXT, rules(Item({"id": "A", "when": A["when"], "roll": "none"}, 0), Item(B, 1), Item(C, 2)))
    assert made == TEXT.replace("    n: 1 # 原文一个月\n", "").replace(
        "      有(乙)\n", "      有(乙)\n    roll: none\n"
    )


def test_the_comment_above_goes_with_its_item_and_headings_stay() -> None:
    made = splice(TEXT, rules(Item(B, 1), Item(C, 2)))
    assert "甲的理由" not in made and "── 一、期限 ──" in made and "乙的理由" in made
    assert made.index("── 一、期限 ──") < made.index("乙的理由") < made.index("id: B")


def test_comments_move_with_their_items() -> None:
    made = splice(TEXT, rules(Item(B, 1), Item(A, 0), Item(C, 2)))
    assert made.index("乙的理由") < made.index("id: B") < made.index("甲的理由") < made.index("id: A")
    assert made.index("── 二、目标 ──") < made.index("id: C")


def test_a_new_item_carries_its_reason_as_a_comment() -> None:
    made = splice(TEXT, rules(Item(A, 0), Item({"id": "X", "n": 9}, None, "为什么\n再一行"), Item(B, 1), Item(C, 2)))
    assert "  # 为什么\n  # 再一行\n  - id: X\n    n: 9\n" in made


def test_lines_that_end_as_on_windows_go_on_ending_so() -> None:
    made = splice(TEXT.replace("\n", "\r\n"), rules(Item({**A, "n": 4}, 0), Item(B, 1), Item(C, 2)))
    assert made == TEXT.replace("n: 1 #", "n: 4 #").replace("\n", "\r\n")


def test_an_anchor_that_changes_does_not_change_its_aliases() -> None:
    text = "a: &x {k: 1}\nb: *x\nc: 3 # 话\n"
    assert splice(text, {"a": {"k": 1}, "b": {"k": 1}, "c": 4}) == text.replace("c: 3", "c: 4")
    made = splice(text, {"a": {"k": 2}, "b": {"k": 1}, "c": 3})
    assert plain(compose(made)) == {"a": {"k": 2}, "b": {"k": 1}, "c": 3} and "# 话" in made
