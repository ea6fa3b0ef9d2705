"""A scheme that is edited while the service runs: taken over between two rounds when it checks clean, else kept out.

Only a workspace's own copy under `scheme/` is watched. Files are looked at by time and size; a change is taken when a
second look finds the same, because editors save in pieces.
"""

from __future__ import annotations

import logging
from pathlib import Path

from app.wiring import Office, load_scheme, own_scheme
from sheets_templates import catalog
from validators.scheme.load import SchemeErrors, digest

log = logging.getLogger("tianbao.scheme")
Stamp = tuple[tuple[str, int, int], ...]


class SchemeWatch:
    """`look` between two rounds. `problem`: why the scheme as it lies there now is not in use, "" when it is."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._loaded = self._seen = self._stamp()
        self.problem = ""

    def look(self) -> bool:
        """True when another scheme is in use from now on, or `problem` says something else than before."""
        now = self._stamp()
        settled, self._seen = now == self._seen, now
        if now == self._loaded or not settled:
            return False
        changed = {file for file, *_ in set(now) ^ set(self._loaded)}
        self._loaded, before = now, self.problem
        return self._take_over(changed) or self.problem != before

    def _take_over(self, changed: set[str]) -> bool:
        office = self._office
        try:
            if not self._loaded:  # the bundled scheme must not slip in where an office had its own
                raise ValueError(f"{self._place()} 不见了；放回去就好，真要改用自带的方案，停止服务再启动")
            fresh = load_scheme(office.settings)
            if fresh.id != office.scheme.id:
                raise ValueError(f"方案编号从“{office.scheme.id}”改成了“{fresh.id}”；换方案要停止服务再启动")
            if digest(fresh) == digest(office.scheme):
                self.problem = ""
                return False
            office.adopt(fresh)
        except Exception as error:  # whatever it is, the office goes on as before
            self.problem = _words(error, self._place(), changed)
            log.warning("scheme not taken over: %s", self.problem)
            return False
        self.problem = ""
        log.info("scheme taken over: %s %s", fresh.id, fresh.version)
        office.store.add_event("scheme_loaded", office.clock.now(), "", {"id": fresh.id, "version": fresh.version})
        return True

    def _place(self) -> Path:
        return own_scheme(self._office.settings)

    def _stamp(self) -> Stamp:
        """Every file with its time and size; empty where the workspace has no scheme of its own."""
        place = self._place()
        try:
            return catalog.stamp(place) if self._office.settings.scheme and place.is_dir() else ()
        except OSError:  # a file vanished between listing and looking: the next look sees
            return ()


def _words(error: Exception, place: Path, changed: set[str]) -> str:
    """What is wrong, with file and line, and that the old scheme stays in use. Of many mistakes one in a file that was
    just changed comes first: the others may well follow from it."""
    if isinstance(error, SchemeErrors):
        more = len(error.errors) - 1
        first = min(error.errors, key=lambda item: item.file not in changed)
        file = Path(first.file)
        name = str(file.relative_to(place)) if file.is_relative_to(place) else file.name
        told = f"{name} 第{first.line}行：{first.message}" if first.line else f"{name}：{first.message}"
        told += f"（另有{more}处，运行 tianbao scheme check {place.parent.name}/{place.name} 查看）" if more else ""
    else:
        told = str(error) or type(error).__name__
    return f"方案改过，但有错，没有换上，仍按原来的方案运行。{told.rstrip('。')}。改好保存后会自动换上。"
