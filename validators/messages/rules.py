"""Sentences of findings that rules make: what is the matter, and what is wanted.

`{what}` is what the rule names; `{title}` the rule's title; `{sentence}` the rule as the scheme words it;
`{value}` what stands in the cell.
"""

from __future__ import annotations

RULE_MESSAGES: dict[str, str] = {
    "rule.incomplete": "缺项:{what}",
    "rule.invalid": "校验错误:{what}",
    "rule.notice": "{what}",
    "rule.blocked": "前置不满足:{what}",
    "rule.unmapped": "{title}:{what}",
    "rule.stale": "{title}:{what}",
    "rule.duplicate": "校验错误:{what}",
    "rule.rating": "校验错误:{what}",
    "rule.unrated": "缺评:{what}",
    "rule.falls": "{what}比上期小",
    "rule.same": "与上期完全相同:{what}",
}

RULE_WANTED: dict[str, str] = {
    "rule.incomplete": "请补填{what}",
    "rule.invalid": "请核对后改正；确有特殊情况的，写在“情况说明”里",
    "rule.notice": "请核对；没有问题的不用改",
    "rule.blocked": "请先办好{what}并填上；已经办好的请补填，日期填错的请改正",
    "rule.unmapped": "由牵头部门在方案里补上对照，填报单位不用改",
    "rule.stale": "请更新，或在“情况说明”里写一句",
    "rule.duplicate": "请核对是不是同一项，重复的删去一行",
    "rule.rating": "请核对后改正",
    "rule.unrated": "请补评",
    "rule.falls": "累计数只增不减；确实减少的，请在“情况说明”里写原因",
    "rule.same": "没有变化的请在“无变化”一格填“是”，或在“情况说明”里写一句",
}
