"""Answers beside the book: 反馈_<name>.xlsx, written whole, where the book itself cannot or must not be written."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b, sha256
from pathlib import Path

from sync.backends.folder.exchange import Exchange, create, digest_of
from sync.backends.folder.names import shown
from sync.backends.folder.open_signs import find_sign
from sync.book import BookAnswer, BookRef, Outcome

FeedbackWriter = Callable[[BookRef, BookAnswer], bytes]
LEAD = "反馈_"


class FeedbackBooks:
    """Writes feedback books through the same exchange as books: whoever has one open loses nothing."""

    def __init__(self, exchange: Exchange, writer: FeedbackWriter, clock: Callable[[], float]) -> None:
        self._exchange, self._writer, self._clock = exchange, writer, clock
        self._said: dict[Path, str] = {}

    def write(self, path: Path, ref: BookRef, answer: BookAnswer) -> Outcome:
        """Bring the whole answer into the feedback book; "nothing" when it already holds it."""
        if digest_of(path) != answer.fingerprint:
            return Outcome("changed", "文件已被改动")
        target = path.with_name(f"{LEAD}{path.stem}.xlsx")
        says = _digest(answer)
        if target.exists() and self._said.get(target) == says:
            return Outcome("nothing", token=ref.token, fingerprint=answer.fingerprint)
        data = self._writer(ref, answer)
        now = digest_of(target)
        if now == sha256(data).hexdigest():
            self._said[target] = says
            return Outcome("nothing", token=ref.token, fingerprint=answer.fingerprint)
        if reason := self._put(target, data, now):
            return Outcome("postponed", f"待回写：{shown(target.name)} {reason}")
        self._said[target] = says
        return Outcome("done", f"答复已写入 {shown(target.name)}", ref.token, answer.fingerprint, len(answer.cells))

    def _put(self, target: Path, data: bytes, now: str) -> str:
        """Why it could not be put there, "" when it was."""
        if not now:
            return "" if create(target, data) else "刚刚被别人建立"
        done = self._exchange.commit(target, data, now, lambda: self._busy(target))
        return "" if done.kind == "done" else done.reason

    def _busy(self, target: Path) -> str:
        sign = find_sign(target.parent, target.name)
        return sign.sentence(self._clock()) if sign else ""


def _digest(answer: BookAnswer) -> str:
    """Of everything that counts as a difference: not the banner."""
    text = repr((answer.cells, answer.todo, sorted(answer.palette.items())))
    return blake2b(text.encode(), digest_size=16).hexdigest()
