"""Executable rows of Part C: what a case file says, put through the public door, and compared with what is told."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from sheets_templates import catalog
from validators.evaluate_json import evaluate_document
from validators.facts import unit_finder
from validators.rules import parse_rule
from validators.scheme.models import Scheme

HERE = Path(__file__).parent
_PARTS = ("history", "submissions", "roster", "calendar", "frozen")


@dataclass
class Case:
    """One example of one row of Part C."""

    scheme: str
    id: str
    name: str = ""
    given: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    expect: list[dict[str, Any]] = field(default_factory=list)
    changed: dict[str, dict[str, Any]] = field(default_factory=dict)
    lookups: dict[str, dict[str, Any]] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)
    parts: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.id} {self.name}".strip()


class _Texts(yaml.SafeLoader):
    """YAML whose dates and figures stay texts, as they are typed into a cell; only null, true and false are read."""


_Texts.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag in ("tag:yaml.org,2002:null", "tag:yaml.org,2002:merge")]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def schemes() -> list[str]:
    """Ids of the schemes that have a file of cases beside this one."""
    return sorted(path.stem for path in HERE.glob("*.yaml"))


def rows_of(scheme: str) -> list[str]:
    """The rows of Part C that a scheme's cases must serve: those of the list its file names."""
    name = _data(scheme)["rows"]
    return (HERE.parent / "data" / name).read_text("utf-8").split("\n")[:-1]


def _data(scheme: str, folder: Path = HERE) -> dict[str, Any]:
    found: dict[str, Any] = yaml.load((folder / f"{scheme}.yaml").read_text("utf-8"), _Texts)
    return found


def read(scheme: str, folder: Path = HERE) -> tuple[list[Case], dict[str, str]]:
    """The cases of a scheme's file, and the rows that are said to come later."""
    data = _data(scheme, folder)
    cases = [
        Case(
            scheme,
            item["id"],
            item.get("name", ""),
            item.get("given", {}),
            item.get("expect", []),
            item.get("with", {}),
            item.get("lookups", {}),
            item.get("scheme", {}),
            {name: item[name] for name in _PARTS if name in item},
        )
        for item in data["cases"]
    ]
    return cases, data.get("later", {})


def check(case: Case) -> None:
    """Ask everything the case expects; AssertionError tells what was said instead."""
    scheme = _scheme(case)
    for expected in case.expect:
        on = date.fromisoformat(expected["on"])
        _compare(expected, evaluate_document(scheme, document(case), on))
    _about(scheme, case.about)


def _scheme(case: Case) -> Scheme:
    scheme = catalog.load(case.scheme)
    known = {rule.id for rule in scheme.rules}
    assert set(case.changed) <= known, f"no rule {set(case.changed) - known}"
    rules = tuple(
        parse_rule({**rule.model_dump(by_alias=True), **case.changed[rule.id]}) if rule.id in case.changed else rule
        for rule in scheme.rules
    )
    lookups = dict(scheme.lookups)
    for name, rows in case.lookups.items():
        lookups[name] = lookups[name].model_copy(update={"rows": {**lookups[name].rows, **rows}})
    return scheme.model_copy(update={"rules": rules, "lookups": lookups})


def document(case: Case) -> dict[str, Any]:
    return {"tables": {name: _repeated(rows) for name, rows in case.given.items()}, **case.parts}


