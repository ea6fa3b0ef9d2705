"""Values of a made-up row other than dates: picked, counted, drawn from pools of people and firms."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from app.demo import names
from app.demo.timeline import fits
from sheets_templates.builder import owner_name
from validators.periods import period_of
from validators.scheme.models import Scheme
from validators.scheme.tables import Field

Plan = Mapping[str, Any]


@dataclass(slots=True)
class Pools:
    """People and firms that appear again and again: one district, a dozen leaders, a dozen builders."""

    seed: int
    catalogue: names.Catalogue = field(default_factory=names.Catalogue)
    made: dict[str, list[Any]] = field(default_factory=dict)
    taken: set[str] = field(default_factory=set)

    def people(self, name: str, count: int) -> list[str]:
        rng = random.Random(f"{self.seed}:{name}")  # noqa: S311 - made-up data, not secrets
        return self.made.setdefault(name, [names.person(rng) for _ in range(count)])

    def firms(self, ending: str, count: int, region: str) -> list[tuple[str, str]]:
        """(name, credit code) of firms of one kind."""
        rng = random.Random(f"{self.seed}:{ending}")  # noqa: S311
        return self.made.setdefault(
            ending, [(self.catalogue.firm(rng, ending), names.uscc(rng, region)) for _ in range(count)]
        )

    def enterprise(self, rng: random.Random, unit: str = "") -> names.Enterprise:
        """One that has not been taken yet: no two projects of one name in a district."""
        for _ in range(50):
            found = self.catalogue.enterprise(rng, unit)
            if found.project not in self.taken:
                break
        else:
            stage = next(n for n in range(2, 10_000) if f"{found.project}（{n}期）" not in self.taken)
            found = replace(found, project=f"{found.project}（{stage}期）")
        self.taken.add(found.project)
        return found


@dataclass(slots=True)
class Maker:
    """Makes the values of one unit's rows. `slack`: how much oftener than usual this unit leaves cells blank."""

    scheme: Scheme
    pools: Pools
    unit: str
    as_of: date
    rng: random.Random
    slack: float = 1.0
    enterprise: names.Enterprise | None = None
    serial: int = 0  # of the last number given out in the book

    @property
    def own_name(self) -> str:
        """Name of whoever fills the book."""
        return owner_name(self.scheme, self.unit)

    @property
    def region(self) -> str:
        found = self.scheme.unit(self.unit)
        return (found.region if found and found.region else self.pools.catalogue.region)[:6]

    def new_row(self) -> None:
        """A new enterprise: its company, project and industry belong together."""
        self.enterprise = self.pools.enterprise(self.rng, self.unit)

    def value(self, item: Field, plan: Plan, row: Mapping[str, Any]) -> Any:
        """The value by the field's plan, else by its type; "" when it stays blank."""
        if self.unit not in plan.get("units", (self.unit,)):
            return ""
        if not fits(plan.get("when", {}), row) or self.rng.random() < plan.get("blank", 0.0) * self.slack:
            return ""
        if "by" in plan:
            name, cases = next(iter(plan["by"].items()))
            return self.value(item, cases.get(row.get(name), cases.get("default", {"pick": {"": 1}})), row)
        for word, make in (
            ("pick", self._pick), ("number", self._number), ("people", self._person), ("firm", self._firm),
        ):  # fmt: skip
            if word in plan:
                return make(plan)
        if "enterprise" in plan and self.enterprise is not None:
            known = {"industry": self.enterprise.industry, "company": self.enterprise.company, **self.enterprise.more}
            return known.get(plan["enterprise"], "")
        if "code_of" in plan:
            return self._code(str(row.get(plan["code_of"], "")))
        if plan.get("own_unit"):
            found, ending = self.scheme.unit(self.unit), plan["own_unit"]
            return found.name.removesuffix(ending if isinstance(ending, str) else "") if found else ""
        if "period" in plan:
            return period_of(self.as_of, plan["period"], self.scheme.year_from).previous().text
        if "this_year" in plan:
            return str(self.as_of.year + (0 if plan["this_year"] is True else plan["this_year"]))
        if plan.get("own_name"):
            return self.own_name
        if "serial" in plan:
            self.serial += 1
            return plan["serial"].format(name=self.own_name, year=self.as_of.year, n=self.serial)
        if "yes_if" in plan:
            return "是" if row.get(plan["yes_if"]) else "否"
        return self._by_type(item)

    def _pick(self, plan: Plan) -> str:
        return str(self.rng.choices(list(plan["pick"]), list(plan["pick"].values()))[0])

    def _number(self, plan: Plan) -> int:
        low, high = plan["number"]
        value = self.rng.randrange(low, high + 1, plan.get("step", 1))
        return value - low // 20 if self.rng.random() < plan.get("low", 0.0) else value

    def _person(self, plan: Plan) -> str:
        own = plan.get("own", False)
        return self.rng.choice(self.pools.people(f"{self.unit if own else ''}:{plan['people']}", plan["count"]))

    def _firm(self, plan: Plan) -> str:
        return self.rng.choice(self.pools.firms(plan["firm"], plan["count"], self.region))[0]

    def _code(self, name: str) -> str:
        firms = (item for pool in self.pools.made.values() for item in pool if isinstance(item, tuple))
        return next((code for firm, code in firms if firm == name), "")

    def _by_type(self, item: Field) -> Any:
        rng, made = self.rng, self.enterprise
        if made is not None and item.type in ("project_name", "company", "industry"):
            return {"project_name": made.project, "company": made.company, "industry": made.industry}[item.type]
        makers: dict[str, Any] = {
            "person": lambda: names.person(rng),
            "phone": lambda: names.phone(rng),
            "uscc": lambda: names.uscc(rng, self.region),
            "projcode": lambda: names.project_code(rng, self.region, self.as_of.year, rng.randint(1, self.as_of.month)),
            "money_wan": lambda: rng.randrange(500, 20000, 100),
        }
        if item.type in makers:
            return makers[item.type]()
        if item.choices and not item.choices.startswith("@"):
            offered = self.scheme.choices.get(item.choices, ())
            return rng.choice(offered).value if offered else ""
        return ""
