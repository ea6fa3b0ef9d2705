"""English is whole, and what is compiled is what is written."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Any

import pytest
from babel.messages.mofile import read_mo
from flask import Flask

from tests.web.conftest import MINE, signed_in

ROOT = Path(__file__).resolve().parents[2]
HOLE = re.compile(r"%\((\w+)\)s")


@pytest.fixture(scope="module")
def tool() -> Any:
    """tools/translations.py as a module."""
    spec = importlib.util.spec_from_file_location("translations_tool", ROOT / "tools/translations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_sentence_has_its_english(tool: Any) -> None:
    """With the same holes to fill; nothing is left over."""
    catalog = tool.updated()
    assert len(catalog) > 200
    for message in catalog:
        if message.id:
            assert message.string, f"没有译文：{message.id}"
            assert set(HOLE.findall(message.id)) == set(HOLE.findall(message.string)), message.id


def test_the_compiled_file_is_up_to_date(tool: Any) -> None:
    """Run tools/translations.py after changing a sentence."""
    with tool.PO.with_suffix(".mo").open("rb") as file:
        compiled = {message.id: message.string for message in read_mo(file) if message.id}
    assert compiled == {message.id: message.string for message in tool.updated() if message.id}


def test_english_pages_keep_no_chinese_labels(app: Flask) -> None:
    """What the page itself says is English; what books and the policy say stays as it is."""
    client = signed_in(app, "admin")
    client.get("/language/en?next=/")
    for path in ("/sync", "/people", "/account", "/password", "/decisions", f"/books/{MINE}", "/search", "/nowhere"):
        page = re.sub(
            r"<(script|style|title|select).*?</\1>|<footer.*?</footer>", "", client.get(path).text, flags=re.S
        )
        labels = re.findall(r"<(?:th|h1|h2|label|button|summary|dt|legend)[^>]*>([^<]*)", page)
        chinese = [text for text in labels if re.search(r"[\u4e00-\u9fff]", text)]
        assert not [text for text in chinese if "街道" not in text and "先生" not in text], path
