"""From a backup to a workspace. First all is checked, then unpacked beside the place, then moved in; what stood there
is set aside, never overwritten."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import zipfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from app.backup.lines import with_value
from app.backup.manifest import STORE, BadBackup, Manifest, checked
from app.settings import FILE, SettingsError
from sync.clock import local
from sync.store.copies import copy_in, is_empty, kind_of, knows, without_password

ASIDE = "恢复前"


@dataclass(slots=True)
class Restored:
    """What a restore did. `todo`: what is left for a person."""

    manifest: Manifest
    target: Path
    books: int = 0
    aside: Path | None = None
    todo: list[str] = field(default_factory=list)


def restore(file: Path, target: Path, *, at: float, force: bool = False, database: str = "") -> Restored:
    """Make the workspace `target` from a backup. Refused (SettingsError) where something is there already, unless
    `force`: then it is set aside into backups/恢复前. `database`: an empty PostgreSQL database, for a backup of one."""
    manifest = checked(file)
    if not knows(manifest.schema):
        raise BadBackup(f"这个备份由更新版本的程序（{manifest.program}）做出，请先升级本程序。")
    _refuse(manifest, target, force, database, at)
    result = Restored(manifest, target)
    target.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".restoring-", dir=target) as room:
        _unpack(file, manifest, Path(room))
        _prepare(manifest, Path(room), database)
        result.aside = _set_aside(target, Path(room), at)
        for item in sorted(Path(room).iterdir()):
            item.rename(target / item.name)
    result.books = sum(name.startswith(f"{manifest.books}/") for name in manifest.files) if manifest.books else 0
    result.todo = _todo(manifest, target)
    return result


def _refuse(manifest: Manifest, target: Path, force: bool, database: str, at: float) -> None:
    if target.exists() and any(target.iterdir()) and not force:
        raise SettingsError(
            f"{target} 不是空目录，没有恢复，什么也没有改动。\n"
            "恢复到一个新目录；或加 --force：现在的内容先移到它的 backups/恢复前/，再恢复。"
        )
    if _in_use(target, at):
        raise SettingsError(f"{target} 的服务或同步还在运行，没有恢复。先停下它（systemctl stop 或 Ctrl-C），再恢复。")
    if manifest.database != "sqlite" and not database:
        raise SettingsError("这个备份的中心库是 PostgreSQL。新建一个空库，用 --database 写明它的地址。")
    if manifest.database == "sqlite" and database:
        raise SettingsError("这个备份的中心库是 SQLite，恢复在工作区里；不要写 --database。")
    if database and kind_of(database) != manifest.database:
        raise SettingsError("--database 不是 PostgreSQL 的地址，应写成 postgresql+psycopg://用户:口令@主机/库。")
    if database and not is_empty(database):
        raise SettingsError("--database 指的库里已经有填报的表，没有恢复。新建一个空库。")


def _in_use(target: Path, at: float) -> bool:
    """Whether somebody works on the workspace's own database now; whoever has died does not."""
    from app.process import is_dead

    file = target / "tianbao.db"
    if not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as database:
            held = database.execute("SELECT owner FROM lease WHERE until > ?", (at,)).fetchall()
    except sqlite3.Error:  # damaged: the reason for the restore
        return False
    return any(not is_dead(owner) for (owner,) in held)


def _unpack(file: Path, manifest: Manifest, room: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        for name, entry in manifest.files.items():
            place = room / name
            place.parent.mkdir(parents=True, exist_ok=True)
            with archive.open(name) as source, place.open("wb") as out:
                shutil.copyfileobj(source, out)
            os.utime(place, ns=(entry.mtime_ns, entry.mtime_ns))


def _set_aside(target: Path, room: Path, at: float) -> Path | None:
    """All that stands in the workspace goes into one folder, but for `backups`, which only grows."""
    there = [item for item in target.iterdir() if item != room and item.name != "backups"]
    if not there:
        return None
    aside = target / "backups" / ASIDE / f"{local(at):%Y%m%d-%H%M%S}"
    aside.mkdir(parents=True)
    moved: list[Path] = []
    try:
        for item in there:
            item.rename(aside / item.name)
            moved.append(item)
    except OSError:  # a folder that another disk is mounted on does not move
        for item in moved:
            (aside / item.name).rename(item)
        raise
    return aside


def _prepare(manifest: Manifest, room: Path, database: str) -> None:
    """Everything that may fail, before anything of the workspace is moved."""
    store = room / STORE[manifest.database]
    copy_in(database or f"sqlite:///{room / 'tianbao.db'}", store)
    shutil.rmtree(store.parent)
    text = with_value((room / FILE).read_text("utf-8"), "database", without_password(database))
    if manifest.books:
        (room / manifest.books).mkdir(parents=True, exist_ok=True)
        text = with_value(text, "books", manifest.books)
    (room / FILE).write_text(text, "utf-8")


def _todo(manifest: Manifest, target: Path) -> list[str]:
    told = ["密钥不在备份里：会话密钥自动重新生成，所有人要重新登录"]
    if manifest.database != "sqlite":
        told.append("数据库的口令没有写进 tianbao.toml，用环境变量 TIANBAO_DATABASE 写完整的地址")
    if manifest.backend == "google":
        told.append("把 Google 服务账号的密钥文件放回 tianbao.toml 里 google_accounts 写的地方")
    told.append(f"检查：tianbao doctor --workspace {target}；没有问题，再启动服务或运行 tianbao sync")
    return told
