"""A small scheme with one more rule, and what `scheme check` says of that rule: for tables of wrong lines."""

from __future__ import annotations

from pathlib import Path

from validators.scheme.load import read_scheme

SCHEME = """\
id: yinhe
title: 银河县三色预警
version: "1"
effective_from: 2025-01-01
year: 2025
source: {document: 样例}
units:
  - {code: "101", name: 东乡, kind: 乡, aliases: [东乡乡]}
  - {code: "102", name: 西镇, kind: 镇}
departments:
  - {code: fgw, name: 县发改委, commission: true}
choices:
  colours: [绿灯, 黄灯, 红灯]
  sites: [{value: 租用厂房, aliases: [厂房]}, 自行建设]
  loose: [甲, 乙]
lookups:
  pace: {title: 序时, rows: {"1": "2", "6": "50", "12": "100"}}
tables:
  - name: project
    title: 项目库
    name_field: name
    keys: [[name]]
    fields:
      - {name: name, title: 项目名称, type: project_name, required: true}
      - {name: total, title: 总投资, type: money_wan}
      - {name: site, title: 选址, type: choice, choices: sites}
      - {name: tag, title: 标签, type: choice, choices: loose, strict: false}
      - {name: trades, title: 行业, type: choices, choices: colours}
      - {name: start_plan, title: 计划开工, type: date_plan}
      - {name: started, title: 开工日期, type: date_actual}
      - {name: finished, title: 竣工日期, type: date_actual}
      - {name: accepted, title: 认定, type: yesno}
      - {name: why, title: 原因, type: text}
  - name: monthly
    title: 月度进展
    parent: project
    parent_field: project
    name_field: project
    keys: [[project, month]]
    periodic: {kind: month, field: month}
    fields:
      - {name: project, title: 项目名称, type: project_name, required: true, choices: "@own:project"}
      - {name: month, title: 月份, type: month, required: true}
      - {name: done, title: 累计投资, type: money_wan}
      - {name: paper, title: 手续灯, type: choice, choices: colours}
      - {name: sent, title: 报送日期, type: date_actual}
"""
RULES = """\
rules:
  - {id: A-1, kind: tier, title: 分档, table: project, value: 总投资, into: 规模, bands: [{name: 大, low: 1亿元}, {name: 小, high: 1亿元}]}
  - {id: A-2, kind: bands, title: 灯, table: monthly, value: 累计投资, into: 投资灯, bands: [{name: 绿灯, range: 10以上}, {name: 红灯, range: 不满10}]}
  - {id: A-3, kind: stage_entry, title: 阶段, table: project, stages: [{name: 签约, when: 有(总投资)}, {name: 在建, when: 有(开工日期)}]}
"""
LINE = RULES.count("\n") + 1  # where the rule under test stands

Said = list[tuple[int, str, str]]


def said(directory: Path, *rules: str, **files: str) -> Said:
    """(line, place, message) of what is wrong with the scheme once the rules stand below its own, in that order."""
    (directory / "scheme.yaml").write_text(SCHEME, "utf-8")
    written = "".join(f"  - {{id: B-{at}, title: x, {rule}}}\n" for at, rule in enumerate(rules, 1))
    (directory / "rules.yaml").write_text(RULES + written, "utf-8")
    for name, text in files.items():
        (directory / f"{name}.yaml").write_text(text, "utf-8")
    _, errors = read_scheme(directory)
    return [(item.line, item.path, item.message) for item in sorted(errors)]


def told(directory: Path, rule: str, place: str, words: str) -> None:
    """Of the rule exactly one thing is said: at that place of it, with those words; nothing where words are blank."""
    found = said(directory, rule)
    wanted = [(LINE, f"rules[B-1]{place}", True)] if words else []
    assert [(line, path, words in message) for line, path, message in found] == wanted, found
