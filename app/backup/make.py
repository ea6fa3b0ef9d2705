"""Making a backup: store, settings without passwords, schemes, calendar and books in one dated zip file.

The store first, then the books: a book that is newer than the store is read again after a restore, as after any night
in which the service stood still. The other way round an older book would take back what the store had accepted.
Keys stay out: .secret, the files of Google accounts, the password of the database.
"""

from __future__ import annotations

import os
import tempfile
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

from app.backup.lines import without_secrets
from app.backup.manifest import NAME, STORE, Entry, Manifest, digest
from app.settings import FILE, Settings
from app.wiring import load_scheme
from sync.clock import local
from sync.errors import os_words
from sync.store.copies import copy_out, kind_of
from sync.store.models import HEAD

BACKUP_FAILED = "backup_failed"  # setting of the store: why the last nightly one was not made
BEGIN = "填报备份_"
TRIES, PAUSE = 5, 0.3  # and seconds between them, for a book that is being saved at this moment
_PASSING = (".~", "~$")  # how files begin that programs lay beside a book that is open


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made. `notes`: what is not in it, or not as it should be."""

    file: Path
    size: int
    files: int
    notes: list[str]


def folder_of(settings: Settings) -> Path:
    """Where backups lie."""
    return settings.path(settings.backup_folder)


def backups_in(folder: Path) -> list[Path]:
    """The finished backups in a folder, the oldest first."""
    return sorted(folder.glob(f"{BEGIN}*.zip"), key=lambda file: file.name.rsplit("_", 1)[-1])


def make_backup(settings: Settings, at: float, folder: Path | None = None) -> Made:
    """Make one, also while the service runs; it appears complete or not at all. `at`: POSIX seconds, for its name.
    StoreError when the store cannot be copied, OSError when there is no room, SettingsError when a password cannot be
    left out."""
    scheme, place = load_scheme(settings), folder or folder_of(settings)
    place.mkdir(parents=True, exist_ok=True)
    kind, when = kind_of(settings.database_url), local(at)
    manifest = Manifest(
        version("tianbao"), when.isoformat(timespec="seconds"), scheme.id, scheme.version, settings.backend, kind, HEAD,
        _books_name(settings),
    )  # fmt: skip
    target = place / f"{BEGIN}{scheme.id}_{when:%Y%m%d-%H%M%S}.zip"
    with tempfile.TemporaryDirectory(prefix=".making-", dir=place) as room:
        part = Path(room) / "part.zip"
        with zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as archive:
            copy = Path(room) / "store"
            copy_out(settings.database_url, copy)
            _add(archive, manifest, STORE[kind], copy)
            copy.unlink()
            toml = Path(room) / FILE
            toml.write_text(without_secrets((settings.workspace / FILE).read_text("utf-8-sig")), "utf-8")
            _add(archive, manifest, FILE, toml)
            for name, file in _files(settings, manifest):
                _add_book(archive, manifest, name, file)
            archive.writestr(NAME, manifest.text())
        part.chmod(0o600)  # telephone numbers, and the marks of passwords
        part.rename(target)
    return Made(target, target.stat().st_size, len(manifest.files), manifest.notes)


def prune(folder: Path, keep: int) -> int:
    """Delete all but the newest `keep`; how many. 0 keeps all."""
    old = backups_in(folder)[:-keep] if keep else []
    for file in old:
        file.unlink()
    return len(old)


def _books_name(settings: Settings) -> str:
    """The books' folder in a restored workspace; one outside keeps its books in `books` there."""
    if settings.backend != "folder":
        return ""
    root, own = settings.path(settings.books).resolve(), settings.workspace.resolve()
    return root.relative_to(own).as_posix() if root.is_relative_to(own) and root != own else "books"


def _files(settings: Settings, manifest: Manifest) -> Iterator[tuple[str, Path]]:
    """(name in the backup, file) of schemes, calendar and books."""
    for file in sorted(settings.path("scheme").rglob("*")):
        if file.is_file():
            yield f"scheme/{file.relative_to(settings.path('scheme')).as_posix()}", file
    calendar = settings.path(settings.calendar_file)
    if calendar.is_file():
        yield "calendar.csv", calendar
    if not manifest.books:
        manifest.notes.append("表在 Google 表格里，不在备份里：由 Google 保存，可用“版本记录”找回")
        return
    root = settings.path(settings.books)
    for file in sorted(root.rglob("*")):
        if file.is_file() and not file.is_symlink() and not file.name.startswith(_PASSING):
            yield f"{manifest.books}/{file.relative_to(root).as_posix()}", file


def _add_book(archive: zipfile.ZipFile, manifest: Manifest, name: str, file: Path) -> None:
    """A file that somebody may be saving just now: taken when it stands still, else as it is, and said."""
    try:
        for _ in range(TRIES):
            before = file.stat()
            data = file.read_bytes()
            if _same(before, file.stat()) and _is_whole(file.name, data):
                break
            time.sleep(PAUSE)
        else:
            manifest.notes.append(f"{file.name} 不完整（坏的，或正有人在保存），照现在的样子备份了")
    except OSError as error:  # gone since it was listed, or locked
        manifest.notes.append(f"{file.name} 没有备份：{os_words(error)}")
        return
    size, found = digest(BytesIO(data))
    archive.writestr(name, data)
    manifest.files[name] = Entry(size, found, before.st_mtime_ns)


def _add(archive: zipfile.ZipFile, manifest: Manifest, name: str, file: Path) -> None:
    with file.open("rb") as stream:
        size, found = digest(stream)
    archive.write(file, name)
    manifest.files[name] = Entry(size, found, file.stat().st_mtime_ns)


def _is_whole(name: str, data: bytes) -> bool:
    """Whether a workbook has its end: a program that saves in place writes it last. Anything else is as it is."""
    return not name.lower().endswith((".xlsx", ".ods")) or zipfile.is_zipfile(BytesIO(data))


def _same(one: os.stat_result, other: os.stat_result) -> bool:
    return (one.st_size, one.st_mtime_ns, one.st_ino) == (other.st_size, other.st_mtime_ns, other.st_ino)
