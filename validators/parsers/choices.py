"""Drop-downs with one or several values."""

from __future__ import annotations

import re
from collections.abc import Iterable

from validators.cells import fold, is_blank, squeeze
from validators.parsers.base import BLANK, ParseContext, ParsedCell, WordList, error, ok, warn
from validators.parsers.guess import nearest, sound
from validators.parsers.remarks import remarks_in, with_doubt
from validators.parsers.ticks import BOX, ticked
from validators.values import LIST_SEPARATORS

MOST_SHOWN, LONGEST_SHOWN = 12, 60
_NUMBERING = re.compile(r"^(?:\(?[0-9a-e]\)|[0-9a-e][.、:]|[①-⑨]|[√✓✔☑■●]|[0-9](?=[\u4e00-\u9fff]))+")
_NEGATED = re.compile(
    r"(?:[非不未无否没](?:有|是|属于?|算|做|搞|能|在|再|曾|达到?|含|包括|选择?|采用|通过|列入|纳入)?|除|退出|脱离|放弃|取消|撤销|解除|终止|原(?:先|来|系|为|是)?|曾(?:为|是)?)$"
)
_OTHER_SENSE = re.compile(
    r"[、,;/|和及或转改变]|以[上下]|取消|停|失败|除外|退(?!役|休|伍|耕)|撤|作废|终止|放弃|解除|[到过]期|"
    r"(?:未|没有?|不)(?:能|予|获|被)?(?:通过|合格|完成|成功|果|达标|批准|认定|入选|采用|办成)"
)
_ANYTHING = re.compile(r".*", re.S)
_NO = re.compile(r"[非不未无否没]|失败|退|拒|撤|停")


def parse_choice(text: str, ctx: ParseContext, beside: re.Pattern[str] = _ANYTHING) -> ParsedCell:
    """One value of a list. A word that is none of it is an error with a guess, where the list is strict. `beside`: what
    may stand around a value that is understood from a longer text."""
    words = ctx.choices
    if words is None:
        return ok(" ".join(fold(text).split()))
    known = _known_here(text, words, ctx)
    if known:
        return known
    body = squeeze(text)
    found = ticked(text)
    if found is not None:
        return _one_of(found, words)
    if ctx.strict and any(box in body for box in BOX):
        return error("cell.choice.none_ticked", values=listed(words))
    parts = [squeeze(part).lower() for part in re.split(r"[、,;/|和及\n]", fold(text))]
    several = [words.index[part] for part in parts if part in words.index]
    if len(set(several)) > 1:
        return error("cell.choice.one_only", values=listed(words), found="、".join(dict.fromkeys(several)))
    inside = _inside(body.lower(), words)
    sure = len(inside) == 1 and words.index.get(nearest(body.lower(), words.index), inside[0]) == inside[0]
    rest = body.lower().replace(inside[0].lower(), "") if sure else ""
    short = sure and len(body) <= 3 * len(inside[0]) + 6
    if (
        short
        and not _OTHER_SENSE.search(rest)
        and beside.fullmatch(rest)
        and not _of_elsewhere(body, inside[0], ctx.district)
    ):
        return warn(inside[0], "cell.choice.inferred", read=inside[0])
    if not ctx.strict:
        kept = " ".join(fold(text).split())
        return warn(kept, "cell.choice.unlisted", values=listed(words), read=kept, suggest=_guess(body, words))
    return error("cell.choice.unknown", values=listed(words), suggest=_guess(body, words))


def _of_elsewhere(body: str, value: str, district: str) -> bool:
    """Whether it is the office of another county: 乙县发改委 in a list of 甲县 is not its 县发改委."""
    before = body[: body.lower().find(value.lower())] + value[0]
    if value[0] not in _LEVELS or (district and before.endswith(district)):
        return False
    return re.search(r"[\u4e00-\u9fff]{3,}$", before) is not None and not _SAID_BEFORE.search(before[:-1])


_SAID_BEFORE = re.compile(r"(?:由|请|报|经|对|向|涉及|牵头|责任|主管|建议|联系|单位|部门|[是为及和与、:])$")


def _known_here(text: str, words: WordList, ctx: ParseContext) -> ParsedCell | None:
    """The value that the text spells, also with the whole name of the district in front: in 甲县, 甲县发改委 is
    县发改委."""
    known = known_word(text, words)
    if known or not ctx.district or not squeeze(text).startswith(ctx.district):
        return known
    return known_word(ctx.district[-1] + squeeze(text).removeprefix(ctx.district), words)


def known_word(text: str, words: WordList) -> ParsedCell | None:
    """The value that the text spells; what stands in brackets behind it is told where it is doubtful, and refused
    where it is another value or denies this one: 标准化厂房（改独立选址）, 通过（未通过）."""
    value = match_word(text, words)
    if not value:
        return None
    body = squeeze(text)
    return ok(value) if "(" not in body or body.lower() in words.index else _with_remarks(value, body, words)


def _with_remarks(value: str, body: str, words: WordList) -> ParsedCell:
    for remark in remarks_in(body):
        meant = match_word(remark, words)
        others = [meant] if meant else _inside(remark.lower(), words)
        if set(others) - {value}:
            return error("cell.choice.one_only", values=listed(words), found="、".join(dict.fromkeys((value, *others))))
        if not meant and _denied(remark, body, value):
            return error("cell.choice.unknown", values=listed(words), suggest="")
    return with_doubt(value, body)


