"""What a run of the bench was asked for."""

from __future__ import annotations

from dataclasses import dataclass

from bench.books import FULL, QUICK, Size


@dataclass(frozen=True, slots=True)
class Options:
    """`quick`: small sizes, to see that everything runs; its figures are not to be judged."""

    quick: bool = False

    @property
    def size(self) -> Size:
        return QUICK if self.quick else FULL

    def few(self, count: int) -> int:
        """A number of things, a tenth of it in a quick run."""
        return max(count // 10, 1) if self.quick else count
