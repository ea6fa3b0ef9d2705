"""What went wrong with a call to Google, in our own words: which failures deserve another try, which never will."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

import requests
from google.auth import exceptions as auth_errors
from gspread.exceptions import APIError

from sync.errors import BookUnavailable, ConfigurationError, SyncError


class AccessRefused(BookUnavailable):
    """没有权限读写这张表格。"""

    transient = False
    hint = "请表格的所有者点右上角“共享”，把服务账号的邮箱加为“编辑者”。"


class PolicyForbids(AccessRefused):
    """单位的 Google 管理员不允许程序读写这张表格。"""

    hint = (
        "共享没有用：请表格所有者单位的 Google Workspace 管理员在管理控制台“安全性 → 访问权限和数据控制 → API 控制”里"
        "信任这个应用，并在“云端硬盘和文档”的设置里允许对外共享、允许用 Drive API；改好以前，这张表格同步不了。"
    )


class CannotOwn(AccessRefused):
    """服务账号不能拥有文件，不能新建表格。"""

    hint = "请由一个人新建空白表格，共享给服务账号。"


class BookGone(BookUnavailable):
    """找不到这张表格，可能已被永久删除，或不再共享给系统。"""

    transient = False
    hint = "请所有者在云端硬盘的回收站里恢复它，或重新共享给服务账号。"


class FolderHidden(BookUnavailable):
    """看不到存放表格的文件夹。"""

    transient = False


class RequestRefused(SyncError):
    """Google 不接受这个请求：多半是表格的结构刚刚变了。"""

    protected = False  # a person keeps us out of what we would write: it stays so until he lets us


class CredentialsRefused(ConfigurationError):
    """Google 不认系统的账号。"""

    hint = "请检查密钥文件是否已作废、账号是否被停用；运行 tianbao doctor 查看。"


class ApiOff(ConfigurationError):
    """Google 项目里没有启用要用的 API。"""


class Unclear(BookUnavailable):
    """写入的结果不明：可能已写成，也可能没有。下一轮重新读取。"""


class TooSlow(BookUnavailable):
    """在规定时间内没有完成，下一轮继续。"""


class BookResting(BookUnavailable):
    """这张表格连续出错，暂停一会儿再试。"""


Kind = Literal["quota", "server", "network", "auth", "denied", "policy", "room", "off", "gone", "invalid", "other"]
_QUOTA_REASONS = frozenset(
    {"userRateLimitExceeded", "rateLimitExceeded", "dailyLimitExceeded", "quotaExceeded", "sharingRateLimitExceeded",
     "RATE_LIMIT_EXCEEDED"}
)  # fmt: skip
_OFF_REASONS = frozenset({"accessNotConfigured", "SERVICE_DISABLED"})
_GONE_REASONS = frozenset({"CONSUMER_INVALID", "CONSUMER_SUSPENDED", "BILLING_DISABLED"})  # of the project
_POLICY_REASONS = frozenset({"domainPolicy", "SECURITY_POLICY_VIOLATED", "ORG_RESTRICTION_VIOLATION"})
_NOT_GOOGLE = frozenset({401, 403, 404, 407, 451, 511})  # Google's own always have a body of JSON
NOT_GOOGLE = "回答的不是 Google，多半是网络代理或防火墙"
_REACH = (
    "请确认这台服务器能访问 sheets.googleapis.com、www.googleapis.com 和 oauth2.googleapis.com；"
    "要经过代理的，启动前设好环境变量 HTTPS_PROXY。"
)
LONGEST_ASKED = 3600.0  # seconds; a Retry-After beyond that comes of a wrong clock
_API_OFF = re.compile("API has not been used|disabled|enable", re.IGNORECASE)
_LINK = re.compile(r"https://console\.developers\.google\.com/\S+")
_REPEATED = frozenset({"quota", "server", "network"})


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a failure is. `unclear`: the call may have been carried out. `wait`: what Google asked for, seconds."""

    kind: Kind
    message: str
    unclear: bool = False
    wait: float | None = None
    code: int = 0

    @property
    def transient(self) -> bool:
        """Whether the same call may succeed later."""
        return self.kind in _REPEATED


