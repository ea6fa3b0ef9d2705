"""The engine's status codes and the Chinese words they show unless a scheme says otherwise.

A code is stable and goes into the store; a word is what a clerk reads and belongs to the scheme
(`conventions.words`). `{n}` in a word takes the number of days with its measure: 12天, 3个工作日.
"""

from __future__ import annotations

# nodes: elapsed, planned, window
TERMINATED = "terminated"
BROKEN = "broken"
NOT_STARTED = "not_started"
PENDING = "pending"  # a condition field is blank
NOT_APPLICABLE = "not_applicable"
OK = "ok"
SOON = "soon"
OVERDUE = "overdue"
DONE = "done"
DONE_LATE = "done_late"
SHOWN = "shown"  # the limit is null: days are shown, nothing is judged
SHOULD_HAVE_STARTED = "should_have_started"

IN_WINDOW = "in_window"  # a fixed span of days is running
ENDED = "ended"  # it is over, and nothing was asked in it

# duties: cadence
NOT_DUE = "not_due"
REPORTED = "reported"
MISSING = "missing"
REPORTED_LATE = "reported_late"
EXEMPT = "exempt"

# targets
RUNNING = "running"
MET = "met"
MISSED = "missed"
UNSET = "unset"  # no target value: neither 0 % nor 100 %

# companions: sync
WAITING = "waiting"
TO_SYNC = "to_sync"
SYNCED = "synced"
UNSYNCED = "unsynced"

# matters: closure
OPEN = "open"
HANDLING = "handling"
TO_VERIFY = "to_verify"
CLOSED = "closed"
NOT_CLOSED = "not_closed"

# two lists side by side: reconcile. The words of what is missing belong to the rule (`inputs["word"]`)
SAME = "same"
DIFFERENT = "different"
NOT_COUNTED = "not_counted"  # in the left list, not in the right one
NOT_LISTED = "not_listed"  # in the right list, not in the left one
NO_KEY = "no_key"
SUSPECTED = "suspected"  # the same by name or another weak key: a person decides
DUPLICATE = "duplicate"

# libraries: membership
MEMBER = "member"
OUTSIDE = "outside"
ENTRY_PENDING = "entry_pending"
EXIT_PENDING = "exit_pending"
LEFT = "left"
TO_CONFIRM = "to_confirm"  # what brought it in is gone; nothing is deleted by absence

LIBRARY = frozenset({MEMBER, OUTSIDE, ENTRY_PENDING, EXIT_PENDING, LEFT, TO_CONFIRM})

# figures: variance, bands, score, rank
MEASURED = "measured"  # no threshold: the share is shown, nothing is judged
ON_PACE = "on_pace"
BEHIND = "behind"
UNCOVERED = "uncovered"  # no band, or two, hold the value
SCORED = "scored"
RANKED = "ranked"
UNRANKED = "unranked"  # exempt, or nothing to rank by

# what people enter and what follows: excuse, escalate
EXCUSED = "excused"
EXCUSE_PENDING = "excuse_pending"
ESCALATED = "escalated"

# row messages and derived values
INCOMPLETE = "incomplete"  # 缺项:a、b
INVALID = "invalid"  # 校验错误:…
NOTICE = "notice"
BLOCKED = "blocked"  # 前置不满足:…
STALE = "stale"
FRESH = "fresh"
VALUE = "value"  # a derived value; the text is inputs["value"]
UNMAPPED = "unmapped"
STAGE = "stage"
UNRATED = "unrated"  # 缺评
RATED = "rated"
FLAGGED = "flagged"

