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
    BROKEN, OVERDUE, NOT_CLOSED, MISSING, SHOULD_HAVE_STARTED, UNSYNCED, MISSED, BLOCKED, INVALID, INCOMPLETE,
    SOON, STALE, TO_VERIFY, PENDING, UNMAPPED, UNRATED, TO_SYNC, OK, RUNNING, NOT_DUE, HANDLING, OPEN, SHOWN, FRESH,
    DONE_LATE, REPORTED_LATE, DONE, REPORTED, SYNCED, CLOSED, MET, NOTICE, FLAGGED, RATED, VALUE, STAGE,
    TERMINATED, EXEMPT, UNSET, WAITING, NOT_STARTED, NOT_APPLICABLE,
)  # fmt: skip

ADVERSE = frozenset({OVERDUE, DONE_LATE, NOT_CLOSED, MISSING, REPORTED_LATE, UNSYNCED, MISSED, SHOULD_HAVE_STARTED})