def _repeated(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """`times: 14` stands for 14 rows of different names."""
    found = []
    for row in rows:
        times = int(row.get("times", 1))
        plain = {key: value for key, value in row.items() if key != "times"}
        found += [{**plain, "项目名称": f"{plain['项目名称']}{n}"} for n in range(times)] if times > 1 else [plain]
    return found


# comparing --------------------------------------------------------------------------------------------------------


def _compare(expected: dict[str, Any], said: dict[str, Any]) -> None:
    if "target" in expected:
        return _target(expected, said["targets"])
    if "duty" in expected:
        return _duty(expected, said["obligations"])
    if "last_duty" in expected:
        return _last_duty(expected, said["obligations"])
    if "counts" in expected:
        return _counts(expected, said["reconciliations"])
    if {"flags_of", "notice_of", "silent_of"} & set(expected):
        return _unit(expected, said["units"])
    return _record(expected, said["records"])


def _record(expected: dict[str, Any], records: list[dict[str, Any]]) -> None:
    found = next((item for item in records if item["key"] == expected.get("of", records[0]["key"])), None)
    assert found is not None, f"no record {expected.get('of')}; there are {[item['key'] for item in records]}"
    told = _told(found)
    rule = expected.get("rule")
    if "stage" in expected:
        assert found["stage"] == expected["stage"], told
    if "flags" in expected:
        assert [item["flag"] for item in found["flags"]] == expected["flags"], told
    statuses = [item for item in found["statuses"] if item["rule"] == rule]
    findings = [item for item in found["findings"] if item["rule"] == rule]
    if "absent" in expected:
        assert not statuses and not findings, told
    if "status" in expected:
        assert [item["status"] for item in statuses] == [expected["status"]], told
        _details(expected, statuses[0], told)
    if "finding" in expected:
        assert any(expected["finding"] in item["message"] for item in findings), told
        assert {item["severity"] for item in findings} == {expected.get("severity", "必改")}, told


def _details(expected: dict[str, Any], status: dict[str, Any], told: str) -> None:
    for key in ("deadline", "days"):
        if key in expected:
            wanted = expected[key]
            assert status[key] == (int(wanted) if key == "days" and wanted is not None else wanted), told
    if "reason" in expected:
        assert expected["reason"] in status["reason"], told


def _target(expected: dict[str, Any], targets: list[dict[str, Any]]) -> None:
    found = [item for item in targets if item["rule"] == expected["rule"] and item["unit"] == expected.get("unit", "")]
    if "period" in expected:
        found = [item for item in found if item["period"] == expected["period"]]
    assert len(found) == 1, targets
    for key, wanted in expected["target"].items():
        assert str(found[0][key]) == wanted, found[0]
    assert expected.get("reason", "") in found[0]["reason"], found[0]


def _duty(expected: dict[str, Any], duties: list[dict[str, Any]]) -> None:
    wanted = expected["duty"]
    found = [item for item in duties if item["rule"] == expected["rule"] and item["period"] == wanted["period"]]
    if "unit" in expected:
        found = [item for item in found if item["unit"] == expected["unit"]]
    assert [item["status"] for item in found] == [wanted["status"]], found or duties
    assert expected.get("reason", "") in found[0]["reason"], found


def _last_duty(expected: dict[str, Any], duties: list[dict[str, Any]]) -> None:
    """The last period for which the rule asks anything."""
    periods = [item["period"] for item in duties if item["rule"] == expected["rule"]]
    assert periods and max(periods) == expected["last_duty"], periods


def _counts(expected: dict[str, Any], lists: list[dict[str, Any]]) -> None:
    found = [item for item in lists if item["key"] == expected["rule"]]
    assert len(found) == 1, lists
    assert {word: str(number) for word, number in found[0]["counts"].items() if number} == expected["counts"], found[0]


def _unit(expected: dict[str, Any], units: list[dict[str, Any]]) -> None:
    name = expected.get("flags_of") or expected.get("notice_of") or expected["silent_of"]
    found = [item for item in units if item["unit"] == name]
    if "silent_of" in expected:
        assert not [s for item in found for s in item["statuses"] if s["rule"] == expected["rule"]], units
        return
    if "flags_of" in expected:
        assert [flag["flag"] for item in found for flag in item["flags"]] == expected["flags"], units
    else:
        statuses = [s for item in found for s in item["statuses"] if s["rule"] == expected["rule"]]
        assert [item["status"] for item in statuses] == [expected["status"]], units
        assert expected.get("reason", "") in statuses[0]["reason"], units


def _told(record: dict[str, Any]) -> str:
    lines = [f"{item['rule']}: {item['status']} | {item['reason']}" for item in record["statuses"]]
    lines += [f"{item['rule']}! {item['severity']} {item['message']}" for item in record["findings"]]
    lines += [f"flag {item['flag']}" for item in record["flags"]]
    return "\n".join([f"{record['key']} stage {record['stage']}", *lines])


def _about(scheme: Scheme, about: dict[str, Any]) -> None:
    """What a row of Part C asks of the scheme's own tables."""
    if "same_unit" in about:
        code = unit_finder(scheme)
        assert len({code(word) for word in about["same_unit"]}) == 1
    for name, rows in about.get("lookup", {}).items():
        for key, wanted in rows.items():
            assert scheme.lookups[name].rows[key] == wanted
    for name, wanted in about.get("choices", {}).items():
        assert [item.value for item in scheme.choices[name]] == wanted
    for name, definition in about.get("nodes", {}).items():
        assert next(node.definition for node in scheme.nodes if node.name == name) == definition
    for name, word in about.get("lookup_title", {}).items():
        assert word in scheme.lookups[name].title
    for name, wanted in about.get("responsible", {}).items():
        assert [list(rule.responsible) for rule in scheme.rules if rule.id == name] == [wanted]
    spelled = {word for table in scheme.tables for item in table.fields for word in (item.title, *item.aliases)}
    assert not spelled & set(about.get("no_field", ()))
    assert not {rule.id.partition(".")[0] for rule in scheme.rules} & set(about.get("no_rule", ()))
    _served(scheme, about.get("served", {}))


def _served(scheme: Scheme, wanted: dict[str, str]) -> None:
    """What the coverage says of an item."""
    for item, text in wanted.items():
        assert text in scheme.coverage[item], scheme.coverage[item]