WORDS: dict[str, str] = {
    TERMINATED: "已终止",
    BROKEN: "数据异常",
    NOT_STARTED: "未启动",
    PENDING: "待补条件",
    NOT_APPLICABLE: "不适用",
    OK: "正常",
    SOON: "临期",
    OVERDUE: "逾期{n}",
    DONE: "按期完成",
    DONE_LATE: "逾期完成{n}",
    SHOWN: "{n}",
    SHOULD_HAVE_STARTED: "应开未开",
    IN_WINDOW: "进行中",
    ENDED: "已结束",
    NOT_DUE: "未到期",
    REPORTED: "已报",
    MISSING: "逾期未报",
    REPORTED_LATE: "逾期补报{n}",
    EXEMPT: "免报",
    RUNNING: "进行中",
    MET: "已达标",
    MISSED: "未达标",
    UNSET: "目标未设定",
    WAITING: "待触发",
    TO_SYNC: "待同步",
    SYNCED: "同步",
    UNSYNCED: "未同步",
    OPEN: "未办",
    HANDLING: "办理中",
    TO_VERIFY: "待核验",
    CLOSED: "已销号",
    NOT_CLOSED: "逾期未销号",
    SAME: "一致",
    DIFFERENT: "字段不一致",
    NOT_COUNTED: "应统未统",
    NOT_LISTED: "漏入库",
    NO_KEY: "缺代码",
    SUSPECTED: "疑似匹配",
    DUPLICATE: "代码重复",
    MEMBER: "在库",
    OUTSIDE: "未入库",
    ENTRY_PENDING: "增补待批",
    EXIT_PENDING: "退出待批",
    LEFT: "已退出",
    TO_CONFIRM: "待确认",
    MEASURED: "{ratio}%",
    ON_PACE: "{ratio}%",
    BEHIND: "{what}",
    UNCOVERED: "未规定",
    SCORED: "{value}分",
    RANKED: "第{value}名",
    UNRANKED: "—",
    EXCUSED: "已说明",
    EXCUSE_PENDING: "说明待认定",
    ESCALATED: "{value}",
    INCOMPLETE: "缺项:{what}",
    INVALID: "校验错误:{what}",
    NOTICE: "{what}",
    BLOCKED: "前置不满足:{what}",
    STALE: "{n}未更新",
    FRESH: "{n}",
    VALUE: "{value}",
    UNMAPPED: "映射未配置",
    STAGE: "{value}",
    UNRATED: "缺评",
    RATED: "{value}",
    FLAGGED: "{value}",
}

# the most urgent first; a row's texts are ordered by this
URGENCY: tuple[str, ...] = (
    BROKEN, ESCALATED, OVERDUE, NOT_CLOSED, MISSING, SHOULD_HAVE_STARTED, UNSYNCED, MISSED, BEHIND, BLOCKED, INVALID,
    NOT_COUNTED, NOT_LISTED, DIFFERENT, DUPLICATE, NO_KEY, INCOMPLETE, SUSPECTED, TO_CONFIRM, SOON, STALE, TO_VERIFY,
    PENDING, EXIT_PENDING, ENTRY_PENDING, EXCUSE_PENDING, UNMAPPED, UNCOVERED, UNRATED, TO_SYNC, OK, IN_WINDOW,
    RUNNING, NOT_DUE, HANDLING, OPEN, SHOWN, FRESH, DONE_LATE, REPORTED_LATE, DONE, REPORTED, SYNCED, CLOSED, MET,
    SAME, ON_PACE, MEASURED, EXCUSED, NOTICE, FLAGGED, RATED, SCORED, RANKED, VALUE, STAGE, MEMBER, TERMINATED, LEFT,
    ENDED, EXEMPT, UNSET, UNRANKED, OUTSIDE, WAITING, NOT_STARTED, NOT_APPLICABLE,
)  # fmt: skip

ADVERSE = frozenset(
    {
        OVERDUE, DONE_LATE, NOT_CLOSED, MISSING, REPORTED_LATE, UNSYNCED, MISSED, SHOULD_HAVE_STARTED, BEHIND,
        NOT_COUNTED, NOT_LISTED, DIFFERENT, DUPLICATE, ESCALATED,
    }
)  # fmt: skip
