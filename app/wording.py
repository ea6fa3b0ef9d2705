"""What came of a run, as a person reads it. Runs keep codes and ids; commands, pages and API all show these sentences."""

from __future__ import annotations

from app.english import told
from app.language import chosen
from sync.store.base import Store
from validators.messages import sentence

HELD = {
    "zh": "一次少了很多行，没有采用，等待决定",
    "en": "Many rows were gone at once; nothing was taken over, a decision is wanted",
}
STATES = {  # how a book stands → why, by language
    "two_files": {
        "zh": "同一单位有两个文件，请决定用哪一个。",
        "en": "Two files for one unit; decide which one counts.",
    },
    "held": {
        "zh": "一次少了很多行，没有采用，请决定。",
        "en": "Many rows were gone at once; nothing was taken over, decide.",
    },
    "lost": {
        "zh": "文件夹里没有“{name}”了；数据仍是上次读到的。",
        "en": "“{name}” is no longer in the folder; the data are those last read.",
    },
    "beside": {
        "zh": "文件夹里没有“{name}”了，只有“{other}”：这种格式不能当填报的表，请打开后“另存为”.xlsx，名字不变；数据仍是上次读到的。",
        "en": "“{name}” is no longer in the folder, only “{other}”: that format is no book; open it and save it as .xlsx "
        "under the same name; the data are those last read.",
    },
    "missing": {"zh": "文件夹里还没有这个单位的表。", "en": "This unit's book is not in the folder yet."},
    "none": {"zh": "不填表，只负责", "en": "fills no book, only answers for it"},
}


def state_words(code: str, name: str = "", other: str = "") -> str:
    """Why a book stands as it does; `name`: of its file; `other`: of one that lies there in its place."""
    return STATES[code][chosen()].format(name=name, other=other)


def outcome_words(store: Store, book: str, outcome: str, message: str) -> str:
    """The message of a run over `book` (its id): a sentence for the problem that stopped it, else as it stands."""
    if outcome == "held":
        return HELD[chosen()]
    return problem_words(store, book, message) if outcome == "unreadable" else told(message)


def problem_words(store: Store, book: str, code: str) -> str:
    """What stopped the reading of a book, with what its own finding knows of it."""
    for finding in store.book_findings(book):
        if finding.code == code:
            return sentence(code, finding.params, chosen())
    found = store.book(book)
    name = found.name if found is not None and found.name else "这个文件"
    return sentence(code, {"name": name}, chosen())
