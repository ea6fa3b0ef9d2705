"""Rows of a demo book from a scheme and its demo.yaml: same seed, same rows."""

from __future__ import annotations

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from app.demo import names
from app.demo.mess import spelled
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table

Row = dict[str, Any]
MESS = 0.10  # share of cells spelled some other way


class Generator:
    """Makes the rows of all books of one scheme."""

    def __init__(self, scheme: Scheme, plan_file: Path, as_of: date, seed: int) -> None:
        plan = yaml.safe_load(plan_file.read_text("utf-8")) if plan_file.is_file() else {}
        self.scheme, self.as_of, self.seed = scheme, as_of, seed
        self.plans: dict[str, Row] = (plan or {}).get("tables", {})
        self.count = 0

    def book(self, unit: str, projects: int) -> dict[str, list[Row]]:
        """Rows of a unit's book by table, messy as they come."""
        rng = random.Random(f"{self.seed}:{unit}")  # noqa: S311 - made-up data, not secrets
        rows: dict[str, list[Row]] = {}
        for table in self.scheme.tables_of("unit"):
            if not table.parent:
                rows[table.name] = [self._row(rng, table, unit) for _ in range(projects)]
        for table in self.scheme.tables_of("unit"):
            if table.parent:
                rows[table.name] = self._children(rng, table, rows.get(table.parent, []), unit)
        return {name: [self._spell(rng, name, row) for row in items] for name, items in rows.items()}

    def commission(self, role: str, projects: list[Row]) -> dict[str, list[Row]]:
        """Rows of a commission or department book: per period, about some of the projects."""
        rng = random.Random(f"{self.seed}:{role}")  # noqa: S311
        rows: dict[str, list[Row]] = {}
        for table in self.scheme.tables_of(role):
            plan = self.plans.get(table.name, {})
            started = [item for item in projects if not plan.get("from") or item.get(plan["from"])]
            rng.shuffle(started)
            per_quarter = started[: plan.get("rows", 20) // max(plan.get("quarters", 1), 1)]
            rows[table.name] = [
                self._evaluation(rng, table, quarter, item)
                for quarter in _quarters(self.as_of, plan.get("quarters", 1))
                for item in per_quarter
            ]
        return rows

    # rows ---------------------------------------------------------------------------------------------------------

    def _row(self, rng: random.Random, table: Table, unit: str) -> Row:
        plan = self.plans.get(table.name, {})
        row: Row = {}
        values = plan.get("values", {})
        for item in table.fields:  # picked values first: dates may depend on them
            if "pick" in values.get(item.name, {}) and "with" not in values[item.name]:
                row[item.name] = _pick(rng, values[item.name])
        start = self.as_of - timedelta(days=rng.randint(5, plan.get("spread", 400)))
        self._timeline(rng, plan.get("timeline", ()), row, start)
        for item in table.fields:
            if item.name not in row and not item.type.startswith("date"):
                row[item.name] = self._value(rng, item, values.get(item.name, {}), row, unit)
        for item in table.fields:
            if "yes_if" in values.get(item.name, {}):
                row[item.name] = "是" if row.get(values[item.name]["yes_if"]) else "否"
        return {name: value for name, value in row.items() if value not in ("", None)}

    def _timeline(self, rng: random.Random, steps: Any, row: Row, start: date) -> None:
        """Dates one after the other; a step that would lie in the future has not happened, nor what follows it."""
        planned: dict[str, date] = {}
        for step in steps:
            when = step.get("when", {})
            if any(row.get(name) != value for name, value in when.items()):
                continue
            base = start if step.get("start") else planned.get(step.get("after", "")) or row.get(step.get("parent", ""))
            if not isinstance(base, date) or rng.random() > step.get("every", 1.0):
                continue
            low, high = step.get("days", (0, 0))
            day = base + timedelta(days=rng.randint(low, high))
            if step.get("future") or day <= self.as_of:
                planned[step["field"]] = row[step["field"]] = day

    def _value(self, rng: random.Random, item: Field, plan: Row, row: Row, unit: str) -> Any:
        if rng.random() < plan.get("blank", 0.0) or ("with" in plan and not row.get(plan["with"])):
            return ""
        if "pick" in plan:
            return _pick(rng, plan)
        if "number" in plan:
            low, high = plan["number"]
            value = rng.randrange(low, high + 1, plan.get("step", 1))
            return value - low // 20 if rng.random() < plan.get("low", 0.0) else value
        if plan.get("own_unit"):
            found = self.scheme.unit(unit)
            return found.name if found else ""
        return self._by_type(rng, item, unit)

    def _by_type(self, rng: random.Random, item: Field, unit: str) -> Any:
        self.count += 1
        found = self.scheme.unit(unit)
        region = (found.region if found and found.region else "340403")[:6]
        makers: dict[str, Any] = {
            "project_name": lambda: names.project(rng, self.count),
            "company": lambda: names.company(rng),
            "person": lambda: names.person(rng),
            "phone": lambda: names.phone(rng),
            "uscc": lambda: names.uscc(rng, region),
            "projcode": lambda: names.project_code(rng, region, self.as_of.year, rng.randint(1, self.as_of.month)),
            "money_wan": lambda: rng.randrange(500, 20000, 100),
        }
        if item.type in makers:
            return makers[item.type]()
        if item.choices and not item.choices.startswith("@"):
            offered = self.scheme.choices.get(item.choices, ())
            return rng.choice(offered).value if offered else ""
        return ""

    def _children(self, rng: random.Random, table: Table, parents: list[Row], unit: str) -> list[Row]:
        plan = self.plans.get(table.name, {})
        name_field = self.scheme.table(table.parent).name_field
        rows: list[Row] = []
        for parent in parents:
            base = {table.parent_field: parent.get(name_field, "")}
            if table.periodic:
                rows += self._months(rng, table, plan, base, parent)
            elif rng.random() < plan.get("every", 0.2):
                rows += self._child(rng, table, plan, base, parent, unit)
        return rows

    def _child(self, rng: random.Random, table: Table, plan: Row, base: Row, parent: Row, unit: str) -> list[Row]:
        """One row of a child table, where the parent has come so far that there is something to report."""
        steps = plan.get("timeline", ())
        made = dict(parent)
        self._timeline(rng, steps, made, self.as_of)
        dates = {step["field"]: made[step["field"]] for step in steps if step["field"] in made}
        if steps and steps[0]["field"] not in dates:
            return []
        row = {**base, **dates}
        for name, value in plan.get("values", {}).items():
            row[name] = self._value(rng, table.field(name), value, row, unit)
        return [{k: v for k, v in row.items() if v not in ("", None)}]

    def _months(self, rng: random.Random, table: Table, plan: Row, base: Row, parent: Row) -> list[Row]:
        """Rows of the months before the demo day, sums running up."""
        began = parent.get(plan.get("from", ""))
        if not isinstance(began, date) or table.periodic is None:
            return []
        rows, total = [], 0
        for month in _months_before(self.as_of, plan.get("months", 3)):
            if month < f"{began.year}-{began.month:02d}" or rng.random() > plan.get("every", 1.0):
                continue
            row: Row = {**base, table.periodic.field: month}
            last = next((f.name for f in table.fields if f.name.startswith("last_")), "")
            if last and total:
                row[last] = total
            for name, value in plan.get("values", {}).items():
                if "running" in value:
                    total += row.get(value["running"], 0) or 0
                    row[name] = total if rng.random() > 0.03 else max(total - 500, 0)
                else:
                    row[name] = self._value(rng, table.field(name), value, row, "")
            rows.append({k: v for k, v in row.items() if v not in ("", None)})
        return rows

    def _evaluation(self, rng: random.Random, table: Table, quarter: str, project: Row) -> Row:
        plan = self.plans.get(table.name, {}).get("values", {})
        row: Row = {}
        for item in sorted(table.fields, key=lambda field: _depends(plan.get(field.name, {}))):
            if item.type == "quarter":
                row[item.name] = quarter
            elif item.name in plan:
                row[item.name] = self._from_plan(rng, item, plan[item.name], row, project)
            elif item.type == "number":
                row[item.name] = rng.randint(60, 98)
        return {k: v for k, v in row.items() if v not in ("", None)}

    def _from_plan(self, rng: random.Random, item: Field, plan: Row, row: Row, project: Row) -> Any:
        """`of`: taken from the project, which field may depend on another value of the row; `only`: when it has one."""
        if any(row.get(name) != wanted for name, wanted in plan.get("only", {}).items()):
            return ""
        if "of" not in plan:
            return self._value(rng, item, plan, row, "")
        source = plan["of"]
        if isinstance(source, dict):
            ((name, fields),) = source.items()
            source = fields.get(row.get(name, ""), "")
        return project.get(source, "")

    def _spell(self, rng: random.Random, table: str, row: Row) -> Row:
        kinds = {item.name: item for item in self.scheme.table(table).fields}
        own = self.scheme.table(table).parent_field
        return {
            name: value if name == own or kinds[name].owner == "system" else
            spelled(rng, kinds[name].type, value, MESS)
            for name, value in row.items()
        }  # fmt: skip


def _depends(plan: Row) -> bool:
    """Whether a value is taken after others of its row: by them, or only where they have a certain value."""
    return isinstance(plan.get("of"), dict) or "only" in plan


def _pick(rng: random.Random, plan: Row) -> str:
    if rng.random() < plan.get("blank", 0.0):
        return ""
    return rng.choices(list(plan["pick"]), list(plan["pick"].values()))[0]


def _months_before(day: date, count: int) -> list[str]:
    first = day.year * 12 + day.month - 1
    return [f"{m // 12}-{m % 12 + 1:02d}" for m in range(first - count, first)]


def _quarters(day: date, count: int) -> list[str]:
    last = day.year * 4 + (day.month - 1) // 3
    return [f"{q // 4}Q{q % 4 + 1}" for q in range(last - count, last)]
