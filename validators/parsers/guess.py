"""Nearest known word: by letters (rapidfuzz) and by sound (pypinyin). Suggests only; nothing is ever corrected."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import lru_cache

ENOUGH = 60.0


def nearest(word: str, known: Iterable[str]) -> str:
    """The known word that was most likely meant, "" when none is near. Same sound beats similar letters."""
    return _nearest(word, tuple(known))


@lru_cache(maxsize=5_000)
def _nearest(word: str, known: tuple[str, ...]) -> str:
    from rapidfuzz import fuzz

    if not word or not known:
        return ""
    scored = [(_score(fuzz.ratio(word, item), word, item), -index, item) for index, item in enumerate(known)]
    best = max(scored)
    return best[2] if best[0] >= ENOUGH else ""


def _score(letters: float, word: str, other: str) -> float:
    """Letters alone see 安城 and 安成 as half alike; the ear knows better."""
    if letters < 30 and abs(len(word) - len(other)) > 2:
        return letters
    if sound(word) == sound(other):
        return 100 + letters / 100
    return letters


@lru_cache(maxsize=5_000)
def sound(word: str) -> str:
    """Pinyin without tones; n/ng, l/n and z/zh are heard alike in the south."""
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")  # 45 MB of phrases; sounds are only compared with each other
    from pypinyin import lazy_pinyin

    syllables = [item.lower() for item in lazy_pinyin(word)]
    return " ".join(
        item.replace("zh", "z").replace("ch", "c").replace("sh", "s").replace("ng", "n") for item in syllables
    )
