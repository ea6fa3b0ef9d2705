"""What the system could not do. A clerk's mistake is a Finding, never one of these.

The docstring of each class is its default message; `hint` says what to do next.
"""

from __future__ import annotations

import errno


class SyncError(Exception):
    """同步没有完成。"""

    hint = "请稍后重试；仍不行时运行 tianbao doctor 查看原因。"
    transient = False

    def __init__(self, message: str = "", hint: str = "") -> None:
        super().__init__(message or (self.__doc__ or "").strip())
        if hint:
            self.hint = hint


class UnknownName(SyncError):
    """没有叫这个名字的。"""

    hint = ""


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


_SHARE = "共享文件夹连不上"
_WORDS = {
    errno.EACCES: "没有权限",
    errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的",
    errno.ENOSPC: "磁盘已满",
    errno.EDQUOT: "磁盘配额已用完",
    errno.EFBIG: "文件超过了允许的大小",
    errno.EIO: "磁盘读写出错",
    errno.EBUSY: "文件正被占用",
    errno.ETXTBSY: "文件正被占用",
    errno.ENOENT: "文件或文件夹不见了",
    errno.ENOTDIR: "不是文件夹",
    errno.EISDIR: "是文件夹，不是文件",
    errno.ELOOP: "链接绕成了圈",
    errno.ENAMETOOLONG: "文件名太长",
    errno.EMFILE: "同时打开的文件太多",
    errno.ENFILE: "同时打开的文件太多",
    **dict.fromkeys(
        (errno.ESTALE, errno.ENOTCONN, errno.ENXIO, errno.ENODEV, errno.EHOSTDOWN, errno.EHOSTUNREACH,
         errno.ENETUNREACH, errno.ETIMEDOUT, errno.ECONNRESET, errno.ECONNABORTED), _SHARE,
    ),
}  # fmt: skip


def os_words(error: OSError) -> str:
    """Why the operating system would not do it, in Chinese; as it said itself where we have no word for it."""
    return _WORDS.get(error.errno or 0) or error.strerror or type(error).__name__
