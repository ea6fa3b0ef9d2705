"""What makes a well-formed scheme a sound one: names exist, titles fit, examples pass, rules compile.

Each check yields (place, sentence); the loader turns places into files and lines.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from validators.scheme.check_dated import check_dated
from validators.scheme.check_days import check_term
from validators.scheme.check_listed import check_listed
from validators.scheme.check_texts import check_conventions
from validators.scheme.models import Scheme
from validators.scheme.rule_parts import Maimed
from validators.scheme.source import Loc
from validators.scheme.tables import EXPLANATION, Field, Table
from validators.scheme.wording import listed, nearest
from validators.values import DATE_TYPES, LIST_TYPES, NUMBER_TYPES, first_day

Problem = tuple[Loc, str]

TAB_LENGTH = 31
HINT_LENGTH = 255
RESERVED_TABS = frozenset({"填报说明", "待改清单", "字典", "_tianbao"})
_TAB_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")


def check(scheme: Scheme, lost: Iterable[str] = (), maimed: Maimed | None = None) -> Iterator[Problem]:
    """All problems of a scheme. `lost`: names that were taken out for other mistakes and are not missed here; `maimed`:
    rules of which something was taken out, by `id`, and by which keys of theirs."""
    missing = frozenset(lost)
    yield from check_term(
        scheme.effective_from, scheme.effective_to, ("effective_to",), ("effective_from", "effective_to")
    )
    yield from check_term(scheme.effective_from, scheme.ends, ("ends",), ("effective_from", "ends"))
    yield from _units(scheme)
    yield from _departments(scheme)
    yield from _choices(scheme)
    yield from check_listed(scheme)
    yield from _twice(("tables",), [item.name for item in scheme.tables], "表名")
    yield from _twice(("tables",), [item.title for item in scheme.tables], "标签名")
    for position, table in enumerate(scheme.tables):
        yield from _Tables(scheme, missing).problems(table, ("tables", position))
    yield from _nodes(scheme, missing)
    yield from _answers(scheme)
    yield from _conventions(scheme)
    yield from check_conventions(scheme.conventions)
    yield from check_dated(scheme, missing)
    from validators.scheme.check_parts import RuleParts
    from validators.scheme.check_rules import check_rules

    parts = RuleParts(scheme, missing, maimed)
    yield from check_rules(scheme, missing, parts)
    from validators.scheme.check_sights import check_sights

    yield from check_sights(scheme, missing, parts.words)


def _twice(loc: Loc, words: Iterable[str], what: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for position, word in enumerate(words):
        if word and word in seen:
            yield (*loc, position), f"{what}“{word}”前面已经有了，请改一处"
        seen.add(word)


def _names(loc: Loc, named: Iterable[tuple[str, tuple[str, ...]]], what: str) -> Iterator[Problem]:
    """Names and aliases of units or departments must each mean one of them."""
    seen: dict[str, str] = {}
    for position, (name, aliases) in enumerate(named):
        for word in dict.fromkeys((name, *aliases)):
            if word in seen:
                told = (
                    f"的叫法“{word}”与“{seen[word]}”相同，分不清是哪一个"
                    if word != name or seen[word] != name
                    else "写了两次"
                )
                yield (*loc, position), f"{what}“{name}”{told}，请去掉一处"
            seen.setdefault(word, name)


def _units(scheme: Scheme) -> Iterator[Problem]:
    if not scheme.units:
        yield ("units",), "一个填报单位也没有"
    yield from _twice(("units",), [item.code for item in scheme.units], "单位代码")
    yield from _names(("units",), [(item.name, item.aliases) for item in scheme.units], "单位")
    for position, unit in enumerate(scheme.units):
        if re.search(r'[<>:"/\\|?*\s]', unit.code):
            yield ("units", position, "code"), f'单位代码“{unit.code}”会用作文件标识，不能有空格和 < > : " / \\ | ? *'
        if unit.valid_from and unit.valid_to and unit.valid_from > unit.valid_to:
            yield ("units", position, "valid_to"), "valid_to 早于 valid_from"
        if unit.parent and unit.parent in (unit.code, unit.name, *unit.aliases):
            yield ("units", position, "parent"), f"“{unit.name}”的上级写成了自己"


def _departments(scheme: Scheme) -> Iterator[Problem]:
    yield from _twice(("departments",), [item.code for item in scheme.departments], "部门代码")
    yield from _names(("departments",), [(item.name, item.aliases) for item in scheme.departments], "部门")
    heads = [item.name for item in scheme.departments if item.commission]
    if len(heads) > 1:
        yield ("departments",), f"只能有一个部门写 commission: true，现在有{listed(heads)}"
    if not heads and any(item.filler == "commission" for item in scheme.tables):
        yield ("departments",), "有 filler: commission 的表，却没有哪个部门写 commission: true"
    taken = {"unit", "commission", "system", *(item.code for item in scheme.departments)}
    for position, item in enumerate(scheme.departments):
        if item.group in taken:
            yield ("departments", position, "group"), f"“{item.group}”已经是一家的代码，group 请换一个词"


def _choices(scheme: Scheme) -> Iterator[Problem]:
    for name, values in scheme.choices.items():
        if not values:
            yield ("choices", name), f"下拉“{name}”是空的"
        seen: dict[str, str] = {}
        for position, item in enumerate(values):
            for word in dict.fromkeys((item.value, *item.aliases)):
                if word in seen:
                    told = (
                        f"“{word}”既是“{seen[word]}”又是“{item.value}”"
                        if seen[word] != item.value
                        else f"“{word}”写了两次"
                    )
                    yield ("choices", name, position), f"{told}，请去掉一处"
                seen.setdefault(word, item.value)


def _nodes(scheme: Scheme, lost: frozenset[str]) -> Iterator[Problem]:
    yield from _twice(("nodes",), [item.name for item in scheme.nodes], "节点名")
    tables = {item.name: item for item in scheme.tables}
    for position, node in enumerate(scheme.nodes):
        table = tables.get(node.table)
        if table is None:
            if node.table not in lost:
                yield ("nodes", position, "table"), f"没有“{node.table}”这张表{nearest(node.table, tables)}"
            continue
        for key in ("planned", "actual"):
            name = getattr(node, key)
            found = next((item for item in table.fields if item.name == name), None)
            if name and found is None and name not in lost:
                yield ("nodes", position, key), _no_field(name, table)
            elif found is not None and found.type not in DATE_TYPES and name not in lost:
                yield ("nodes", position, key), f"“{found.title}”不是日期列"


def _answers(scheme: Scheme) -> Iterator[Problem]:
    yield from _twice(("answers",), [item.name for item in scheme.answers], "反馈列")
    yield from _twice(("answers",), [item.title for item in scheme.answers], "反馈列名")
    if not any(item.name == "id" for item in scheme.answers):
        yield ("answers",), "反馈列里必须有 id（编号），没有它排序之后认不出原来的行"


def _conventions(scheme: Scheme) -> Iterator[Problem]:
    from validators.rules.codes import WORDS
    from validators.scheme.colours import look_of

    conventions = scheme.conventions
    for modality, codes in conventions.suffix_on.items():
        for code in codes:
            if code not in WORDS:
                yield ("conventions", "suffix_on", modality), f"没有“{code}”这个状态{nearest(code, WORDS)}"
    for key in ("words", "palette"):
        for code in getattr(conventions, key):
            if code not in WORDS:
                yield ("conventions", key, code), f"没有“{code}”这个状态{nearest(code, WORDS)}"
    for code, colour in conventions.palette.items():
        try:
            look_of(colour)
        except ValueError as problem:
            yield ("conventions", "palette", code), str(problem)
    for unit, days in conventions.leads.items():
        if days < 0:
            yield ("conventions", "leads", unit), "提前天数不能是负数"


def _no_field(name: str, table: Table) -> str:
    known = [item.name for item in table.fields]
    titled = next((item.name for item in table.fields if item.title == name or name in item.aliases), "")
    hint = f"；这里写英文名“{titled}”" if titled else nearest(name, known)
    return f"表“{table.title}”没有“{name}”这一列{hint}"


class _Tables:
    """Checks of one table after another against the scheme they stand in."""

    def __init__(self, scheme: Scheme, lost: frozenset[str]) -> None:
        self.scheme = scheme
        self.lost = lost
        self.tables: Mapping[str, Table] = {item.name: item for item in scheme.tables}
        codes, groups = ({getattr(item, key) for item in scheme.departments} for key in ("code", "group"))
        self.fillers = {"unit", "commission", *codes, *groups} - {""}

    def problems(self, table: Table, loc: Loc) -> Iterator[Problem]:
        yield from self._tab(table, loc)
        yield from _twice((*loc, "fields"), [item.name for item in table.fields], "列的英文名")
        yield from _titles(table, loc)
        for position, field in enumerate(table.fields):
            yield from self._field(field, table, (*loc, "fields", position))
        yield from self._references(table, loc)
        yield from self._periodic(table, loc)

    def _tab(self, table: Table, loc: Loc) -> Iterator[Problem]:
        title = table.title
        if len(title) > TAB_LENGTH:
            yield (*loc, "title"), f"标签名“{title}”有{len(title)}个字，表格软件最多{TAB_LENGTH}个"
        if bad := _TAB_FORBIDDEN.search(title):
            yield (*loc, "title"), f"标签名“{title}”里不能有“{bad[0]}”，也不能有 [ ] : * ? / \\"
        if not title.strip() or title.startswith("'") or title.endswith("'"):
            yield (*loc, "title"), "标签名不能是空的，也不能以单引号开头或结尾"
        if title in RESERVED_TABS:
            yield (*loc, "title"), f"“{title}”是系统自己的标签，请换一个名字"
        if not any(item.name != "explanation" for item in table.fields):
            yield (*loc, "fields"), "一列也没有"
        if table.filler not in self.fillers and table.filler not in self.lost:
            yield (*loc, "filler"), self._who(table.filler)

    def _who(self, word: str) -> str:
        return f"“{word}”不是 unit、commission，也不是部门代码或部门的 group{nearest(word, self.fillers)}"

    def _references(self, table: Table, loc: Loc) -> Iterator[Problem]:
        names = {item.name for item in table.fields} | self.lost
        wanted: list[tuple[Loc, str]] = [((*loc, "name_field"), table.name_field)]
        wanted += [((*loc, "keys", at), name) for at, key in enumerate(table.keys) for name in key]
        wanted += [((*loc, "parent_field"), table.parent_field)]
        yield from ((place, _no_field(name, table)) for place, name in wanted if name and name not in names)
        if table.parent and table.parent not in self.tables and table.parent not in self.lost:
            yield (*loc, "parent"), f"没有“{table.parent}”这张表{nearest(table.parent, self.tables)}"
        elif table.parent and not table.parent_field:
            yield (*loc, "parent"), "写了 parent 就要写 parent_field（本表里填上级名称的那一列）"
        elif table.parent in self.tables and self.tables[table.parent].parent:
            yield (*loc, "parent"), f"上级表“{self.tables[table.parent].title}”自己也有上级表；只能有两级"
        elif table.parent in self.tables and not self.tables[table.parent].name_field:
            yield (*loc, "parent"), f"上级表“{self.tables[table.parent].title}”没有 name_field，下级没法指名"
        for key in ("ended", "resumed"):
            name = getattr(table, key)
            found = next((item for item in table.fields if item.name == name), None)
            if name and found is None and name not in self.lost:
                yield (*loc, key), _no_field(name, table)
            elif found is not None and found.type not in DATE_TYPES:
                yield (*loc, key), f"“{found.title}”不是日期列"
        if table.resumed and not table.ended:
            yield (*loc, "resumed"), "写了 resumed（又回来的日期）就要写 ended（终止日期）"
        known = {item.name for item in self.scheme.answers}
        for name in table.answers:
            if name not in known:
                yield (*loc, "answers"), f"没有“{name}”这个反馈列{nearest(name, known)}；可用的有{listed(known)}"

    def _periodic(self, table: Table, loc: Loc) -> Iterator[Problem]:
        if table.periodic is None:
            return
        types = {item.name: item.type for item in table.fields}
        wanted = table.periodic.kind  # the column holds what the table opens
        for key, name, kind in (
            ("field", table.periodic.field, wanted),
            ("unchanged", table.periodic.unchanged, "yesno"),
        ):
            if not name or name in self.lost:
                continue
            if name not in types:
                yield (*loc, "periodic", key), _no_field(name, table)
            elif types[name] != kind:
                yield (*loc, "periodic", key), f"“{name}”这一列的类型应是 {kind}，现在是 {types[name]}"
        if not table.parent:
            yield (*loc, "periodic"), "按期开行的表要有 parent：每期给上级表的每一行开一行"

    def _field(self, field: Field, table: Table, loc: Loc) -> Iterator[Problem]:
        if field.title == EXPLANATION and field.name != "explanation":
            yield (
                (*loc, "name"),
                f"“{EXPLANATION}”是每张表固定的列，英文名要写 explanation；不写这一列，系统会加上",
            )
        if not field.title.strip() or "\n" in field.title:
            yield (*loc, "title"), "列名不能是空的，也不能换行"
        if field.owner not in self.fillers | {"system"} and field.owner not in self.lost:
            yield (*loc, "owner"), f"“{field.owner}”不是 unit、commission、system，也不是部门代码"
        if len(field.hint) > HINT_LENGTH:
            yield (*loc, "hint"), f"提示有{len(field.hint)}个字，表格软件最多显示{HINT_LENGTH}个，请缩短"
        yield from self._list(field, table, loc)
        if field.name not in self.lost:
            yield from _limits(field, loc)

    def _list(self, field: Field, table: Table, loc: Loc) -> Iterator[Problem]:
        name = field.choices
        place: Loc = (*loc, "choices")
        if field.type == "choice" and not name and field.name not in self.lost:
            yield loc, f"“{field.title}”是下拉列，要用 choices 写明用哪个下拉"
        if name.startswith("@own:"):
            other = self.tables.get(name[5:])
            if other is None:
                if name[5:] not in self.lost:
                    yield place, f"没有“{name[5:]}”这张表{nearest(name[5:], self.tables)}"
            elif other.filler != table.filler or not other.name_field:
                yield place, f"@own 只能用同一本簿子里写了 name_field 的表，“{other.title}”不是"
        elif name.startswith("@") and name != "@units":
            yield place, f"不认识“{name}”；以 @ 开头的只有 @units 和 @own:表名"
        elif name and not name.startswith("@") and name not in {*self.scheme.choices, *self.lost}:
            yield place, f"没有“{name}”这个下拉{nearest(name, self.scheme.choices)}；下拉写在 choices 下面"


def _titles(table: Table, loc: Loc) -> Iterator[Problem]:
    """Duplicate titles are legal in different groups; anything else must be told apart by its header."""
    titles: dict[tuple[str, str], str] = {}
    words: dict[str, Field] = {}
    for position, field in enumerate(table.fields):
        place: Loc = (*loc, "fields", position)
        if (field.group, field.title) in titles:
            where = f"“{field.group}”组里" if field.group else "本表里"
            yield (*place, "title"), f"列名“{field.title}”在{where}已有（{titles[field.group, field.title]}）"
        titles.setdefault((field.group, field.title), field.name)
        for word in dict.fromkeys((field.title, *field.aliases)):
            other = words.setdefault(word, field)
            if other is not field and not (other.title == field.title and other.group != field.group):
                yield (*place, "aliases"), f"“{word}”既指“{other.title}”又指“{field.title}”，请去掉一处"


def _limits(field: Field, loc: Loc) -> Iterator[Problem]:
    if field.pattern:
        try:
            re.compile(field.pattern)
        except re.error as problem:
            yield (*loc, "pattern"), f"正则表达式写错了：{problem}"
    if field.precision and field.type not in DATE_TYPES:
        yield (*loc, "precision"), "precision 只用于日期列"
    if field.at_most and field.type not in LIST_TYPES:
        yield (*loc, "at_most"), "at_most 只用于姓名、电话和多选列"
    reader: Callable[[str], object] | None = None
    if field.type in NUMBER_TYPES or field.type == "year":
        reader = _number
    elif field.type in DATE_TYPES:
        reader = first_day
    yield from _bounds(field, loc, reader)


def _bounds(field: Field, loc: Loc, reader: Callable[[str], object] | None) -> Iterator[Problem]:
    ends: list[Decimal | date] = []
    for key in ("minimum", "maximum"):
        text = getattr(field, key)
        if not text:
            continue
        if reader is None:
            yield (*loc, key), f"{field.type} 类型的列没有大小，不能写 {key}"
            continue
        try:
            ends.append(reader(text))  # type: ignore[arg-type]
        except ValueError:
            wanted = "日期，如2025-01-01" if reader is first_day else "数字"
            yield (*loc, key), f"“{text}”应是{wanted}"
    if len(ends) == 2 and ends[0] > ends[1]:  # type: ignore[operator]
        yield (*loc, "minimum"), "minimum 比 maximum 大"


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation as problem:
        raise ValueError(text) from problem
