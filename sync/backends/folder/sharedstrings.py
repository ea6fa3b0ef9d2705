"""The texts that a workbook's cells refer to by number."""

from __future__ import annotations

from collections.abc import Sequence

from sync.backends.folder import rawfast
from sync.backends.folder.package import Limits, Package
from sync.backends.folder.rawsheet import elements, rich_text, text_cell, wrapped


class SharedStrings(Sequence[str]):
    """The shared strings, cleaned; rich text joined, phonetic guides left out.

    The part is read and proved well-formed at once. Who needs a few of its thousands of texts asks by index and pays
    for those; `whole` is for everybody else.
    """

    def __init__(self, package: Package, part: str, limits: Limits) -> None:
        self._package, self._part, self._limits = package, part, limits
        self._root = b""
        self._pieces: list[str] = []
        self._whole: list[str] | None = None
        if not part or part not in package:
            return
        try:
            with package.open(part) as stream:
                checked = rawfast.Checked(stream, part)
                self._pieces = [
                    item for item in rawfast.pieces(checked, b"<sst", "</si>", b"</sst>") if item[:1] != "\0"
                ]
                self._root = checked.root
        except rawfast.Odd:
            self._thorough()

    def __len__(self) -> int:
        return len(self._pieces if self._whole is None else self._whole)

    def __getitem__(self, index: int) -> str:  # type: ignore[override]
        if self._whole is None:
            try:
                return self._text(self._pieces[index])
            except rawfast.Odd:
                self._thorough()
        return self.whole()[index]

    def whole(self) -> list[str]:
        """All of them."""
        if self._whole is None:
            try:
                self._whole = [self._text(piece) for piece in self._pieces]
            except rawfast.Odd:
                self._thorough()
            self._pieces = []
        return self._whole or []

    def _text(self, piece: str) -> str:
        text = rawfast.plain_string(piece)
        if text is None:
            text = rich_text(wrapped(self._root, piece + "</si>", b"</sst>"))
        return text_cell(text, self._limits.text)

    def _thorough(self) -> None:
        with self._package.open(self._part) as stream:
            items = elements(stream, self._part, "{*}si")
            self._whole = [text_cell(rich_text(item), self._limits.text) for item in items]
        self._pieces = []
