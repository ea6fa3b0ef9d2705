"""What a backup file holds, and the check that it is all there: `manifest.json`, the first thing that is read."""

from __future__ import annotations

import json
import zipfile
import zlib
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import IO

from sync.errors import UnknownName, os_words

NAME = "manifest.json"
FORMAT = 1
STORE = {"sqlite": "store/tianbao.db", "postgresql": "store/tianbao.pgdump"}
CHUNK = 1 << 20
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)  # as zipfile tells it


class BadBackup(UnknownName):
    """这个文件不是完好的备份。"""

    hint = "换一个备份文件。什么也没有改动。"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file. `mtime_ns`: its own time, by which the lateness of what stands in a book is judged."""

    size: int
    sha256: str
    mtime_ns: int


@dataclass(slots=True)
class Manifest:
    """`made`: ISO time. `books`: folder of the books in the workspace, "" when they are not in the backup."""

    program: str
    made: str
    scheme: str
    scheme_version: str
    backend: str
    database: str  # sqlite | postgresql
    schema: str  # revision of the tables
    books: str
    files: dict[str, Entry] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    format: int = FORMAT

    def text(self) -> str:
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)


def checked(file: Path) -> Manifest:
    """The manifest of a backup, every file compared with it. BadBackup says what is wrong; nothing is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _read(archive)
            names = {name for name in archive.namelist() if name != NAME}
            if names != manifest.files.keys() or len(archive.namelist()) != len(names) + 1:
                raise BadBackup(f"“{file.name}”里的文件和清单对不上。")
            for name, entry in manifest.files.items():
                with archive.open(name) as member:
                    if digest(member) != (entry.size, entry.sha256):
                        raise BadBackup(f"“{file.name}”里的 {name} 和清单上的不一样，备份已损坏。")
    except _DAMAGED as error:
        raise BadBackup(f"“{file.name}”不是备份文件，或者不完整。") from error
    except OSError as error:
        raise BadBackup(f"读不出“{file.name}”：{os_words(error)}。") from error
    return manifest


def _read(archive: zipfile.ZipFile) -> Manifest:
    try:
        body = json.loads(archive.read(NAME))
        if body["format"] > FORMAT:
            raise BadBackup("这个备份由更新版本的程序做出，请先升级本程序。")
        files = {name: Entry(**entry) for name, entry in body.pop("files").items()}
        manifest = Manifest(**body, files=files)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BadBackup("没有备份的清单（manifest.json），或者读不懂。") from error
    if bad := next((name for name in files if not is_safe(name)), None):
        raise BadBackup(f"清单里有不该有的路径：{bad}")
    return manifest


def is_safe(name: str) -> bool:
    """A path inside the workspace, written plainly."""
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name and str(path) == name


def digest(stream: IO[bytes]) -> tuple[int, str]:
    """(bytes, sha256) of what is left in a stream."""
    size, found = 0, sha256()
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        found.update(chunk)
    return size, found.hexdigest()
