"""Small schemes drawn as text, and judging rows under them through the engine's public face."""

from __future__ import annotations

from datetime import date
from typing import Any

import yaml

from validators.evaluate_json import evaluate_document
from validators.rules import parse_rule
from validators.scheme.models import Conventions, Lookup, Scheme, Source, Unit
from validators.scheme.tables import Field, Table

Rows = list[dict[str, Any]]
UNITS = (("01", "甲镇"), ("02", "乙镇"), ("03", "丙街道"), ("04", "丁街道"), ("05", "戊乡"), ("06", "己乡"))


def table(name: str, title: str, fields: str, **more: Any) -> Table:
    """A table from lines `english title type [dated]`; the first field is what people call the row by."""
    columns = [line.split() for line in fields.strip().splitlines()]
    made = tuple(Field(name=c[0], title=c[1], type=c[2], dated="dated" in c[3:]) for c in columns)  # type: ignore[arg-type]
    more.setdefault("name_field", made[0].name)
    return Table(name=name, title=title, fields=made, **more)


def scheme(tables: list[Table], rules: str, **more: Any) -> Scheme:
    """A scheme of some tables and rules written as YAML; rules get `title` and `section` where they have none."""
    made = tuple(parse_rule({"title": item["id"], **item}) for item in yaml.safe_load(rules))
    more.setdefault("units", tuple(Unit(code=code, name=name) for code, name in UNITS))
    if "lookups" in more:
        more["lookups"] = {name: Lookup(**item) for name, item in more["lookups"].items()}
    if "words" in more:
        more["conventions"] = Conventions(words=more.pop("words"))
    return Scheme(
        id="small",
        title="小方案",
        version="1",
        source=Source(document="样例"),
        tables=tuple(tables),
        rules=made,
        **more,
    )


class Judged:
    """What `evaluate_document` found, with short ways to ask."""

    def __init__(self, found: dict[str, Any]) -> None:
        self.found = found

    def record(self, key: str) -> dict[str, Any]:
        return next(item for item in self.found["records"] if item["key"] == key)

    def status(self, key: str, rule: str) -> str | None:
        """The rule's word on a record, None when it says nothing; several joined by 、."""
        words = [item["status"] for item in self.record(key)["statuses"] if item["rule"] == rule]
        return "、".join(words) if words else None

    def entry(self, key: str, rule: str) -> dict[str, Any]:
        return next(item for item in self.record(key)["statuses"] if item["rule"] == rule)

    def flags(self, key: str) -> list[str]:
        return [item["flag"] for item in self.record(key)["flags"]]

    def messages(self, key: str) -> list[str]:
        return [item["message"] for item in self.record(key)["findings"]]

    def _subject(self, name: str, part: str = "units") -> list[dict[str, Any]]:
        return [item for item in self.found[part] if name in (item["unit"], item["key"])]

    def unit(self, name: str, rule: str) -> str | None:
        words = [s["status"] for item in self._subject(name) for s in item["statuses"] if s["rule"] == rule]
        return "、".join(words) if words else None

    def unit_reason(self, name: str, rule: str) -> str:
        return next(s["reason"] for item in self._subject(name) for s in item["statuses"] if s["rule"] == rule)

    def unit_flags(self, name: str) -> list[str]:
        return [flag["flag"] for item in self._subject(name) for flag in item["flags"]]

    def reconciled(self, rule: str) -> dict[str, Any]:
        return next(item for item in self.found["reconciliations"] if item["key"] == rule)


def judge(made: Scheme, day: str, rows: dict[str, Rows] | None = None, **parts: Any) -> Judged:
    """Judge rows by table name or title on a day; `parts` are the other parts of the document."""
    return Judged(evaluate_document(made, {"tables": rows or {}, **parts}, date.fromisoformat(day)))
