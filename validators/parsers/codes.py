"""统一社会信用代码 (GB 32100-2015). Text from end to end; never a number, never corrected."""

from __future__ import annotations

import re
from datetime import date

from validators.cells import fold, squeeze, unquoted
from validators.parsers.base import ParseContext, ParsedCell, error, ok, warn
from validators.parsers.projcodes import parse_projcode
from validators.rawcell import Format

# 统一社会信用代码 -----------------------------------------------------------------------------------------------

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # without I O S V Z
_VALUE = {char: number for number, char in enumerate(_ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_LOOKALIKE = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
_SAME_LOOKS = str.maketrans(
    "АВЕКМНРСТХУавекмнрстхуΑΒΕΗΚΜΝΡΤΥΧОоІіЅѕΟΙΖ", "ABEKMHPCTXYABEKMHPCTXYABEHKMNPTYXOOIISSOIZ"
)  # Cyrillic and Greek
_SCIENTIFIC = re.compile(r"\d(?:\.\d+)?E\+?\d")
_BARE = re.compile(r"[0-9A-Z]{8,}")
_LABEL = re.compile(r"[\u4e00-\u9fff()]*(?:代码|信用码|税号)(?:证?号)?:?|")


def parse_uscc(text: str, ctx: ParseContext) -> ParsedCell:
    """18 characters, both check digits right. The message says which part is wrong."""
    if len(text) == 18 and text.isascii() and text.isalnum() and uscc_check(text) == text[17]:
        return _checked(text)
    text = unquoted(text).rstrip("*").translate(_SAME_LOOKS)
    folded = squeeze(text).upper()
    if len(folded) > 18 and "\n" in fold(text):
        folded = "、".join(dict.fromkeys(squeeze(line).upper() for line in fold(text).split("\n")))
    if _SCIENTIFIC.search(folded):
        return error("cell.code.scientific")
    if _BARE.fullmatch(text):
        return _uscc(text, "")
    if re.search(r"[0-9A-Z][*]{2,}|[*]{2,}[0-9A-Z]", folded):
        return error("cell.uscc.masked")
    ell = text.find("l")
    if ell >= 0 and uscc_check(one := squeeze(text.replace("l", "1")).upper()) == one[17:18]:
        return error("cell.uscc.letter", place=ell + 1, letter="l", instead="1")
    body = re.sub(r"\([^()]*[\u4e00-\u9fff][^()]*\)", "", folded)
    tokens = re.findall(r"(?<![0-9A-Z])[0-9A-Z](?:[0-9A-Z]|[-_.,](?=[0-9A-Z])){7,}", body)
    if not tokens:
        return error("cell.uscc.words")
    tokens = [re.sub(r"[-_.,]", "", token) for token in tokens]
    if len(tokens) > 1 and sum(len(token) == 18 for token in tokens) != 1:
        return error("cell.uscc.several") if len(set(tokens)) > 1 else _uscc(tokens[0], "")
    code = next((token for token in tokens if len(token) == 18), tokens[0])
    rest = re.sub(r"[-_.,]", "", body).replace(code, "").strip(":;,。、()")
    return _uscc(code, "" if _LABEL.fullmatch(rest) else rest)


def _uscc(code: str, dropped: str) -> ParsedCell:
    if len(code) != 18:
        return _wrong_length(code)
    bad = next((place for place, char in enumerate(code) if char not in _VALUE), None)
    if bad is not None:
        return error("cell.uscc.letter", place=bad + 1, letter=code[bad], instead=_LOOKALIKE[code[bad]])
    if uscc_check(code) == code[17]:
        cell = _checked(code)
        return warn(code, "cell.dropped", read=code, dropped=dropped) if dropped and cell.kind == "ok" else cell
    if _is_id_card(code):
        return error("cell.uscc.id_card")
    if not re.fullmatch(r"[0-9]{6}", code[2:8]):
        return error("cell.uscc.region", part=code[2:8])
    return _wrong_check(code)


def _checked(code: str) -> ParsedCell:
    """A code whose last character is right: is the rest of it sound?"""
    if not re.fullmatch(r"[1-9ANY][0-9A-HJ-NPQRTUW-Y][0-9]{6}", code[:8]):
        return error("cell.uscc.letter_case") if code != code.upper() else _odd_start(code)
    if org_check(code[8:16]) != code[16]:
        return warn(code, "cell.uscc.org_check", part=code[8:17], read=code)
    return ok(code)


def _odd_start(code: str) -> ParsedCell:
    return (
        error("cell.uscc.region", part=code[2:8])
        if not code[2:8].isdigit()
        else error("cell.uscc.start", part=code[:2])
    )


def _wrong_length(code: str) -> ParsedCell:
    if len(code) == 15 and code.isdigit():
        return error("cell.uscc.registration")
    if len(code) in (8, 9) and not re.match(r"9[1-3]\d{6}", code):  # 91340403: the front of a code, and no more
        return error("cell.uscc.org_code")
    if len(code) in (20, 24) and code.isdigit():
        return error("cell.uscc.projcode")
    return error("cell.uscc.length", length=len(code))


def _wrong_check(code: str) -> ParsedCell:
    """Which part is wrong: only the last character, the organisation code inside, or the front."""
    org_sound = org_check(code[8:16]) == code[16]
    swapped = [] if org_sound else _swaps(code)
    if len(swapped) == 1:
        place, better = swapped[0]
        return error("cell.uscc.swapped", place=place + 1, other=place + 2, better=better)
    if org_sound:
        return error("cell.uscc.check", wanted=uscc_check(code), last=code[17], front=code[:8])
    return error("cell.uscc.org_part", part=code[8:17])


def _swaps(code: str) -> list[tuple[int, str]]:
    """Neighbours inside the organisation code typed in the wrong order: the swaps that make both check digits right."""
    found = []
    for place in range(8, 17):
        if code[place] != code[place + 1]:
            other = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
            if uscc_check(other) == other[17] and org_check(other[8:16]) == other[16] and other[2:8].isdigit():
                found.append((place, other))
    return found


def uscc_check(code: str) -> str:
    """The 18th character that the first 17 ask for; "" when they hold a character that no code has."""
    total = 0
    try:
        for char, weight in zip(code, _WEIGHTS, strict=False):
            total += _VALUE[char] * weight
    except KeyError:
        return ""
    return _ALPHABET[-total % 31]


def org_check(body: str) -> str:
    """Check character of an 8-character 组织机构代码 (GB 11714)."""
    total = 0
    for char, weight in zip(body, _ORG_WEIGHTS, strict=True):
        total += (int(char) if char.isdigit() else ord(char) - 55) * weight
    return "0123456789X0"[11 - total % 11]


def _is_id_card(code: str) -> bool:
    """Region and birthday where an identity card has them."""
    if not re.fullmatch(r"[1-9]\d{16}[0-9X]", code):
        return False
    try:
        born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return False
    return 1920 < born.year < 2020


def code_number(digits: str, fmt: Format, ctx: ParseContext, kind: str) -> ParsedCell:
    """A code in a number cell: Excel keeps 15 digits, the rest is gone for good."""
    if len(digits.lstrip("-").replace(".", "")) > 15 or "E" in digits.upper():
        return error("cell.code.scientific")
    return parse_uscc(digits, ctx) if kind == "uscc" else parse_projcode(digits, ctx)