def classify(error: Exception) -> Verdict:
    """A verdict on any exception that a call can raise."""
    if isinstance(error, APIError):
        return _of_answer(error.response)
    if isinstance(error, auth_errors.RefreshError):
        return _of_sign_in(error)
    if isinstance(error, auth_errors.TransportError):
        return Verdict("network", "连不上 Google 的登录服务")  # so nothing was done
    if isinstance(error, requests.ConnectTimeout):
        return Verdict("network", "连不上 Google（超时）")
    if isinstance(error, requests.Timeout):
        return Verdict("network", "Google 没有按时回答", unclear=True)
    if isinstance(error, requests.exceptions.ProxyError):
        return Verdict("network", "连不上 Google：网络代理不通")
    if isinstance(error, requests.exceptions.SSLError):
        return Verdict("network", "连不上 Google：证书不对，多半是网络设备在中间拆开了加密", unclear=True)
    if isinstance(error, requests.RequestException | OSError):
        refused = "refused" in str(error).lower() or "resolve" in str(error).lower()
        return Verdict("network", "与 Google 的连接断了" if not refused else "连不上 Google", unclear=not refused)
    if isinstance(error, ValueError):  # a body that is no JSON: cut off on the way
        return Verdict("network", "Google 的回答不完整", unclear=True)
    return Verdict("other", str(error) or type(error).__name__)


def _of_sign_in(error: Exception) -> Verdict:
    """The token endpoint refused. A page of HTML comes from its front door, or from a proxy on the way."""
    text, retryable = _first_text(error), bool(getattr(error, "retryable", False))
    page = text.lstrip().startswith("<")
    if retryable:
        return Verdict("server", "Google 的登录服务暂时不可用" if page else text)
    if page:
        return Verdict("network", f"{NOT_GOOGLE}（登录时）")
    return Verdict("auth", text)


def _of_answer(response: requests.Response) -> Verdict:
    code, found = response.status_code, _body(response)
    if found is None and code in _NOT_GOOGLE:  # a proxy, a firewall, a page to sign in to the network
        return Verdict("network", f"{NOT_GOOGLE}（HTTP {code}）", unclear=True, code=code)
    message, reasons = found or (f"HTTP {code}", frozenset())
    wait = _retry_after(response)
    if code == 429 or (code == 403 and reasons & _QUOTA_REASONS):
        return Verdict("quota", message, wait=wait, code=code)
    if code == 401:
        return Verdict("auth", message, code=code)
    if code == 403:
        if "ACCESS_TOKEN_SCOPE_INSUFFICIENT" in reasons or "insufficientPermissions" in reasons:
            return Verdict("auth", "insufficient authentication scopes", code=code)
        return Verdict(_refusal(reasons), message, code=code)
    if code == 404:
        return Verdict("gone", message, code=code)
    if code in (408, 409) or code >= 500:
        return Verdict("server", message, unclear=True, wait=wait, code=code)
    return Verdict("invalid", message, code=code)


def _refusal(reasons: frozenset[str]) -> Kind:
    """What a 403 that is no quota is."""
    if reasons & (_OFF_REASONS | _GONE_REASONS):
        return "off"
    if "storageQuotaExceeded" in reasons:
        return "room"
    return "policy" if reasons & _POLICY_REASONS else "denied"


def _body(response: requests.Response) -> tuple[str, frozenset[str]] | None:
    """Message and reasons of an error body; None when it is none of Google's, such as a page of HTML."""
    try:
        error = response.json()["error"]
        told = (*error.get("errors", ()), *error.get("details", ()))  # Drive's way and that of Sheets
        return str(error.get("message", "")), frozenset(str(item.get("reason", "")) for item in told)
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _retry_after(response: requests.Response) -> float | None:
    """Seconds to wait as Google asks: a number of them, or a date, which is held against the answer's own (RFC 9110)."""
    text = response.headers.get("Retry-After", "")
    if re.fullmatch(r"[0-9]{1,9}", text):
        return min(float(text), LONGEST_ASKED)
    until = _moment(text)
    if until is None:
        return None
    now = _moment(response.headers.get("Date", "")) or datetime.now(UTC)
    return min(max((until - now).total_seconds(), 0.0), LONGEST_ASKED)


