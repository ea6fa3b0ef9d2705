"""A small scheme to begin with: it checks clean, makes books and a demonstration, and says in comments how it goes on."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from app.scheme_book.emit import emit

_SCHEME = """\
# 方案的身份和依据。写法见 docs/schemes.md；改完用 tianbao scheme check 检查。
# 不想写这种文件：tianbao scheme export 本目录 --to 方案.xlsx，在表格里改，再 tianbao scheme import 方案.xlsx --to 本目录。
id: {id} # 小写英文字母开头，用起来以后不要改
title: {title}
version: "{year}.1"
effective_from: {year}-01-01 # 各期任务从这天算起
year: {year} # 目标管哪一年
district: 某某县
source:
  document: {title}（换成文件全称）
  issuer: 某某县人民政府办公室

guide: # 每本簿子第一页上的话，一段一条
  - 一个项目一行。没有发生的日期留空，不要填计划日期。
  - 灰色的列是系统写的；白色的列全归您，排序、筛选、插入行都可以。
  - 校验结果里写着哪一列、现在填的是什么、应该怎么填。改好再保存，提示就没有了。

nodes: # 节点在话里怎么叫，计划和实际各看哪一列
  - {{name: sign, title: 签约, actual: sign_date}}
  - {{name: start, title: 开工, planned: start_plan, actual: start_date}}
  - {{name: finish, title: 投产, planned: finish_plan, actual: finish_date}}
"""

_UNITS = """\
# 谁来填：一家一本簿子。换成自己的单位；code 定了就不要改，撤并的写 valid_to，不要删。
units:
  - {code: "101", name: 东河镇, kind: 镇, aliases: [东河]}
  - {code: "102", name: 西山镇, kind: 镇, aliases: [西山]}
  - {code: "103", name: 城关街道, kind: 街道, aliases: [城关]}

departments:
  - {code: fgw, name: 县发改委, commission: true, aliases: [发改委]} # 牵头的那一家
"""

_CHOICES = """\
# 下拉里的值；aliases 是别的写法，读表时都认。
choices:
  sites:
    - {value: 标准化厂房, aliases: [厂房, 标准厂房]}
    - {value: 独立选址, aliases: [自建, 独立供地]}
  industries: [食品加工, 装备制造, 新材料, 其他]
"""

_TABLES = """\
# 填什么：一张表是簿子里的一个标签，一列是一个 field。
tables:
  - name: project
    title: 项目库
    note: 一个项目一行，从签约填到投产。
    name_field: name # 人怎么称呼一行
    keys: [[code], [name]] # 没有编号时凭什么认出同一行
    ended: ended # 填了终止日期，各项期限停走
    rows: 60
    fields:
      - {name: name, title: 项目名称, type: project_name, required: true, width: 28, hint: 填备案时的全称。, example: 年产5万吨面粉项目}
      - {name: code, title: 项目代码, type: projcode, width: 27, hint: 在线平台赋的代码，没有的先空着。, example: 2504-340403-04-01-123456}
      - {name: company, title: 项目单位, type: company, width: 26, hint: 营业执照上的全称。, example: 某某食品有限公司}
      - {name: industry, title: 行业, type: choice, choices: industries, hint: 从下拉里选。, example: 食品加工}
      - {name: site, title: 选址类型, type: choice, choices: sites, dated: true, hint: 决定签约到开工的期限。, example: 独立选址}
      - {name: money, title: 总投资, type: money_wan, unit: 万元, minimum: "0", required: true, hint: 单位万元，1亿元填10000。, example: "12000"}
      - {name: phone, title: 联系电话, type: phone, sensitive: true, hint: 手机或带区号的座机。, example: "13855412345"}
      - {name: sign_date, title: 签约日期, type: date_actual, hint: 协议签字的那一天。, example: 2025-03-31}
      - {name: start_plan, title: 计划开工日期, type: date_plan, hint: 计划哪天开工，写到月也行。, example: 2025-06}
      - {name: start_date, title: 开工日期, type: date_actual, hint: 真正开工的那一天。, example: 2025-06-20}
      - {name: finish_plan, title: 计划投产日期, type: date_plan, hint: 计划哪天投产。, example: 2026-03}
      - {name: finish_date, title: 投产日期, type: date_actual, hint: 正式投产的那一天。, example: 2026-03-01}
      - {name: ended, title: 终止日期, type: date, hint: 项目不做了才填。, example: 2025-09-01}
