"""Signs that a person has a book open: owner files of Excel and WPS, lock files of LibreOffice, Samba's own list.

No sign proves that nobody has it open (sync clients carry no owner files), so a commit never relies on them alone.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sync.backends.folder.names import shown

STALE_SECONDS = 12 * 3600.0
_SMB_SECONDS = 5.0
_LONG = 8  # characters; with shorter names 田东街道.xlsx and 新淮街道.xlsx would share one sign


@dataclass(frozen=True, slots=True)
class Sign:
    """A file that says somebody has the book open. `who` "" = not told. `since`: POSIX seconds."""

    file: str
    program: str
    who: str
    since: float

    def sentence(self, now: float) -> str:
        """As a person would say it: 王伟 正在用 WPS 或 Excel 打开."""
        text = f"{self.who or '有人'} 正在用 {self.program} 打开"
        if now - self.since > STALE_SECONDS:
            hours = int((now - self.since) // 3600)
            text += f"（标记已有{hours}小时，可能是异常退出留下的；确认无人使用后请删除文件 {shown(self.file)}）"
        return text


def sign_names(name: str) -> dict[str, str]:
    """Names of files that would say that this book is open → the program."""
    microsoft = "WPS 或 Excel"
    names = {f".~lock.{name}#": "LibreOffice", f"~${name}": microsoft, f".~{name}": "WPS"}
    if len(Path(name).stem) >= _LONG:
        names[f"~${name[2:]}"] = microsoft  # some versions put it in the place of a long name's first two characters
    return names


def find_sign(folder: Path, name: str, present: Collection[str] | None = None) -> Sign | None:
    """The sign that the book `name` is open, or None. `present`: names in the folder, when they are known."""
    for file, program in sign_names(name).items():
        if present is not None and file not in present:
            continue
        try:
            since = (folder / file).stat().st_mtime
            data = (folder / file).read_bytes()[:1024]
        except FileNotFoundError:
            continue
        except OSError:
            since, data = 0.0, b""
        who = _libreoffice_user(data) if program == "LibreOffice" else _owner(data)
        return Sign(file, program, who, since)
    return None


def _libreoffice_user(data: bytes) -> str:
    """`name,login,host,time,profile`; the name is often blank. Commas inside are escaped with a backslash."""
    fields = data.decode("utf-8", "replace").replace("\\,", "，").split(",")
    return next((field.strip() for field in fields[:2] if field.strip()), "")


def _owner(data: bytes) -> str:
    """Excel's owner file: length and name in the machine's code page, and again in UTF-16 from byte 55."""
    if not data:
        return ""
    size = data[0]
    if len(data) >= 55 + 2 * size and size:
        wide = data[55 : 55 + 2 * size].decode("utf-16-le", "replace").strip(" \x00")
        if wide and "\ufffd" not in wide and wide.isprintable():
            return wide
    narrow = data[1 : 1 + size].strip(b" \x00")
    for encoding in ("utf-8", "gb18030"):
        try:
            text = narrow.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text if text.isprintable() else ""
    return ""


def samba_sign(path: Path) -> str:
    """Who has the book open over SMB, when this machine is the file server; "" otherwise."""
    program = shutil.which("smbstatus")
    if program is None:
        return ""
    try:
        done = subprocess.run([program, "-L", "--json"], capture_output=True, timeout=_SMB_SECONDS, check=False)  # noqa: S603
        files = json.loads(done.stdout).get("open_files", {})
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return ""
    for item in files.values():
        where = Path(str(item.get("service_path", "")), str(item.get("filename", "")))
        if where == path:
            return "有人正通过共享文件夹打开"
    return ""
