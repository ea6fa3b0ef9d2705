"""Checks of the workspace's place: configuration, folder, backups, disk."""

from __future__ import annotations

import os
import secrets
import shutil
import time
from pathlib import Path

from app.backup.make import backups_in, folder_of
from app.doctor import Check, Checks, Level
from app.scheduler import nightly_time, time_of
from app.settings import Settings, SettingsError

STALE_SECONDS = 12 * 3600.0
OLD_SECONDS = 2 * 86400.0  # a nightly backup is never so old
LITTLE = 1_000_000_000  # bytes


def configuration(settings: Settings) -> Checks:
    """The settings as a whole, and the session key."""
    try:
        nightly_time(settings)
        time_of(settings, "backup_time")
    except SettingsError as error:
        yield Check("配置", "bad", str(error), "改好 tianbao.toml 里的这个时间。")
    else:
        yield Check(
            "配置",
            "good",
            f"工作区 {settings.workspace}，方案 {settings.scheme}，每{settings.poll_seconds:g}秒查看一次",
        )
    secret = settings.path(settings.secret_file)
    if not secret.exists():
        yield Check("会话密钥", "good", "还没有，第一次启动网页时自动生成")
    elif secret.stat().st_mode & 0o077:
        yield Check("会话密钥", "warn", f"{secret} 别的用户也能读", f"运行 chmod 600 {secret}")
    else:
        yield Check("会话密钥", "good", "只有本服务能读")
    if settings.host not in ("127.0.0.1", "localhost", "::1") and not settings.proxies:
        yield Check(
            "网页", "warn", f"监听 {settings.host}，局域网里都能打开，而且没有加密",
            "在前面放一个带证书的反向代理，并把 proxies 设为 1。",
        )  # fmt: skip


def folder(settings: Settings) -> Checks:
    """The books' folder: there, writable, safe to replace files in, and what lies about in it."""
    root = settings.path(settings.books)
    if settings.backend != "folder":
        return
    if not root.is_dir():
        yield Check("表的文件夹", "bad", f"没有 {root}", "建立它，或改 tianbao.toml 里的 books。")
        return
    if not os.access(root, os.W_OK | os.X_OK):
        yield Check("表的文件夹", "bad", f"{root} 不能写", "给运行服务的用户写权限，否则答复写不回去。")
        return
    yield _exchanges(root, settings)
    yield from _signs(root)


def _exchanges(root: Path, settings: Settings) -> Check:
    """Whether the file system can exchange two names in one step."""
    from sync.backends.folder.exchange import EXCHANGE, rename2

    mark = secrets.token_hex(4)
    one, other = root / f".~tb.{mark}1.tmp", root / f".~tb.{mark}2.tmp"
    try:
        one.write_bytes(b"1")
        other.write_bytes(b"2")
        rename2(one, other, EXCHANGE)
        swapped = one.read_bytes() == b"2"
    except OSError:
        swapped = False
    finally:
        one.unlink(missing_ok=True)
        other.unlink(missing_ok=True)
    if swapped:
        return Check("表的文件夹", "good", f"{root}，可写，支持原子替换")
    if settings.feedback:
        return Check("表的文件夹", "good", f"{root}，可写；答复写在反馈簿里")
    return Check(
        "表的文件夹", "warn", f"{root} 所在的文件系统不支持交换两个文件，写回改用链接方式，稍慢",
        "网盘同步文件夹请把 feedback 设为 true（答复写在反馈簿里）。",
    )  # fmt: skip


def _signs(root: Path) -> Checks:
    """Owner and lock files, conflict copies."""
    from sync.backends.folder.names import is_book, looks_conflicting
    from sync.backends.folder.open_signs import Sign, find_sign

    now, names = time.time(), {entry.name for entry in root.iterdir()}
    books = sorted(name for name in names if is_book(name))
    open_now: list[tuple[str, Sign]] = []
    stale: list[tuple[str, Sign]] = []
    for name in books:
        sign = find_sign(root, name, names)
        if sign is not None:
            (stale if now - sign.since > STALE_SECONDS else open_now).append((name, sign))
    for name, sign in stale:
        yield Check("打开标记", "warn", f"{name}：{sign.sentence(now)}", f"确认没有人开着，然后删除 {root / sign.file}")
    if open_now:
        yield Check("打开标记", "good", f"{len(open_now)}本表正开着：{'、'.join(name for name, _ in open_now[:5])}")
    copies = [name for name in books if looks_conflicting(name)]
    if copies:
        yield Check(
            "冲突副本",
            "warn",
            f"有{len(copies)}个网盘冲突副本：{'、'.join(copies[:5])}",
            "打开对照，留一个，其余移走。",
        )


def whole_backups(settings: Settings) -> Checks:
    """The dated backups of everything: how many there are, how old the newest is, whether they lie on a disk of their
    own."""
    folder = folder_of(settings)
    found = backups_in(folder)
    every = (
        f"每天 {settings.backup_time} 自动备份，留{settings.backup_keep}份"
        if settings.backup_keep
        else "没有设自动备份"
    )
    if not found:
        level: Level = "good" if settings.backup_keep else "warn"
        yield Check("整份备份", level, f"还没有；{every}", "服务开着就会自动做；现在做一份：tianbao backup。")
        return
    newest, age = found[-1], time.time() - found[-1].stat().st_mtime
    same = folder.stat().st_dev == settings.workspace.stat().st_dev
    size = sum(file.stat().st_size for file in found)
    told = f"{len(found)}份，共{size / 1e6:.0f} MB，最近一份 {newest.name}；{every}"
    if settings.backup_keep and age > OLD_SECONDS:
        yield Check(
            "整份备份",
            "warn",
            f"{told}。最近一份是{age / 86400:.0f}天以前的",
            "看服务是不是停了；现在做一份：tianbao backup。",
        )
        return
    todo = "和工作区在同一块盘上，盘坏了会一起丢：把 backup_folder 改到另一块盘，或定期把文件拷走。" if same else ""
    yield Check("整份备份", "good", told, todo)


def backups(settings: Settings) -> Checks:
    """The versions that made room for answers, and the disk."""
    root = settings.path("backups")
    if root.is_dir():
        files = [file for file in root.glob("*.*") if len(file.stem) == 64]
        size = sum(file.stat().st_size for file in files)
        yield Check("备份", "good", f"{len(files)}个旧版本，{size / 1e6:.0f} MB，超过30天自动清理")
        hour_ago = time.time() - 3600
        waiting = [file for file in (root / "journal").glob("*.journal") if file.stat().st_mtime < hour_ago]
        if waiting:
            yield Check("备份", "warn", f"有{len(waiting)}次写回没有收尾", "重新启动服务会自动收尾；仍有则查看日志。")
    else:
        yield Check("备份", "good", "还没有写回过")
    free = shutil.disk_usage(settings.workspace).free
    level: Level = "warn" if free < LITTLE else "good"
    yield Check("磁盘", level, f"剩余 {free / 1e9:.1f} GB", "清理磁盘，至少留出1 GB。" if level == "warn" else "")
