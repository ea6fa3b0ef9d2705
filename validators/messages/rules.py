"""Sentences of findings that rules make: what is the matter, and what is wanted.

`{what}` is what the rule names; `{title}` the rule's title; `{sentence}` the rule as the scheme words it;
`{value}` what stands in the cell.
"""

from __future__ import annotations

RULE_MESSAGES: dict[str, str] = {
    "rule.incomplete": "缺项:{what}",
    "rule.invalid": "校验错误:{what}",
    "rule.notice": "{what}",
    "rule.blocked": "前置不满足:{what}{title:（#）}",
    "rule.unmapped": "{title}:{what}",
    "rule.stale": "{title}:{what}",
    "rule.duplicate": "校验错误:{what}",
    "rule.rating": "校验错误:{what}",
    "rule.unrated": "缺评:{what}",
    "rule.falls": "{what}比上期小",
    "rule.same": "与上期完全相同:{what}",
    "rule.different": "字段不一致:{what}",
    "rule.not_counted": "{what}",
    "rule.not_listed": "{what}",
    "rule.no_key": "{what}",
    "rule.suspected": "疑似匹配:{what}",
    "rule.duplicate_key": "代码重复:{what}",
    "rule.behind": "{what}",
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
    "rule.different": "请两边核对，把错的一边改正；系统不替任何一方改",
    "rule.not_counted": "请核对是否漏报，漏了的补上；名称或代码写法不同的，请改成一样",
    "rule.not_listed": "请核对是否漏报，漏了的补上；名称或代码写法不同的，请改成一样",
    "rule.no_key": "请补填代码，没有代码对不上另一张表",
    "rule.suspected": "请核对是不是同一个：是的，把代码改成一样；不是的，在“情况说明”里写一句",
    "rule.behind": "请核对数字；确实慢了的，在“情况说明”里写原因和补救措施",
    "rule.duplicate_key": "请核对：同一个的只留一行，不同的改正代码",
}
