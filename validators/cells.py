"""Cleaning before parsing: full-width forms, invisible characters, odd dashes, and words that mean "nothing here".

The characters are listed one by one with their names, because each was met in real copied text and each has cost
somebody an afternoon. `fold` is for values that are read (dates, money, codes); `tidy` is for text that is kept as
the clerk wrote it, minus what nobody can see.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

INVISIBLE: dict[str, str] = {
    "\u00ad": "SOFT HYPHEN",
    "\u034f": "COMBINING GRAPHEME JOINER",
    "\u061c": "ARABIC LETTER MARK",
    "\u180e": "MONGOLIAN VOWEL SEPARATOR",
    "\u200b": "ZERO WIDTH SPACE",
    "\u200c": "ZERO WIDTH NON-JOINER",
    "\u200d": "ZERO WIDTH JOINER",
    "\u200e": "LEFT-TO-RIGHT MARK",
    "\u200f": "RIGHT-TO-LEFT MARK",
    "\u202a": "LEFT-TO-RIGHT EMBEDDING",
    "\u202b": "RIGHT-TO-LEFT EMBEDDING",
    "\u202c": "POP DIRECTIONAL FORMATTING",
    "\u202d": "LEFT-TO-RIGHT OVERRIDE",
    "\u202e": "RIGHT-TO-LEFT OVERRIDE",
    "\u2060": "WORD JOINER",
    "\u2061": "FUNCTION APPLICATION",
    "\u2062": "INVISIBLE TIMES",
    "\u2063": "INVISIBLE SEPARATOR",
    "\u2064": "INVISIBLE PLUS",
    "\u2066": "LEFT-TO-RIGHT ISOLATE",
    "\u2067": "RIGHT-TO-LEFT ISOLATE",
    "\u2068": "FIRST STRONG ISOLATE",
    "\u2069": "POP DIRECTIONAL ISOLATE",
    "\u206a": "INHIBIT SYMMETRIC SWAPPING",
    "\u206f": "NOMINAL DIGIT SHAPES",
    "\ufe00": "VARIATION SELECTOR-1",
    "\ufe0e": "VARIATION SELECTOR-15",
    "\ufe0f": "VARIATION SELECTOR-16",
    "\ufeff": "ZERO WIDTH NO-BREAK SPACE",
    "\ufff9": "INTERLINEAR ANNOTATION ANCHOR",
    "\ufffa": "INTERLINEAR ANNOTATION SEPARATOR",
    "\ufffb": "INTERLINEAR ANNOTATION TERMINATOR",
    "\ufffc": "OBJECT REPLACEMENT CHARACTER",
}
SPACES: dict[str, str] = {
    "\t": "CHARACTER TABULATION",
    "\x0b": "LINE TABULATION",
    "\x0c": "FORM FEED",
    "\x1c": "FILE SEPARATOR",
    "\x1d": "GROUP SEPARATOR",
    "\x1e": "RECORD SEPARATOR",
    "\x85": "NEXT LINE",
    "\u00a0": "NO-BREAK SPACE",
    "\u1680": "OGHAM SPACE MARK",
    **{chr(code): unicodedata.name(chr(code)) for code in range(0x2000, 0x200B)},
    "\u2028": "LINE SEPARATOR",
    "\u2029": "PARAGRAPH SEPARATOR",
    "\u202f": "NARROW NO-BREAK SPACE",
    "\u205f": "MEDIUM MATHEMATICAL SPACE",
    "\u2800": "BRAILLE PATTERN BLANK",
    "\u3000": "IDEOGRAPHIC SPACE",
    "\u3164": "HANGUL FILLER",
    "\uffa0": "HALFWIDTH HANGUL FILLER",
}
DASHES: dict[str, str] = {
    "\u02d7": "MODIFIER LETTER MINUS SIGN",
    "\u2010": "HYPHEN",
    "\u2011": "NON-BREAKING HYPHEN",
    "\u2012": "FIGURE DASH",
    "\u2013": "EN DASH",
    "\u2014": "EM DASH",
    "\u2015": "HORIZONTAL BAR",
    "\u2043": "HYPHEN BULLET",
    "\u2212": "MINUS SIGN",
    "\u2500": "BOX DRAWINGS LIGHT HORIZONTAL",
    "\u2501": "BOX DRAWINGS HEAVY HORIZONTAL",
    "\u2e3a": "TWO-EM DASH",
    "\u30fc": "KATAKANA-HIRAGANA PROLONGED SOUND MARK",
    "\ufe31": "PRESENTATION FORM FOR VERTICAL EM DASH",
    "\ufe58": "SMALL EM DASH",
    "\ufe63": "SMALL HYPHEN-MINUS",
    "\uff0d": "FULLWIDTH HYPHEN-MINUS",
    "\uff70": "HALFWIDTH KATAKANA-HIRAGANA PROLONGED SOUND MARK",
}
TILDES: dict[str, str] = {
    "\u02dc": "SMALL TILDE",
    "\u223c": "TILDE OPERATOR",
    "\u301c": "WAVE DASH",
    "\u3030": "WAVY DASH",
    "\uff5e": "FULLWIDTH TILDE",
}
_CIRCLED = {
    chr(code): str(number)
    for first, last, start in (
        (0x2460, 0x2473, 1), (0x3251, 0x325F, 21), (0x32B1, 0x32BF, 36), (0x24EA, 0x24EA, 0), (0x24EB, 0x24F4, 11),
        (0x24F5, 0x24FE, 1), (0x2776, 0x277F, 1), (0x2780, 0x2789, 1), (0x278A, 0x2793, 1),
    )
    for number, code in enumerate(range(first, last + 1), start)
}  # fmt: skip
"""① to ㊿ in their shapes. Half-width they are plain digits, and 12000① would be 120001."""
_RAISED = re.compile("(?<=[0-9０-９])(?=[⁰¹²³⁴-⁹₀-₉])")  # 10² is not 102
_CONTROLS = {code: None for code in range(32) if chr(code) not in "\t\n\r\x0b\x0c\x1c\x1d\x1e"} | {0x7F: None}
_SEEN = {ord(char): None for char in INVISIBLE} | _CONTROLS | {ord(char): " " for char in SPACES}
_TIDY = str.maketrans({**_SEEN, ord("\r"): "\n"})
_FOLD = str.maketrans(
    {
        **_SEEN,
        ord("\r"): "\n",
        **{ord(char): "-" for char in DASHES},
        **{ord(char): "~" for char in TILDES},
        **dict.fromkeys(map(ord, "【〔〖［｛[{"), "("),
        **dict.fromkeys(map(ord, "】〕〗］｝]}"), ")"),
        **dict.fromkeys(map(ord, "“”„‟〝〞＂"), '"'),
        **dict.fromkeys(map(ord, "‘’‚‛"), "'"),
        **{ord(char): f"({number})" for char, number in _CIRCLED.items()},
    }
)
_LINES = re.compile(r"\s*\n\s*")
_CLEAN_ASCII = re.compile(r"[!-Z^-z|~\\]+(?: [!-Z^-z|~\\]+)*")  # printable, single inner spaces, no [ ] { }


def fold(text: str) -> str:
    """One spelling for many: half-width, plain dashes and round brackets, no invisible characters, ends trimmed.

    Line breaks stay as single `\\n`, because in a list of names they separate.
    """
    if text.isascii() and _CLEAN_ASCII.fullmatch(text):
        return text
    return _fold(text)


@lru_cache(maxsize=50_000)
def _fold(text: str) -> str:
    text = unicodedata.normalize("NFKC", _RAISED.sub("^", text.translate(_FOLD))).translate(_FOLD)
    return _LINES.sub("\n", text).strip()


def squeeze(text: str) -> str:
    """`fold` without any white space or line break: what is compared, not what is kept."""
    text = fold(text)
    return text if text.isascii() and " " not in text and "\n" not in text else "".join(text.split())


def unquoted(folded: str) -> str:
    """Without quotation marks around it, the ' that keeps digits as text, and ticks: 12000√, “12000”, '12000."""
    return _WRAPPING.sub("", folded)


_WRAPPING = re.compile(r"^[\"'`√✓✔☑✅★☆※]+\s*|\s*[\"'`√✓✔☑✅★☆※]+$")


def tidy(text: str) -> str:
    """Text as the clerk wrote it, without what nobody can see; ends trimmed. Full-width punctuation stays."""
    if text.isascii() and _CLEAN_ASCII.fullmatch(text):
        return text
    return text.translate(_TIDY).strip()


_BLANK_MARKS = re.compile(r"[-_/\\.。·•、,;:*'\"~|…+=]+")
BLANK_WORDS = frozenset({"无", "暂无", "空", "空白", "没有", "不涉及", "不适用", "未涉及", "无此项", "此项无", "不填", "免填",
                         "n/a", "na", "none", "null", "nil", "nan", "无内容", "(空)", "(无)", "(空白)", "年月日", "年月"})  # fmt: skip
DITTO_WORDS = frozenset({"同上", "同前", "同左", "同右", "同下", "同", "〃", "″", "′′", "''", '"', "同上行", "同上一行", "同上格", "如上", "同上。",
                         "同上项", "同上表", "同上月", "同上期", "同首行", "ditto"})  # fmt: skip
_PENDING = re.compile(
    r"(?:暂|暂时|目前|现|尚|还|仍|具体|时间|日期|金额|数据|人员|联系人|联络员|责任人|负责人|姓名|电话|名称|单位|项目|企业|公司|代码|编号|相关)*"
    r"(?:待(?!遇|业)[^\d]{0,8}|未定|不定|未确定|未明确|未落实|未知|不详|不明|不清楚|不清|不知道|不确定|"
    r"拟(?:注册|设立|成立|新设|组建|注册成立)(?:中|新?公司)?|"
    r"未(?:取得|办理|办|提供|报送|上报|统计|核实|核定|赋码|注册|发布|公布|签订|批复|申报|填报|下达|招标|立项|备案)|"
    r"(?:正在|在)?(?:统计|核实|办理|申请|申报|注册|核定|核算|测算|对接|商定|洽谈|协商|确认|补充|完善|赋码)中?|"
    r"tbd|tbc|暂缺|缺|暂定|暂不确定|暂不清楚|略|后补|补报|稍后补|[?]+)[.。!]?",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"[(]?(?:详|具体|请)?(?:见|参见|参照|参阅|按)(?:附件|附表|备注|附|下表|上表|另表|说明|文件|合同|批复|表|下|上|后|前|右|左|台账|清单).*"
)


def is_blank(folded: str) -> bool:
    """Whether a folded text means an empty cell: `—`, `/`, 无, N/A …"""
    return not folded or _BLANK_MARKS.fullmatch(folded) is not None or "".join(folded.lower().split()) in BLANK_WORDS


def is_pending(squeezed: str) -> bool:
    """Whether it says that the value is not known yet: 待定, 未取得, 正在办理 …"""
    return len(squeezed) <= 14 and _PENDING.fullmatch(squeezed) is not None


def is_ditto(squeezed: str) -> bool:
    """Whether it points at another cell: 同上, 〃 …"""
    return squeezed.lower() in DITTO_WORDS


def is_reference(squeezed: str) -> bool:
    """Whether it sends the reader elsewhere: 见附件, 详见备注 …"""
    return _REFERENCE.fullmatch(squeezed) is not None
