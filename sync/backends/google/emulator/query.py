"""Drive's search language (the `q` of files.list) as a test of files."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

from sync.backends.google.emulator.clock import stamp
from sync.backends.google.emulator.errors import DriveError
from sync.backends.google.emulator.files import File, parents_of, root_id

Test = Callable[[File], bool]

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(?P<op><=|>=|!=|=|<|>|[(){}])|(?P<word>[A-Za-z_]+))"""
)


class _Token(NamedTuple):
    kind: str
    text: str


def _invalid(text: str) -> DriveError:
    """ "Invalid Value" is all that Google says; `text` is for whoever reads the traceback."""
    error = DriveError(400, "Invalid Value", "invalid", place="q")
    error.add_note(text)
    return error


def parse_query(text: str, user: str, seen: float, in_bin: Test) -> Test:
    """The test a query stands for; no query fits all files. DriveError when it cannot be read."""
    if not text.strip():
        return lambda file: True
    tokens, at = [], 0
    while at < len(text.rstrip()):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _invalid(text)
        kind = match.lastgroup or ""
        body = match[kind]
        tokens.append(_Token(kind, re.sub(r"\\(.)", r"\1", body[1:-1]) if kind == "string" else body))
        at = match.end()
    parser = _Parser(tokens, text, user, seen, in_bin)
    test = parser.either()
    if parser.at != len(tokens):
        raise _invalid(text)
    return test


class _Parser:
    def __init__(self, tokens: list[_Token], text: str, user: str, seen: float, in_bin: Test) -> None:
        self.tokens, self.text, self.user, self.seen, self.at = tokens, text, user, seen, 0
        self.in_bin = in_bin

    def peek(self) -> str:
        if self.at >= len(self.tokens) or self.tokens[self.at].kind == "string":
            return ""
        return self.tokens[self.at].text

    def take(self) -> _Token:
        if self.at >= len(self.tokens):
            raise _invalid(self.text)
        self.at += 1
        return self.tokens[self.at - 1]

    def either(self) -> Test:
        tests = [self.every()]
        while self.peek() == "or":
            self.take()
            tests.append(self.every())
        return tests[0] if len(tests) == 1 else lambda file: any(test(file) for test in tests)

    def every(self) -> Test:
        tests = [self.one()]
        while self.peek() == "and":
            self.take()
            tests.append(self.one())
        return tests[0] if len(tests) == 1 else lambda file: all(test(file) for test in tests)

    def one(self) -> Test:
        if self.peek() == "not":
            self.take()
            test = self.one()
            return lambda file: not test(file)
        if self.peek() == "(":
            self.take()
            test = self.either()
            if self.take().text != ")":
                raise _invalid(self.text)
            return test
        first = self.take()
        if first.kind == "string":
            return self.membership(first.text)
        if first.text in _COLLECTIONS and self.peek() == "in":  # gspread asks the other way round
            self.take()
            return self.held(first.text, self.take().text)
        return self.comparison(first.text)

    def membership(self, text: str) -> Test:
        if self.take().text != "in":
            raise _invalid(self.text)
        return self.held(self.take().text, text)

    def held(self, place: str, text: str) -> Test:
        """Whether a collection of a file holds this."""
        if place == "parents":
            return lambda file: (root_id(self.user) if text == "root" else text) in parents_of(file)
        if place in ("owners", "writers", "readers"):
            email = self.user if text == "me" else text
            allowed = {"owners": ("owner",), "writers": ("owner", "writer")}.get(place)
            return lambda file: any(
                item.get("emailAddress") == email and (allowed is None or item["role"] in allowed)
                for item in file.permissions.values()
            )
        raise _invalid(self.text)

    def comparison(self, name: str) -> Test:
        if name == "sharedWithMe" and self.peek() not in _SIGNS:
            return lambda file: file.owner != self.user
        if name == "appProperties":
            return self.property()
        sign, value = self.take().text, self.take()
        if name in ("trashed", "sharedWithMe"):
            return self.truth(name, sign, value.text)
        field = _FIELDS.get(name)
        if field is None or value.kind != "string":
            raise _invalid(self.text)
        wanted = value.text
        if name in ("modifiedTime", "createdTime"):
            wanted = self.moment(wanted)
        compare = _SIGNS.get(sign)
        if compare is None:
            raise _invalid(self.text)
        return lambda file: compare(field(file, self.seen), wanted)

    def truth(self, name: str, sign: str, value: str) -> Test:
        """trashed = true, sharedWithMe != false …"""
        if sign not in ("=", "!=") or value not in ("true", "false"):
            raise _invalid(self.text)
        wanted = (value == "true") is (sign == "=")
        if name == "trashed":
            return lambda file: self.in_bin(file) is wanted
        return lambda file: (file.owner != self.user) is wanted

    def property(self) -> Test:
        """appProperties has { key='a' and value='b' }"""
        words = [self.take() for _ in range(9)]
        if [word.text for word in words[:4] + words[5:8]] != ["has", "{", "key", "=", "and", "value", "="]:
            raise _invalid(self.text)
        if words[8].kind != "string" or self.take().text != "}":
            raise _invalid(self.text)
        return lambda file: file.app_properties.get(words[4].text) == words[8].text

    def moment(self, text: str) -> str:
        """RFC 3339 in any precision and zone as one of our stamps; without a zone it is UTC."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            raise _invalid(self.text) from None
        return stamp((found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp())


_COLLECTIONS = ("parents", "owners", "writers", "readers")
_FIELDS: dict[str, Callable[[File, float], object]] = {
    "name": lambda file, seen: file.name,
    "mimeType": lambda file, seen: file.mime,
    "modifiedTime": lambda file, seen: stamp(file.modified(seen)),
    "createdTime": lambda file, seen: stamp(file.created),
}

_SIGNS: dict[str, Callable[[object, object], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: str(a) > str(b),
    ">=": lambda a, b: str(a) >= str(b),
    "<": lambda a, b: str(a) < str(b),
    "<=": lambda a, b: str(a) <= str(b),
    "contains": lambda a, b: any(word.startswith(str(b).casefold()) for word in _words(str(a))),
}


def _words(text: str) -> list[str]:
    """`name contains` looks at the beginnings of words, and at the name as a whole."""
    folded = text.casefold()
    return [folded, *(folded[match.start() :] for match in re.finditer(r"\b\w|[^\x00-\x7f]", folded))]
