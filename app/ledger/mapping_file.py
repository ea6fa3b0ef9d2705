"""The mapping as a file that a person edits: 映射_<台账>.xlsx with drop-downs, or .yaml for who prefers text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Dict
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from app.ledger.study import NotImported, Study
from sheets_templates.mapping_book import mapping_book
from sync.backends.folder.pool import Reader
from sync.headers import column_letters
from sync.ledger.mapping import Mapping, Proposal, fillable, labels, sent
from validators.cells import squeeze
from validators.parsers.guess import nearest
from validators.rawcell import show
from validators.scheme.models import Scheme
from validators.scheme.tables import Table

TAB, COLUMN, HEADER, UNIT, SAMPLE, TARGET, SURE, REASON = (
    "工作表", "列", "台账的列名", "单位", "例子", "填到", "把握", "理由",
)  # fmt: skip
TITLES = (TAB, COLUMN, HEADER, UNIT, SAMPLE, TARGET, SURE, REASON)
NOWHERE, KEEP, FIXED = "不导入", "写进情况说明", "固定值"
_BOTH = "/"
Row = Dict[str, str]


def target_text(table: Table, item: Proposal) -> str:
    """Where a column goes, as people call it."""
    called = labels(table)
    return _BOTH.join(called[name] for name in item.targets) or (KEEP if item.keep else NOWHERE)


def rows_of(study: Study) -> list[Row]:
    """The mapping as rows: one for each column of each tab, and one for each text that holds for every row."""
    called = labels(study.table)
    rows: list[Dict[str, str]] = []
    for mapping in study.mappings:
        for item in mapping.columns:
            sure = "" if not item.targets else f"{item.confidence:.0%}"
            rows.append(dict(zip(TITLES, (
                mapping.tab, item.letters, item.head.shown, item.unit, "｜".join(item.samples), target_text(study.table, item),
                sure, item.reason,
            ), strict=True)))  # fmt: skip
        for name, text in mapping.fixed.items():
            words = (mapping.tab, FIXED, text, "", "", called[name], "", "每一行都填这个")
            rows.append(dict(zip(TITLES, words, strict=True)))
    return rows


def write_mapping(path: Path, scheme: Scheme, study: Study) -> None:
    """Write the proposal; a file that is there already is a person's and is never overwritten."""
    if path.exists():
        raise NotImported(
            f"{path} 已经有了，没有覆盖。", f"照它导入：加 --mapping {path.name}；要重新生成，先把它移走。"
        )
    rows = rows_of(study)
    if path.suffix.lower() in (".yaml", ".yml"):
        head = (
            "# 改“填到”一项，保存后用 --mapping 传入。可填的栏目：\n# " + "、".join(choices(scheme, study.table)) + "\n"
        )
        path.write_text(head + yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=200), encoding="utf-8")
        return
    path.write_bytes(mapping_book(study.ledger.name, TITLES, [list(row.values()) for row in rows], TITLES.index(TARGET),
                                  choices(scheme, study.table)))  # fmt: skip


def choices(scheme: Scheme, table: Table) -> list[str]:
    """What may stand under 填到."""
    called = labels(table)
    pairs = [_BOTH.join((called[node.planned], called[node.actual])) for node in scheme.nodes
             if node.table == table.name and node.planned in called and node.actual in called]  # fmt: skip
    return [NOWHERE, KEEP, *(called[item.name] for item in fillable(table)), *pairs]


def read_mapping(path: Path, reader: Reader) -> list[Row]:
    """The rows of a mapping file. NotImported says what is wrong with it."""
    if not path.is_file():
        raise NotImported(f"没有映射文件 {path}。")
    data = path.read_bytes()
    if path.suffix.lower() in (".yaml", ".yml"):
        try:
            rows = yaml.safe_load(data.decode("utf-8-sig"))
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            raise NotImported(f"映射文件 {path.name} 读不懂：{' '.join(str(error).split())[:200]}") from None
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise NotImported(f"映射文件 {path.name} 应是一列一项，每项有{'、'.join(TITLES[:3])}和{TARGET}。")
        return [{str(key): str(value if value is not None else "") for key, value in row.items()} for row in rows]
    return _of_workbook(path, data, reader)


