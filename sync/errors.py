"""What the system could not do. A clerk's mistake is a Finding, never one of these.

The docstring of each class is its default message; `hint` says what to do next.
"""

from __future__ import annotations


class SyncError(Exception):
    """同步没有完成。"""

    hint = "请稍后重试；仍不行时运行 tianbao doctor 查看原因。"
    transient = False

    def __init__(self, message: str = "", hint: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").strip())
        if hint:
            self.hint = hint


class BookUnavailable(SyncError):
    """暂时读不到这本表。"""

    transient = True


class BookChanged(SyncError):
    """写回之前表又被改动，本次放弃写回，下一轮重新读取。"""

    transient = True


class LeaseLost(SyncError):
    """本次运行的租约已过期或被别人接手，未写入任何内容。"""

    transient = True


class ConfigurationError(SyncError):
    """配置有误。"""


class StoreError(SyncError):
    """中心库暂时无法读写。"""

    transient = True
