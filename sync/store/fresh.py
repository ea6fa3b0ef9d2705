"""The changes of a record that is new: every field from nothing to its text, without a list for each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence


class Fresh(Mapping[str, Sequence[str]]):
    """field → ["", text], seen through the record's values. Kept as field → text: a first load is mostly this."""

    __slots__ = ("texts",)

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    def __getitem__(self, name: str) -> Sequence[str]:
        return ["", self.texts[name]]

    def __iter__(self) -> Iterator[str]:
        return iter(self.texts)

    def __len__(self) -> int:
        return len(self.texts)

    def __repr__(self) -> str:
        return f"Fresh({self.texts!r})"
