"""Validation with per-cell findings, against frictionless and pandera's pydantic engine on the same rows."""

from __future__ import annotations

import json
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.books import Size, scheme_dir, unit_name
from bench.floor import choices_of, model_of
from bench.lines import Line, rate, skipped
from bench.options import Options
from bench.rows import AS_OF, raw_rows, table_rows
from bench.venvs import NoPeer, ask
from validators.rawcell import show

TARGET = "≥ 2 ×"
ROUNDS, PEER_ROUNDS = 5, 3  # each starts afresh; the middle one counts, for a round takes but half a second


def run(options: Options) -> list[Line]:
    """Ours, the bare pydantic model, and the two peers, all on the same rows and in processor time."""
    from sheets_templates import catalog

    size = Size(options.few(40), 500)
    scheme = catalog.load(scheme_dir(size.books))
    table = scheme.table("project")
    names = [item.name for item in table.fields]
    books = [
        list(raw_rows(names, table_rows(1, f"u{n:05d}", unit_name(n), size.rows))) for n in range(1, size.books + 1)
    ]
    ours, told = sorted(_ours(scheme, books) for _ in range(ROUNDS))[ROUNDS // 2]
    floor = _floor(scheme, books)
    lines = [
        Line("validation, every cell judged", rate(size.total, ours), f"bare pydantic model {rate(size.total, floor)}",
             f"{floor / ours:.2f} ×", note=f"{told:,} findings in {size.total:,} rows", figures={"rows": size.total / ours})
    ]  # fmt: skip
    few = books[: max(size.books // 2, 1)]
    with tempfile.TemporaryDirectory() as place:
        lines.append(_peer(options, "frictionless", lambda: _frictionless(Path(place), scheme, few), size.total / ours))
        lines.append(_peer(options, "pandera", lambda: _pandera(Path(place), scheme, few), size.total / ours))
    return lines


def _peer(options: Options, name: str, measure: Any, ours: float) -> Line:
    try:
        tries = sorted((measure() for _ in range(1 if options.quick else PEER_ROUNDS)), key=_seconds)
        found = tries[len(tries) // 2]
    except NoPeer as error:
        return skipped(f"validation against {name}", str(error), TARGET)
    speed = found["rows"] / found["seconds"]
    return Line(f"validation against {name}", f"{ours:,.0f}/s", f"{speed:,.0f}/s", f"{ours / speed:.1f} ×", TARGET,
                None if options.quick else ours >= 2 * speed, f"it told {found['errors']:,} errors", found)  # fmt: skip


def _seconds(found: dict[str, Any]) -> float:
    return float(found["seconds"])


def _ours(scheme: Any, books: list[list[tuple[str, ...]]]) -> tuple[float, int]:
    from validators.rows import RawRow
    from validators.validate import RowValidator

    validator = RowValidator(scheme, scheme.table("project"))
    validator.validate([RawRow("项目库", 7, cells) for cells in books[0]], today=AS_OF)  # what is imported late
    validator = RowValidator(scheme, scheme.table("project"))
    took, told = 0.0, 0
    for number, book in enumerate(books, 1):  # one book after the other, as they come; nothing is kept
        rows = [RawRow("项目库", place, cells) for place, cells in enumerate(book, 7)]
        start = time.process_time()
        result = validator.validate(rows, today=AS_OF, unit=f"u{number:05d}")
        took += time.process_time() - start
        told += sum(len(row.findings) for row in result.rows)
    return took, told


def _floor(scheme: Any, books: list[list[tuple[str, ...]]]) -> float:
    from pydantic import ValidationError

    validate = model_of(scheme.table("project"), choices_of(scheme)).validator.validate_python
    names = [item.name for item in scheme.table("project").fields]
    start = time.process_time()
    for book in books:
        for cells in book:
            try:
                validate({name: cell for name, cell in zip(names, cells, strict=True) if cell})
            except ValidationError as wrong:
                wrong.errors(include_url=False, include_context=False, include_input=False)
    return time.process_time() - start


def _frictionless(place: Path, scheme: Any, books: list[list[tuple[str, ...]]]) -> dict[str, Any]:
    fields = scheme.table("project").fields
    rows = [[item.name for item in fields], *[[show(cell) for cell in cells] for book in books for cells in book]]
    (place / "rows.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    choices = choices_of(scheme)
    (place / "schema.json").write_text(
        json.dumps(
            {"fields": [_constraints(item, choices) for item in fields], "missingValues": [""]}, ensure_ascii=False
        )
    )
    return ask(
        "frictionless",
        ("frictionless>=5.18",),
        "frictionless_rows",
        str(place / "rows.json"),
        str(place / "schema.json"),
    )


def _constraints(item: Any, choices: dict[str, list[str]]) -> dict[str, Any]:
    """What frictionless can say of a column of messy text: form, list, required."""
    found: dict[str, Any] = {"required": True} if item.required else {}
    forms = {
        "uscc": "[0-9A-Z０-９Ａ-Ｚ]{18}",
        "projcode": r"[\d\-－]{24}",
        "phone": r"1\d{10}",
        "yesno": "是|否",
    }
    if item.type.startswith("date"):
        found["pattern"] = r"\s*[\d０-９]{4}[-/.年]?[\d０-９]{1,2}[-/.月]?[\d０-９]{1,2}日?\s*"
    elif item.type.startswith("money") or item.type in ("number", "integer", "pct_progress"):
        found["pattern"] = r"[\d０-９,.．]+(?:万元|亿元)?"
    elif item.choices:
        found["enum"] = choices[item.choices]
    elif item.type in forms:
        found["pattern"] = forms[item.type]
    return {"name": item.name, "type": "string", "constraints": found}


def _pandera(place: Path, scheme: Any, books: list[list[tuple[str, ...]]]) -> dict[str, Any]:
    columns = [(item.name, item.type, item.choices) for item in scheme.table("project").fields]
    body = {"columns": columns, "choices": choices_of(scheme), "rows": [cells for book in books for cells in book]}
    (place / "pandera.json").write_text(json.dumps(body, ensure_ascii=False), "utf-8")
    return ask("pandera", ("pandera[pandas]>=0.26", "pydantic>=2"), "pandera_rows", str(place / "pandera.json"))
