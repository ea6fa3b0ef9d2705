"""Rows of demo books from a scheme and its demo.yaml: same seed, same rows."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from app.demo.mess import spelled
from app.demo.names import Catalogue
from app.demo.periods import filled, gathered, given, periodical, periods_before, quarters, spanned
from app.demo.timeline import dates, fits
from app.demo.values import Maker, Pools
from validators.periods import Period, PeriodKind
from validators.scheme.models import Scheme
from validators.scheme.tables import Field, Table

Row = dict[str, Any]
MESS = 0.045  # share of cells spelled some other way than our own
_KINDS_BY_WORD: dict[str, PeriodKind] = {"months": "month", "weeks": "week"}
CARE = (0.2, 0.6, 0.8, 1.0, 1.0, 1.2, 1.5, 2.2)  # units differ: how much oftener than usual they slip


class Generator:
    """Makes the rows of all books of one scheme."""

    def __init__(self, scheme: Scheme, plan_file: Path, as_of: date, seed: int) -> None:
        plan = yaml.safe_load(plan_file.read_text("utf-8")) if plan_file.is_file() else {}
        self.scheme, self.as_of, self.seed = scheme, as_of, seed
        self.plans: dict[str, Row] = (plan or {}).get("tables", {})
        self.pools = Pools(seed, Catalogue(**(plan or {}).get("names", {})))
        self.others: dict[str, list[Row]] = {}  # table → rows of the books of departments made so far
        self.plain: dict[str, list[Row]] = {}  # unit → its main rows as they would be without any mess

    def book(self, unit: str, rows: int) -> dict[str, list[Row]]:
        """Rows of a unit's book by table, messy as they come."""
        rng = random.Random(f"{self.seed}:{unit}")  # noqa: S311 - made-up data, not secrets
        slack = rng.choice(CARE)
        maker = Maker(self.scheme, self.pools, unit, self.as_of, rng, slack)
        made: dict[str, list[Row]] = {}
        for table in sorted(self.scheme.tables_of("unit"), key=lambda item: bool(item.parent)):
            plan = self.plans.get(table.name, {})
            if table.parent:
                made[table.name] = self._children(maker, table, made.get(table.parent, []))
            elif "projects" in plan:
                made[table.name] = self._by_project(maker, table, next(iter(made.values()), []))
            elif "parts" in plan:
                made[table.name] = self._parts(maker, table, plan)
            elif "periods" in plan:
                due = unit in plan.get("only", (unit,))
                made[table.name] = list(periodical(maker, table, plan, {})) if due else []
            else:
                made[table.name] = [self._row(maker, table) for _ in range(rows)]
        self.plain[unit] = next(iter(made.values()), [])
        for name, found in list(made.items())[1:]:  # a department's book may be about these too
            self.others.setdefault(name, []).extend({**row, "@unit": self._unit_name(unit)} for row in found)
        for row in self.plain[unit]:
            row["@unit"] = self._unit_name(unit)
        return {
            table.name: [self._spell(rng, table, row, slack) for row in made[table.name]]
            for table in self.scheme.tables_of("unit")
        }

    def commission(self, role: str) -> dict[str, list[Row]]:
        """Rows of a commission's or department's book about the projects of the units made so far."""
        rng = random.Random(f"{self.seed}:{role}")  # noqa: S311
        maker = Maker(self.scheme, self.pools, role, self.as_of, rng)
        projects = [row for rows in self.plain.values() for row in rows]
        made: dict[str, list[Row]] = {}
        for table in sorted(self.scheme.tables_of(role), key=lambda item: bool(item.parent)):
            own = made.get(table.parent)
            made[table.name] = (
                self._of_role(maker, table, projects) if own is None else self._children(maker, table, own)
            )
            self.others.setdefault(table.name, []).extend(made[table.name])
        return {
            table.name: [self._spell(rng, table, row, 0.3) for row in made[table.name]]
            for table in self.scheme.tables_of(role)
        }

    def _of_role(self, maker: Maker, table: Table, projects: list[Row]) -> list[Row]:
        """Rows that are written down, rows by period (for each unit or each of `over` where asked for), one for each
        project, or several by quarter and project."""
        plan = self.plans.get(table.name, {})
        if "parts" in plan:
            return self._parts(maker, table, plan)
        if "given" in plan:
            return [gathered(row, plan, projects) for row in given(maker, table, plan)]
        if "periods" in plan:
            asked = plan.get("units", ())
            bases = [{"@unit": self._unit_name(code)} for code in self.plain if code in asked] if asked else [{}]
            bases = [{**base, **one} for base in bases for one in plan.get("over", ({},))]
            return [row for base in bases for row in periodical(maker, table, plan, base)]
        if "projects" in plan:
            return self._by_project(maker, table, projects)
        return list(self._about(maker, table, projects))

    def _parts(self, maker: Maker, table: Table, plan: Row) -> list[Row]:
        """Rows of several rhythms in one table, each part by its own periods, for the units that the part asks for."""
        rows: list[Row] = []
        for part in plan["parts"]:
            asked = part.get("units", ())
            bases = [{"@unit": self._unit_name(code)} for code in self.plain if code in asked] if asked else [{}]
            rows += [row for base in bases for row in periodical(maker, table, part, base)]
        return rows

    def _by_project(self, maker: Maker, table: Table, projects: list[Row]) -> list[Row]:
        """A row for each project that the plan asks for, or for each row of a table of a book made before; with
        `months` or `weeks` one in each of the last of them at whose end it ran."""
        plan = self.plans[table.name]
        source = self.others.get(plan["rows_of"], []) if "rows_of" in plan else projects
        chosen = [p for p in source if fits(plan["projects"], p) and maker.rng.random() <= plan.get("every", 1.0)]
        if "mine" in plan:
            chosen = [project for project in chosen if self._is_own(maker, plan["mine"], project)]
        steps, day, rows = plan.get("timeline", ()), self.as_of, []
        for word, kind in _KINDS_BY_WORD.items():
            if word in plan:
                return self._running(maker, table, chosen, periods_before(day, kind, plan[word], self.scheme.year_from))
        for project in chosen:
            found = dates(steps, project, day, day, maker.rng, maker.slack)
            rows.append(filled(table, dict(found), maker, plan["values"], project))
        return rows

    def _running(self, maker: Maker, table: Table, projects: list[Row], periods: list[Period]) -> list[Row]:
        """A row for each period and each project that ran at its end, with dates counted from the period's ends."""
        plan, share, rows = self.plans[table.name], self.plans[table.name].get("each", 1.0), []
        running = [(period, project) for period in periods for project in projects if _runs(project, plan, period.last)]
        for period, project in [pair for pair in running if maker.rng.random() <= share]:
            ends = {"period_first": period.first, "period_last": period.last}
            found = dates(plan.get("timeline", ()), ends, self.as_of, self.as_of, maker.rng, maker.slack)
            rows.append(filled(table, {plan["field"]: period.text, **found}, maker, plan["values"], project))
        return rows

    def _is_own(self, maker: Maker, mine: Row, project: Row) -> bool:
        """Whether the scheme's table gives the project to the department whose book this is."""
        offices = self.scheme.lookups[mine["lookup"]].rows.get(project.get(mine["by"], ""), "")
        return maker.own_name in ([offices] if isinstance(offices, str) else offices)

    def _unit_name(self, code: str) -> str:
        found = self.scheme.unit(code)
        return found.name if found else code

    # rows of main tables -----------------------------------------------------------------------------------------

    def _row(self, maker: Maker, table: Table) -> Row:
        plan = self.plans.get(table.name, {})
        values = plan.get("values", {})
        maker.new_row()
        row: Row = {}
        for item in table.fields:  # what dates depend on comes first
            if _first(values.get(item.name, {})):
                row[item.name] = maker.value(item, values[item.name], row)
        start = self.as_of - timedelta(days=self._age(maker.rng, plan))
        row |= dates(plan.get("timeline", ()), row, start, self.as_of, maker.rng, maker.slack)
        for name, value in values.items():
            if "needs" in value and value["needs"] not in row:
                row[name] = ""
        self._rest(maker, table, values, row)
        for item in table.fields:
            if "yes_if" in values.get(item.name, {}):
                row[item.name] = "是" if row.get(values[item.name]["yes_if"]) else "否"
        return _filled(row)

    def _age(self, rng: random.Random, plan: Row) -> int:
        """Days since the first date: most projects of a running programme are young."""
        spread, young = plan.get("spread", 400), plan.get("young", {})
        if young and rng.random() < young["share"]:
            return rng.randint(3, young["days"])
        return rng.randint(3, spread)

    def _rest(self, maker: Maker, table: Table, values: Row, row: Row) -> None:
        """Values other than dates; a code that belongs to a firm comes after its firm."""
        for item in table.fields:
            if item.name not in row and not item.type.startswith("date") and item.name != "explanation":
                row[item.name] = maker.value(item, values.get(item.name, {}), row)
        if "explanation" in values:
            row["explanation"] = maker.value(table.field("explanation"), values["explanation"], row)

    # rows of child tables ----------------------------------------------------------------------------------------

    def _children(self, maker: Maker, table: Table, parents: list[Row]) -> list[Row]:
        plan = self.plans.get(table.name, {})
        name_field = self.scheme.table(table.parent).name_field
        rows: list[Row] = []
        for parent in parents:
            base = {table.parent_field: parent.get(name_field, "")}
            if table.periodic:
                rows += self._periods(maker, table, plan, base, parent)
            elif "span" in plan:
                rows += spanned(maker, table, plan, base, parent)
            else:
                for kind in plan.get("rows", ()):
                    rows += self._child(maker, table, kind, base, parent)
        return rows

    def _child(self, maker: Maker, table: Table, plan: Row, base: Row, parent: Row) -> list[Row]:
        """One row of a child table, where the parent has come so far that there is something to report."""
        if maker.rng.random() > plan.get("share", 1.0):
            return []
        found = dates(plan.get("timeline", ()), parent, self.as_of, self.as_of, maker.rng, maker.slack)
        steps = plan.get("timeline", ())
        if steps and steps[0]["field"] not in found and not (plan.get("planned") and found):
            return []
        row: Row = {**base, **found}
        for name, value in plan.get("values", {}).items():
            row[name] = maker.value(table.field(name), value, row)
        return [_filled(row)]

    def _periods(self, maker: Maker, table: Table, plan: Row, base: Row, parent: Row) -> Iterator[Row]:
        """Rows of the months or weeks that are over, while the project runs; sums running up."""
        if table.periodic is None or not isinstance(began := parent.get(plan.get("from", "")), date):
            return
        if not fits(plan.get("when", {}), parent):
            return
        ended = parent.get(plan.get("until", ""))
        last = next((item.name for item in table.fields if item.name.startswith("last_")), "")
        sums: dict[str, int] = {}
        told = False
        for period in periods_before(self.as_of, table.periodic.kind, plan.get("months", 12), self.scheme.year_from):
            over = isinstance(ended, date) and ended < period.first
            if period.last < began or over or maker.rng.random() < (1 - plan.get("every", 1.0)) * maker.slack:
                continue
            row: Row = {**base, table.periodic.field: period.text}
            if last and sums:
                row[last] = next(iter(sums.values()))
            if table.periodic.unchanged and told and maker.rng.random() < plan.get("idle", 0.0):
                yield {**row, table.periodic.unchanged: "是"}
                continue
            yield self._period(maker, table, plan, row, sums)
            told = True

    def _period(self, maker: Maker, table: Table, plan: Row, row: Row, sums: dict[str, int]) -> Row:
        for name, value in plan.get("values", {}).items():
            if "running" in value:
                sums[name] = sums.get(name, 0) + (row.get(value["running"]) or 0)
                slipped = maker.rng.random() < value.get("falls", 0.0) * maker.slack
                row[name] = max(sums[name] - 300, 0) if slipped else sums[name]
            elif "climb" in value:
                sums[name] = min(sums.get(name, 0) + maker.rng.randint(*value["climb"]), 98)
                row[name] = sums[name]
            else:
                row[name] = maker.value(table.field(name), value, row)
        return _filled(row)

    # rows about projects -----------------------------------------------------------------------------------------

    def _about(self, maker: Maker, table: Table, projects: list[Row]) -> Iterator[Row]:
        """One row, or several, per period and project that ran at the period's end."""
        plan = self.plans.get(table.name, {})
        period = next((item for item in table.fields if item.type == "quarter"), None)
        for quarter, last in quarters(self.as_of, plan.get("quarters", 1), self.scheme.year_from):
            for project in projects:
                if not _runs(project, plan, last) or maker.rng.random() > plan.get("every", 1.0):
                    continue
                for kind in plan.get("rows", ({},)):
                    if fits(kind.get("when", {}), project) and maker.rng.random() < kind.get("share", 1.0):
                        row = {period.name: quarter} if period else {}
                        yield self._one_about(
                            maker, table, {**plan.get("values", {}), **kind.get("values", {})}, row, project
                        )

    def _one_about(self, maker: Maker, table: Table, values: Row, row: Row, project: Row) -> Row:
        waiting = sorted(
            table.fields, key=lambda item: "by" in values.get(item.name, {})
        )  # whom others depend on first
        for item in waiting:
            plan = values.get(item.name)
            if plan is not None and item.name not in row:
                row[item.name] = project.get(plan["of"], "") if "of" in plan else maker.value(item, plan, row)
        return _filled(row)

    # mess --------------------------------------------------------------------------------------------------------

    def _spell(self, rng: random.Random, table: Table, row: Row, slack: float) -> Row:
        """Every value as a clerk might have put it; what ties rows together and what we fill in stays as it is."""
        for item in table.fields:
            if item.type == "month" and isinstance(row.get(item.name), date):
                row = {**row, item.name: f"{row[item.name]:%Y-%m}"}
        return {
            item.name: row[item.name]
            if item.name == table.parent_field or item.owner == "system"
            else spelled(rng, item.type, row[item.name], MESS * slack, self._aliases(item, row[item.name]))
            for item in table.fields
            if item.name in row
        }

    def _aliases(self, item: Field, value: Any) -> tuple[str, ...]:
        choices = self.scheme.choices.get(item.choices, ())
        return next((choice.aliases for choice in choices if choice.value == value), ())


def _first(plan: Row) -> bool:
    """Whether a value is made before the dates: what they may depend on."""
    return bool(plan.get("first")) or (bool({"pick", "enterprise"} & set(plan)) and "when" not in plan)


def _filled(row: Row) -> Row:
    return {name: value for name, value in row.items() if value not in ("", None)}


def _runs(project: Row, plan: Row, last: date) -> bool:
    """Whether the project had begun and not ended on that day."""
    began, ended = (project.get(plan.get(word, "")) for word in ("from", "until"))
    return isinstance(began, date) and began <= last and not (isinstance(ended, date) and ended <= last)
