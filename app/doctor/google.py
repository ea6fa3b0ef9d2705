"""Checks of the way to Google: accounts, APIs, folder, quota; then book by book. Each says what to click."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

from app.doctor import Check, Checks
from app.settings import Settings
from app.spreadsheets.health import Health, examine_book
from app.wiring import Office
from sync.backends.google.addresses import file_id
from sync.backends.google.backend import SPREADSHEET, GoogleBackend
from sync.backends.google.client import SheetsClient
from sync.backends.google.credentials import Account, load_account
from sync.backends.google.emulator.files import FOLDER
from sync.backends.google.failures import AccessRefused, BookGone, PolicyForbids
from sync.backends.google.opening import EMULATOR, key_files, open_transport
from sync.backends.google.rounds import round_seconds
from sync.backends.google.transport import Transport
from sync.clock import Clock
from sync.errors import ConfigurationError, SyncError

Json = dict[str, Any]

LOOKED_INTO = 40  # books read one by one, two thirds of what an account may read in a minute
NAMED = 8
NOBODY = "0" * 44  # no spreadsheet has this id: a 404 says that the API works


def keys(settings: Settings) -> Checks:
    """The key files: there, readable, of the right kind, nobody else's to read, not in a code repository."""
    files = key_files(settings)
    if not files and settings.google_endpoint != EMULATOR:
        yield Check(
            "密钥", "bad", "没有填服务账号的密钥文件（google_accounts）",
            "Google Cloud 控制台：IAM 和管理 → 服务账号 → 创建；再“密钥 → 添加密钥 → JSON”下载，见 docs/google.md。",
        )  # fmt: skip
    for path in files:
        try:
            account = load_account(path)
        except ConfigurationError as error:
            yield Check("密钥", "bad", str(error), error.hint)
            continue
        if path.stat().st_mode & 0o077:
            yield Check("密钥", "warn", f"{path} 别的用户也能读", f"运行 chmod 600 {path}")
        elif repository := _repository(path):
            yield Check("密钥", "warn", f"{path} 放在代码库 {repository} 里", "移到代码库以外，免得被提交上去。")
        else:
            yield Check("密钥", "good", account.name)


def _repository(path: Path) -> Path | None:
    return next((parent for parent in path.resolve().parents if (parent / ".git").exists()), None)


# the way there ------------------------------------------------------------------------------------------------------


def way(settings: Settings) -> Checks:
    """Sign-in of every account, both APIs, the folder and the right to write in it."""
    folder = file_id(settings.google_folder)
    if settings.google_folder.strip() and not folder:
        yield Check(
            "文件夹", "bad", f"google_folder = “{settings.google_folder}” 不是文件夹的编号，也不是网址",
            "在浏览器里打开那个文件夹，把地址栏里的网址整个复制过来。",
        )  # fmt: skip
        return
    try:
        transport, leave = open_transport(settings, Clock())
    except SyncError as error:
        yield Check("Google", "bad", str(error), error.hint)
        return
    transport.impatient()
    try:
        known = []
        for account in transport.accounts:
            told = list(_account(transport, account, folder))
            yield from told
            known += [account] if not any(item.name == "账号" and item.level == "bad" for item in told) else []
        yield from _sheets(transport, known)
    finally:
        transport.close()
        leave()


def _account(transport: Transport, account: Account, folder: str) -> Checks:
    try:
        if not folder:
            number = len(list(transport.files(f"mimeType = '{SPREADSHEET}' and trashed = false", "id", account)))
            yield Check("账号", "good", f"{account.name}：登录正常，看得到{number}张表格")
            return
        found = transport.file(folder, "name,mimeType,trashed,capabilities(canEdit)", account)
    except PolicyForbids as error:
        yield Check("账号", "bad", f"{account.name}：单位的 Google 管理员不允许程序读写云端硬盘", error.hint)
        return
    except (AccessRefused, BookGone):
        yield Check(
            "文件夹", "bad", f"{account.name} 看不到文件夹 {folder}",
            f"在云端硬盘里右键点这个文件夹，选“共享”，填 {account.name}，选“编辑者”，点“发送”。",
        )  # fmt: skip
        return
    except SyncError as error:
        yield Check("账号", "bad", f"{account.name}：{error}", error.hint)
        return
    who = f"（{transport.signed_in(account)}）" if account.owns else ""
    yield Check("账号", "good", f"{account.name}{who}：登录正常")
    yield _folder(account, found)


def _folder(account: Account, found: Json) -> Check:
    name = str(found.get("name", ""))
    if found.get("mimeType") != FOLDER:
        return Check("文件夹", "bad", f"google_folder 指的“{name}”不是文件夹", "改成文件夹的网址。")
    if found.get("trashed"):
        return Check("文件夹", "bad", f"文件夹“{name}”在回收站里", "在云端硬盘的回收站里右键点它，选“恢复”。")
    if not found.get("capabilities", {}).get("canEdit", False):
        return Check(
            "文件夹", "bad", f"{account.name} 对文件夹“{name}”只能查看，答复写不进去",
            f"右键点文件夹 → 共享，把 {account.name} 后面的“查看者”改成“编辑者”。",
        )  # fmt: skip
    return Check("文件夹", "good", f"“{name}”，{account.name} 可以编辑")


def _sheets(transport: Transport, accounts: Sequence[Account]) -> Checks:
    """One read in every project: whether its Sheets API is on."""
    for project, account in {account.project: account for account in reversed(accounts)}.items():
        try:
            transport.call_as(account, _ask)
        except PolicyForbids as error:
            yield Check("Google Sheets API", "bad", "单位的 Google 管理员不允许程序读写 Google 表格", error.hint)
        except (BookGone, AccessRefused):
            yield Check("Google Sheets API", "good", f"项目 {project or '（未写明）'} 已启用")
        except SyncError as error:
            yield Check("Google Sheets API", "bad", f"项目 {project}：{error}", error.hint)


