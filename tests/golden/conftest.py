"""Books made from the small scheme beside this file, and a real LibreOffice to look at them."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from golden_kit import BUILT, opened
from openpyxl import Workbook

from sheets_templates import catalog
from sheets_templates.builder import build_book
from sheets_templates.plan import BookPlan
from sheets_templates.xlsx import write_xlsx
from validators.scheme.models import Scheme

HERE = Path(__file__).parent
OFFICE_PYTHON = "/usr/bin/python3"


@pytest.fixture(scope="session")
def scheme() -> Scheme:
    return catalog.load(HERE / "scheme")


@pytest.fixture(scope="session")
def plan(scheme: Scheme) -> BookPlan:
    return build_book(scheme, "a", "unit", built=BUILT)


@pytest.fixture(scope="session")
def book(plan: BookPlan) -> Workbook:
    return opened(write_xlsx(plan))


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes, str], bytes]:
    """(book, "html" or "xlsx") → the book as LibreOffice saves it."""
    if shutil.which("soffice") is None:
        pytest.skip("没有 LibreOffice，跳过")
    profile = tmp_path_factory.mktemp("profile")

    def convert(data: bytes, kind: str) -> bytes:
        folder = tmp_path_factory.mktemp("office")
        (folder / "in.xlsx").write_bytes(data)
        command = [
            "soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", kind, "--outdir",
            str(folder / "out"), str(folder / "in.xlsx"),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=120)
        return (folder / "out" / f"in.{kind}").read_bytes()

    return convert


@pytest.fixture(scope="session")
def office_values(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes, list[list[str]]], list[Any]]:
    """(book, [[sheet, cell, formula], …]) → what LibreOffice makes of the formulas."""
    found = subprocess.run([OFFICE_PYTHON, "-c", "import uno"], capture_output=True, check=False)
    if shutil.which("soffice") is None or found.returncode:
        pytest.skip("没有 LibreOffice 或 python3-uno，跳过")

    def ask(data: bytes, questions: list[list[str]]) -> list[Any]:
        folder = tmp_path_factory.mktemp("probe")
        (folder / "book.xlsx").write_bytes(data)
        (folder / "q.json").write_text(json.dumps(questions), "utf-8")
        command = [OFFICE_PYTHON, HERE / "office_probe.py", folder / "book.xlsx", folder / "profile", folder / "q.json"]
        done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=120)
        return list(json.loads(done.stdout.strip().splitlines()[-1]))

    return ask