def _of_workbook(path: Path, data: bytes, reader: Reader) -> list[Row]:
    ledger = reader.grids(data, name=path.name)
    if ledger.problem:
        raise NotImported(ledger.problem)
    for grid in ledger.grids:
        for number in sorted(grid.cells)[:10]:
            heads = {show(raw).strip(): column for column, raw in grid.cells[number].items()}
            if {TAB, COLUMN, HEADER, TARGET} <= heads.keys():
                below = [row for row in sorted(grid.cells) if row > number]
                return [{title: grid.text(row, at).strip() for title, at in heads.items() if title in TITLES}
                        for row in below if grid.text(row, heads[TAB]).strip()]  # fmt: skip
    raise NotImported(f"“{path.name}”不像映射文件：没有“{TAB}、{COLUMN}、{HEADER}、{TARGET}”这一行表头。")


def apply_mapping(scheme: Scheme, study: Study, rows: Sequence[Row]) -> list[Mapping]:
    """The mappings as a person decided them. All that is wrong with the file is told at once."""
    problems: list[str] = []
    result = []
    for mapping in study.mappings:
        own = [row for row in rows if row.get(TAB, "").strip() == mapping.tab.strip()]
        if not own:
            problems.append(f"没有工作表“{mapping.tab}”的各列")
            continue
        result.append(_applied(scheme, study.table, mapping, own, problems))
    if problems:
        raise NotImported("映射文件和台账对不上：\n" + "\n".join(f"· {text}" for text in problems))
    return result


def _applied(scheme: Scheme, table: Table, mapping: Mapping, rows: Sequence[Row], problems: list[str]) -> Mapping:
    decided: dict[int, Proposal] = {}
    fixed: dict[str, str] = {}
    for row in rows:
        targets, keep = parse_target(scheme, table, row.get(TARGET, ""), problems, row.get(COLUMN, ""))
        if row.get(COLUMN, "").strip() == FIXED:
            fixed.update(dict.fromkeys(targets, row.get(HEADER, "").strip()))
            continue
        item = _column(mapping, row)
        if item is None:
            if targets or keep:
                problems.append(f"{row.get(COLUMN)}列：台账里没有“{row.get(HEADER)}”这一列了")
            continue
        unit = row.get(UNIT, "").strip()
        decided[item.head.column] = sent(table, mapping.header, item, targets, keep, unit)
    _tell_twice(table, decided.values(), fixed, problems)
    columns = [
        decided.get(item.head.column, replace(item, targets=(), reason="映射文件里没有")) for item in mapping.columns
    ]
    return Mapping(mapping.tab, mapping.table, mapping.header, columns, fixed)


def _column(mapping: Mapping, row: Row) -> Proposal | None:
    """The column meant: of these letters if it still says the same, else the one that does (columns move)."""
    title = squeeze(row.get(HEADER, ""))
    same = [item for item in mapping.columns if squeeze(item.head.shown) == title]
    letters = row.get(COLUMN, "").strip().upper()
    return next((item for item in same if item.letters == letters), same[0] if len(same) == 1 else None)


def parse_target(
    scheme: Scheme, table: Table, text: str, problems: list[str], where: str = ""
) -> tuple[tuple[str, ...], bool]:
    """What stands under 填到 → fields, and whether the column is kept as text. Unknown words are told with the nearest."""
    wanted = squeeze(text)
    if wanted in ("", squeeze(NOWHERE)):
        return (), False
    if wanted == squeeze(KEEP):
        return (), True
    names = {squeeze(label): name for name, label in labels(table).items() if name in {f.name for f in fillable(table)}}
    if wanted in names:
        return (names[wanted],), False
    parts = [names.get(part, "") for part in wanted.split(_BOTH)]
    if any(tuple(parts) == (node.planned, node.actual) for node in scheme.nodes):
        return tuple(parts), False
    near = nearest(wanted, names)
    problems.append(f"{where}列：没有“{text}”这个栏目" + (f"，是不是“{near}”？" if near else ""))
    return (), False


def _tell_twice(table: Table, items: Iterable[Proposal], fixed: Dict[str, Any], problems: list[str]) -> None:
    called, seen = labels(table), dict.fromkeys(fixed, FIXED)
    for item in items:
        for name in item.targets:
            if name in seen:
                problems.append(f"“{called[name]}”填了两次：{seen[name]}和{item.letters}列")
            seen[name] = f"{item.letters}列"


def letters_of(text: str) -> str:
    """A column as a person types it: F, f or 6."""
    text = text.strip().upper()
    return column_letters(int(text)) if text.isascii() and text.isdigit() and 0 < int(text) < 1000 else text