def _ask(client: SheetsClient) -> None:
    client.request("get", f"https://sheets.googleapis.com/v4/spreadsheets/{NOBODY}", params={"fields": "spreadsheetId"})


# quota and books ----------------------------------------------------------------------------------------------------


def quota(office: Office) -> Checks:
    """How many calls a minute, and how long a full round takes for so many books."""
    backend = _backend(office)
    settings, number = (
        office.settings,
        len([book for book in office.store.books(office.scheme.id, layout=False) if book.key]),
    )
    accounts = backend.transport.accounts
    projects = {account.project for account in accounts}
    reads = min(settings.google_calls * len(accounts), settings.google_project_calls * len(projects))
    seconds = round_seconds(number, reads, settings.google_round_share, settings.google_round_minutes * 60)
    told = (
        f"{len(accounts)}个账号，每分钟最多读{reads}次、写{reads}次；{number}本表每{seconds / 60:g}分钟重读一遍，"
        f"占读取限额的{number / seconds * 60 / reads:.0%}"
    )
    slow = seconds > max(settings.google_round_minutes * 60 * 4, 3600)
    todo = "在同一个 Google 项目里再建几个服务账号（最多五个有用），把密钥加进 google_accounts，文件夹也共享给它们。"
    yield Check("配额", "warn" if slow else "good", told, todo if slow else "")


def books(office: Office) -> Checks:
    """Who may do what with each book, where those went that are gone, and how those stand that are there."""
    backend = _backend(office)
    transport = backend.transport
    transport.impatient()
    known = {book.key: book for book in office.store.books(office.scheme.id, layout=False) if book.key}
    names = {key: _unit(office, book.unit) for key, book in known.items()}
    seen, cannot = _rights(transport, backend.folder)
    for key, name in names.items():
        if key not in seen:
            yield _gone(transport, key, name, backend.folder)
    for account, keys_ in cannot.items():
        if told := [names[key] for key in keys_ if key in names]:
            yield Check("权限", "bad", f"{account} 对{_some(told)}只能查看，答复写不进去",
                        f"打开这张表格，点右上角“共享”，把 {account} 后面的“查看者”改成“编辑者”。")  # fmt: skip
    for one in transport.accounts:
        if hidden := [names[key] for key in names if key in seen and one.name not in seen[key]]:
            yield Check("权限", "warn", f"{one.name} 看不到{_some(hidden)}，别的账号替它读写",
                        f"把文件夹（或这几张表格）也共享给 {one.name}，选“编辑者”。")  # fmt: skip
    yield from _structures(office, [key for key in names if key in seen], names)


def _backend(office: Office) -> GoogleBackend:
    return cast(GoogleBackend, office.backend)


def _unit(office: Office, code: str) -> str:
    from sheets_templates.builder import owner_name

    return owner_name(office.scheme, code)


def _some(names: list[str]) -> str:
    return "、".join(f"《{name}》" for name in names[:NAMED]) + (f"等{len(names)}张表格" if len(names) > NAMED else "")


def _rights(transport: Transport, folder: str) -> tuple[dict[str, set[str]], dict[str, list[str]]]:
    """Spreadsheet → the accounts that see it; account → those it cannot edit."""
    seen: dict[str, set[str]] = defaultdict(set)
    cannot: dict[str, list[str]] = defaultdict(list)
    query = f"mimeType = '{SPREADSHEET}' and trashed = false" + (f" and '{folder}' in parents" if folder else "")
    for account in transport.accounts:
        try:
            for file in transport.files(query, "id,capabilities(canEdit)", account):
                seen[str(file["id"])].add(account.name)
                if not file.get("capabilities", {}).get("canEdit", False):
                    cannot[account.name].append(str(file["id"]))
        except SyncError:
            continue  # told above
    return seen, cannot


def _gone(transport: Transport, key: str, name: str, folder: str) -> Check:
    """A book that the listing does not show: thrown away, moved, or not shared any more."""
    for account in transport.accounts:
        try:
            found = transport.file(key, "trashed,parents", account)
        except SyncError:
            continue
        if found.get("trashed"):
            return Check("表格", "bad", f"《{name}》在回收站里", "请它的所有者在云端硬盘的回收站里右键点它，选“恢复”。")
        if folder and folder not in found.get("parents", ()):
            return Check("表格", "bad", f"《{name}》被移出了文件夹", "在云端硬盘里把它拖回存放表格的文件夹。")
    who = "、".join(account.name for account in transport.accounts)
    return Check(
        "表格", "bad", f"找不到《{name}》：不再共享给系统，或已被永久删除",
        f"请所有者把它重新共享给 {who}（编辑者）；已永久删除的，建一张空白表格再运行 tianbao books build，数据没有丢。",
    )  # fmt: skip


def _structures(office: Office, present: list[str], names: dict[str, str]) -> Iterator[Check]:
    """Books one by one, those with problems first; when there are many the others have their turn the next time."""
    lines = {book.key: book for book in office.store.books(office.scheme.id, layout=False)}
    order = sorted(present, key=lambda key: (not (lines[key].pending or lines[key].problem), lines[key].last_read))
    chosen, told = order[:LOOKED_INTO], 0
    for key in chosen:
        health: Health = examine_book(office, lines[key], names[key])
        for level, message, todo in health.findings:
            told += 1
            yield Check("表格", level, f"《{names[key]}》：{message}", todo)
    rest = len(order) - len(chosen)
    if chosen:
        more = f"；其余{rest}本这次没有逐本看" if rest else ""
        yield Check("表格", "good", f"逐本看了{len(chosen)}本，{told}处要说明{more}")