def _moment(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def _first_text(error: Exception) -> str:
    return str(error.args[0]) if error.args else str(error)


def as_error(verdict: Verdict, what: str) -> SyncError:
    """The exception for a verdict that is final. `what` is the book's name or what was being done."""
    if verdict.kind == "auth":
        told = _about_person(verdict.message) or verdict.message
        return CredentialsRefused(f"Google 不认系统的账号：{told}", _about_account(verdict.message))
    if verdict.kind == "off":
        return _api_off(verdict.message)
    if verdict.kind == "room":
        return CannotOwn()
    if verdict.kind == "policy":
        return PolicyForbids(f"《{what}》：所有者单位的 Google 管理员不允许程序读写。" if what else "")
    if verdict.kind == "denied":
        return AccessRefused(f"没有权限读写《{what}》。" if what else "没有权限。")
    if verdict.kind == "gone":
        return BookGone(f"找不到《{what}》：可能已被永久删除，或不再共享给系统。" if what else "")
    if verdict.kind == "invalid" and "not supported for this document" in verdict.message:
        return RequestRefused(
            f"《{what}》是上传的 Excel 文件，不是 Google 表格。打开它，点“文件 → 保存为 Google 表格”，用新的那一张。"
        )
    if verdict.kind == "invalid":
        refused = RequestRefused(f"《{what}》：Google 不接受这个请求（{verdict.message}）")
        refused.protected = "edit a protected cell" in verdict.message
        return refused
    if verdict.kind == "quota":
        return BookUnavailable(f"《{what}》：Google 的调用配额暂时用完，下一轮继续")
    unavailable = BookUnavailable(f"《{what}》：{verdict.message or 'Google 暂时不可用'}，下一轮继续")
    if "连不上" in verdict.message or NOT_GOOGLE in verdict.message:
        unavailable.hint = _REACH
    return unavailable


def _about_account(message: str) -> str:
    """What to do when Google knows an account not, or no longer."""
    if "short-lived" in message:
        return "本机的时间不准：请打开自动对时（timedatectl set-ntp true），校准后再试。"
    if "disabled" in message:
        return "账号被停用了：在 Google Cloud 控制台“IAM 和管理 → 服务账号”里点“启用”。"
    if "account not found" in message:
        return "账号已被删除：在“IAM 和管理 → 服务账号”里另建一个，下载新的密钥，并重新共享文件夹。"
    if "Signature" in message:
        return "密钥已被删除或换掉：在“服务账号 → 密钥 → 添加密钥 → JSON”下载新的，替换旧文件。"
    if _about_person(message):
        return "用这个人的账号重新登录，勾上全部权限，把得到的文件换上；步骤见 docs/google.md“用个人账号”。"
    return ""


def _about_person(message: str) -> str:
    """What happened to the sign-in of a person; "" when it is not that."""
    if "expired or revoked" in message:
        return (
            "个人账号的登录已失效（授权被收回、改了密码、半年没用过；应用还在“测试”状态的七天就失效，请点“发布应用”）"
        )
    if "missing scopes" in message or "invalid_scope" in message or "insufficient authentication scopes" in message:
        return "登录时没有勾上“查看和修改表格”“查看和修改云端硬盘”两项权限"
    if "deleted_client" in message or "invalid_client" in message or "unauthorized_client" in message:
        return "登录用的 OAuth 客户端已被删除，或换了密钥"
    return ""


def _api_off(message: str) -> ApiOff:
    if not _API_OFF.search(message):
        return ApiOff(
            f"系统的 Google 项目用不了：{message}",
            "项目被停用、删除或没有付费：在 Google Cloud 控制台恢复它，或另建项目，启用两个 API，换上新的密钥。",
        )
    name = "Google Drive API" if "Drive" in message else "Google Sheets API"
    link = _LINK.search(message)
    where = link[0] if link else "Google Cloud 控制台“API 和服务 → 库”"
    return ApiOff(f"Google 项目里没有启用 {name}。", f"打开 {where} ，点“启用”，等几分钟再试。")