def _denied(remark: str, body: str, value: str) -> bool:
    """不通过 behind 通过: the very word, with a no before it."""
    names = (value, body.partition("(")[0])
    return any((at := remark.find(name)) > 0 and _NEGATED.search(remark[:at]) for name in names if name)


def _one_of(ticked: list[str], words: WordList) -> ParsedCell:
    found = [match_word(text, words) for text in ticked]
    if not ticked:
        return error("cell.choice.none_ticked", values=listed(words))
    if not all(found):
        wrong = ticked[found.index("")]
        return error("cell.choices.unknown", values=listed(words), part=wrong, suggest=_guess(wrong, words))
    return (
        error("cell.choice.one_only", values=listed(words), found="、".join(found)) if len(found) > 1 else ok(found[0])
    )


def match_word(text: str, words: WordList) -> str:
    """The value a spelling means, with numbering, ticks and remarks in brackets taken off; "" when none."""
    body = squeeze(text).lower()
    if body in words.index:
        return words.index[body]
    shorter = _NUMBERING.sub("", body).strip("。.;,、:\"'√✓")
    for spelling in (shorter, re.sub(r"\([^()]*\)", "", shorter), shorter.strip("()")):
        if spelling in words.index:
            return words.index[spelling]
    return _of_own_level(spelling, words)


_LEVELS = "省市区县"
_LEAST_NAME = 3


def _of_own_level(spelling: str, words: WordList) -> str:
    """发改委 is 县发改委, where the list has no other: inside a county nobody says which county."""
    if len(spelling) < _LEAST_NAME or spelling[0] in _LEVELS:
        return ""
    found = {words.index[level + spelling] for level in _LEVELS if level + spelling in words.index}
    return found.pop() if len(found) == 1 else ""


def _inside(body: str, words: WordList) -> list[str]:
    """Values whose full name stands inside the text, not negated."""
    found = []
    for value in words.values:
        at = body.find(value.lower())
        if at >= 0 and len(value) >= 2 and not _NEGATED.search(body[:at]):
            found.append(value)
    return [value for value in found if not any(value != other and value in other for other in found)]


def _guess(body: str, words: WordList) -> str:
    """The value that was most likely meant; never one that says the opposite: 没有入统 is no slip for 已入统."""
    body = body.lower()
    known = tuple(words.index)
    found = nearest(body, [word for word in known if _NO.search(word)] if _NO.search(body) else known)
    return words.index[found] if found and not _either_way(body, found, known) else ""


def _either_way(body: str, found: str, known: Iterable[str]) -> bool:
    """非新建 is no slip for 新建, and 末入统 may be 已入统 as well as 未入统."""
    at = body.find(found)
    if at > 0 and _NEGATED.search(body[:at]):
        return True
    if body[1:] != found[1:] or sound(body) == sound(found) or (body[0] in "己巳" and found[0] == "已"):
        return False
    return len({_NO.match(word) is None for word in known if word[1:] == found[1:]}) > 1


def listed(words: WordList) -> str:
    """The values for a sentence, cut short where there are many."""
    shown: list[str] = []
    for value in words.values:
        if len(shown) == MOST_SHOWN or sum(map(len, shown)) + len(value) > LONGEST_SHOWN:
            return "、".join(shown) + "等"
        shown.append(value)
    return "、".join(shown)


_LISTING = re.compile(r"以及|[和及与-]|\(?\d[.、)]?(?=[\u4e00-\u9fff])")


def _smaller(part: str, words: WordList) -> list[str]:
    """新建和扩建, 1新建2扩建: its pieces, where each of them is a word; else the part as it stands."""
    if match_word(part, words):
        return [part]
    pieces = [piece for piece in _LISTING.split(part) if piece]
    return pieces if pieces and all(match_word(piece, words) for piece in pieces) else [part]


def parse_choices(text: str, ctx: ParseContext) -> ParsedCell:
    """Several values of a list, joined with 、 in the list's order of writing."""
    words = ctx.choices
    if words is not None and (known := known_word(text, words)) and known.value:
        return known
    parts = [part.strip() for part in LIST_SEPARATORS.split(fold(text)) if not is_blank(part)]
    if words is None:
        return ok("、".join(dict.fromkeys(parts))) if parts else BLANK
    chosen = ticked(text)
    if chosen == []:
        return error("cell.choice.none_ticked", values=listed(words))
    parts = chosen or [small for part in parts for small in _smaller(part, words)]
    cells = [(part, _known_here(part, words, ctx)) for part in parts]
    unknown = [part for part, cell in cells if cell is None or cell.kind == "error"]
    found = [cell.value for _, cell in cells if cell and cell.value]
    told = next((cell for _, cell in cells if cell and cell.kind == "warn"), None)
    kept = "、".join(dict.fromkeys(found))
    if not unknown:
        return told._replace(value=kept) if told else ok(kept) if kept else BLANK
    if not ctx.strict:
        kept = "、".join(dict.fromkeys([*found, *unknown]))
        return warn(kept, "cell.choice.unlisted", values=listed(words), read=kept, suggest=_guess(unknown[0], words))
    return error(
        "cell.choices.unknown", values=listed(words), part=unknown[0], suggest=_guess(squeeze(unknown[0]), words)
    )
