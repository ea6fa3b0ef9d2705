"""`lights`: several lights of one project — progress, investment, papers — and the rule that makes one of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import Field as F
from pydantic import field_validator, model_validator

from validators.facts import SharedJudge
from validators.rules import codes
from validators.rules.bands import single_flags
from validators.rules.base import OfRows, RuleBase
from validators.rules.context import Ctx, Env, Judge, Outcome, TypedRow
from validators.rules.deadlines import applies
from validators.rules.streak_lights import StreakLight, WithStreaks
from validators.scheme.base import Model
from validators.status import Flag, Status

if TYPE_CHECKING:
    from validators.scheme.models import Scheme

_NO_NAMES: Mapping[str, str] = MappingProxyType({})
_MOST_CASES = 5_000  # colours of blank lights that are tried out


class Raise(Model):
    """`n` lights of one colour make another: two yellow ones are red."""

    light: str = F(description="colour that is counted")
    n: int = F(ge=2, description="how many of them")
    to: str = F(description="colour they make")


class Lights(RuleBase):
    """The lights named in `lights` (derived values, choice fields) become one, derived as `into`.

    `worst` and `best` go by `order` (best first); `first`: the first that is lit; `most`: the most frequent, of several
    the worst. `raises` are looked at first and can only make it worse. A light that is blank or whose colour is not in
    `order` (未规定) takes no part and is told; where none is left, `uncovered` is said. With `blank: ask` a blank light is
    待补条件, unless the outcome cannot depend on it.

    With `streaks` the results of streak rules are lights too, after those of `lights`: of the rows that were rated, of the
    rows above them, or of those the streak tags. What is derived then can be named by rules over many rows only.
    """

    kind: Literal["lights"] = "lights"
    lights: tuple[str, ...] = F((), description="names of the single lights")
    streaks: tuple[StreakLight, ...] = F(
        (), description="results of streak rules as lights, e.g. {rule: S-1, light: 红灯, otherwise: 绿灯}"
    )
    order: tuple[str, ...] = F(min_length=2, description="colours, the best first: [绿灯, 黄灯, 红灯]")
    merge: Literal["worst", "best", "first", "most"] = F("worst", description="how one is made of several")
    raises: tuple[Raise, ...] = F((), description="e.g. two yellow ones are red: {light: 黄灯, n: 2, to: 红灯}")
    blank: Literal["ignore", "ask"] = F(
        "ignore", description="what a blank light does: it takes no part, or is asked for"
    )
    into: str = F(description="name of the derived light")
    uncovered: str = F("未规定", description="word where no light has a colour of `order`")
    flags: dict[str, tuple[str, ...]] = F({}, description="colour → 考核标识, e.g. {红灯: [红牌]}")

    clocked: ClassVar[bool] = True
    rank: ClassVar[int] = 38

    @field_validator("flags", mode="before")
    @classmethod
    def _single(cls, value: Any) -> Any:
        return single_flags(value)

    @model_validator(mode="after")
    def _known(self) -> Lights:
        if not self.lights and not self.streaks:
            raise ValueError("写 lights（哪几盏灯）或 streaks（哪几条连续几期的规则），至少一种")
        words = [*self.flags, *(word for item in self.raises for word in (item.light, item.to))]
        words += [word for item in self.streaks for word in (item.light, item.otherwise) if word]
        strange = list(dict.fromkeys(word for word in words if word not in self.order))
        if strange:
            raise ValueError(f"“{'”“'.join(strange)}”不在 order 里；有{'、'.join(self.order)}")
        return self

    def scope(self) -> Literal["record", "family", "shared"]:
        return "shared" if self.streaks else "record"

    def of_rows(self) -> OfRows:
        return "today" if self.streaks else ""

    def excusable(self, scheme: Scheme) -> frozenset[str]:
        return frozenset({self.table})

    def uses(self) -> frozenset[str]:
        return frozenset(item.rule for item in self.streaks)

    def derives(self) -> tuple[tuple[str, str], ...]:
        return ((self.into, "text"),)

    def compile_shared(self, env: Env) -> SharedJudge | None:
        return WithStreaks(self, env) if self.streaks else None

    def compile(self, env: Env) -> Judge | None:
        if self.streaks:
            return None
        getters = [(env.title(text, self.table), env.getter(text, self.table, "text")) for text in self.lights]
        names = {env.title(text, self.table): env.names(self.table).get(text, (text, ""))[0] for text in self.lights}
        for name, kind in self.derives():
            env.derive(self.table, name, kind)
        check = applies(env, self, env.condition(self.when, self.table))

        def judge(row: TypedRow, ctx: Ctx) -> Outcome | None:
            if check is not None and (outcome := check(row)) is not None:
                return outcome
            return self.outcome({title: get(row) for title, get in getters}, names)

        return judge

    def outcome(self, lights: Mapping[str, str | None], names: Mapping[str, str] = _NO_NAMES) -> Outcome | None:
        """One light of several by title; nothing where all are blank and none is asked for."""
        blank = [title for title, light in lights.items() if light is None]
        lit = {title: light for title, light in lights.items() if light in self.order}
        if self.blank == "ask" and blank and not self._settled(lights):
            return Outcome(
                Status(
                    self.id,
                    codes.PENDING,
                    inputs={"missing": blank, "fields": [names.get(title, title) for title in blank]},
                )
            )
        if not lit:
            if len(blank) == len(lights):
                return None
            inputs = {"word": self.uncovered, "lights": _shown(lights)}
            return Outcome(Status(self.id, codes.UNCOVERED, inputs=inputs), derived={self.into: self.uncovered})
        light = self._merged(list(lit.values()))
        left_out = [title for title in lights if title not in lit]
        status = Status(self.id, codes.VALUE, inputs={"value": light, "lights": _shown(lights), "left_out": left_out})
        flags = tuple(Flag(self.id, text, self._why(lit, light)) for text in self.flags.get(light, ()))
        return Outcome(status, (), flags, {self.into: light})

    def _settled(self, lights: Mapping[str, str | None]) -> bool:
        """Whether the outcome is the same whatever colours the blank lights turn out to have."""
        known = [light for light in lights.values() if light is None or light in self.order]
        blank = known.count(None)
        if self.merge == "most" or len(self.order) ** blank > _MOST_CASES:
            return False
        outcomes = set()
        for colours in product(self.order, repeat=blank):
            given = iter(colours)
            outcomes.add(self._merged([next(given) if light is None else light for light in known]))
        return len(outcomes) == 1

    def _merged(self, lit: list[str]) -> str:
        rank = {light: position for position, light in enumerate(self.order)}
        counts = Counter(lit)
        if self.merge == "best":
            light = min(lit, key=rank.__getitem__)
        elif self.merge == "first":
            light = lit[0]
        elif self.merge == "most":
            light = max(counts, key=lambda item: (counts[item], rank[item]))
        else:
            light = max(lit, key=rank.__getitem__)
        raised = [item.to for item in self.raises if counts[item.light] >= item.n]
        return max([light, *raised], key=rank.__getitem__)

    def _why(self, lit: Mapping[str, str], light: str) -> str:
        named = "、".join(f"{title}{colour}" for title, colour in lit.items())
        section = f"；依据 {self.section}" if self.section else ""
        return f"{self.title}{light}：{named}{section}"

    def told(self, status: Status) -> list[str]:
        """进度灯红灯、投资灯绿灯，未计手续灯."""
        lights: Mapping[str, str] = status.inputs.get("lights", {})
        found = ["、".join(f"{title}{colour}" for title, colour in lights.items() if colour)] if lights else []
        left_out: Sequence[str] = status.inputs.get("left_out", ())
        return [*found, f"未计{'、'.join(left_out)}"] if left_out else found


def _shown(lights: Mapping[str, str | None]) -> dict[str, str]:
    return {title: light or "" for title, light in lights.items()}