"""

_RULES = """\
# 要求什么：一条规则一个编号。section 是原文的章节，sentence 是填报人读到的话。
rules:
  # 原文“原则上”的期限：n 是几个 unit；没写数的写 null，只显示天数、不判断。
  - id: A-1
    kind: elapsed
    title: 厂房项目签约到开工
    table: project
    when: 选址类型 = '标准化厂房'
    from: 签约日期
    to: 开工日期
    n: 1
    unit: 月
    modality: 原则上
    section: 二(一)
    sentence: "厂房项目签约({from})后{limit}内开工"

  - id: A-2
    kind: elapsed
    title: 独立选址签约到开工
    table: project
    when: 选址类型 = '独立选址'
    from: 签约日期
    to: 开工日期
    n: 3
    unit: 月
    modality: 原则上
    section: 二(一)
    sentence: "独立选址项目签约({from})后{limit}内开工"

  - {id: A-3, kind: planned, title: 按计划投产, table: project, planned: 计划投产日期, actual: 投产日期, section: 二(二), sentence: 按排定的计划投产}
  - {id: A-4, kind: stage_entry, title: 当前阶段, table: project, stages: [{name: 签约, when: 有(签约日期)}, {name: 在建, when: 有(开工日期)}, {name: 投产, when: 有(投产日期)}], section: 二, sentence: 按已经发生的最后一步定阶段}
  - {id: A-5, kind: required, title: 签约后要填齐, table: project, fields: [选址类型, 计划开工日期, 计划投产日期], when: 有(签约日期), section: 二(一), sentence: 签约以后要填选址和计划日期}
  - {id: A-6, kind: integrity, title: 节点先后, table: project, ordered: [[签约日期, 开工日期, 投产日期]], not_future: [签约日期, 开工日期, 投产日期], section: 二, sentence: 节点有先后，实际日期不在将来}
  # 目标：goal 写 null 是还没下达，显示“目标未设定”。
  - {id: A-7, kind: target, title: 全年投产, table: project, date_field: 投产日期, goal: null, section: 一, sentence: 全年投产项目个数}
"""

_REPORTS = """\
# 汇总簿里加的表；总览、排名、预警、填报情况本来就有。
reports:
  - {id: R-1, title: 分单位, kind: group, table: project, group_by: [unit], measures: {项目数: 个数, 总投资（万元）: 合计(总投资), 已开工: 个数(有(开工日期)), 开工率: 占比(有(开工日期)), 逾期: 状态(逾期)}}
"""

_COVERAGE = """\
# 文件的每一条由什么来管：rule:规则、field:表.列、report:报表、manual 由人来办。写错了检查会说。
coverage:
  一: rule:A-7
  二(一): rule:A-1; rule:A-2; rule:A-5
  二(二): rule:A-3
  二: rule:A-4; rule:A-6
"""


_DEMO = """\
# 演示数据怎样编：只用于 tianbao demo，不影响任何判断。after 从哪一步算起，days 之后几天到几天，late 多大比例再晚几天，
# plan_of 是哪一步的计划日期，plan: true 将来的日子也填；values 各栏怎样填。
tables:
  project:
    spread: 300 # 签约日期落在演示日之前多少天以内
    timeline:
      - {field: sign_date, start: true}
      - {field: start_date, after: sign_date, days: [10, 28], late: {share: 0.3, days: [10, 60]}, when: {site: 标准化厂房}}
      - {field: start_date, after: sign_date, days: [40, 85], late: {share: 0.3, days: [10, 60]}, when: {site: 独立选址}}
      - {field: start_plan, plan_of: start_date, days: [0, 12], plan: true}
      - {field: finish_date, after: start_date, days: [100, 200], late: {share: 0.2, days: [20, 60]}}
      - {field: finish_plan, plan_of: finish_date, days: [0, 30], plan: true}
    values:
      site: {pick: {标准化厂房: 5, 独立选址: 5}}
      industry: {pick: {食品加工: 4, 装备制造: 3, 新材料: 2, 其他: 1}}
      money: {number: [2000, 40000], step: 500}
      code: {blank: 0.3}
      ended: {blank: 1}
"""


def starter(title: str, scheme_id: str, today: date) -> dict[str, str]:
    """The files of a new scheme by name."""
    head = _SCHEME.format(id=scheme_id, title=emit(title), year=today.year)
    return {
        "scheme.yaml": head.replace(f"{emit(title)}（换成文件全称）", emit(f"{title}（换成文件全称）")),
        "units.yaml": _UNITS,
        "choices.yaml": _CHOICES,
        "tables.yaml": _TABLES,
        "rules.yaml": _RULES,
        "reports.yaml": _REPORTS,
        "coverage.yaml": _COVERAGE,
        "demo.yaml": _DEMO,
    }


def id_from(name: str) -> str:
    """A scheme id from a directory's name: 清溪县 → qingxixian."""
    from pypinyin import lazy_pinyin

    word = re.sub(r"[^a-z0-9_]+", "_", "".join(lazy_pinyin(name)).lower()).strip("_")
    return word if re.match(r"[a-z]", word) else f"s_{word}" if word else "fangan"


def write_starter(directory: Path, title: str, scheme_id: str, today: date) -> None:
    """Write the files. The directory must not hold a scheme already."""
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in starter(title, scheme_id, today).items():
        (directory / name).write_text(text, encoding="utf-8")
