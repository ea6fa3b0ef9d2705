"""The files of a scheme as they are written: where each definition stands, and the comments beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from app.scheme_book.yaml_tree import comments_above, compose, note_of, plain
from validators.scheme.load import FILES

HOME = {  # section → file for what is new
    "units": "units", "departments": "units", "sights": "units", "choices": "choices", "lookups": "choices", "tables": "tables",
    "rules": "rules", "reports": "reports", "coverage": "coverage",
}  # fmt: skip
_COMMENT = re.compile(r"(?:^|(?<=\s))#\s?(.*)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Piece:
    """One definition: its file, its place in the list or mapping of that file, its data; comments above and within."""

    file: str
    index: int
    data: Any
    note: str = ""
    inner: str = ""
    name: str = ""  # its key, in a mapping
    node: Any = None


@dataclass(slots=True)
class Tree:
    """All files of a scheme directory by relative name, and the tree of each that is read as scheme."""

    files: dict[str, bytes]
    texts: dict[str, str] = field(default_factory=dict)
    roots: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> Tree:
        """From contents by name; what is no YAML mapping is kept and not looked into."""
        tree = cls(dict(files))
        for name in tree.read_names():
            text = tree.files[name].decode("utf-8-sig").replace("\r\n", "\n")
            tree.texts[name] = text
            tree.roots[name] = compose(text)
        return tree

    @classmethod
    def at(cls, directory: Path) -> Tree:
        return cls.of(files_of(directory))

    def read_names(self) -> list[str]:
        """Files in the order in which a scheme is loaded."""
        found: list[str] = []
        for name in FILES:
            found += [f"{name}.yaml"] if f"{name}.yaml" in self.files else []
            found += sorted(item for item in self.files if re.fullmatch(rf"{name}/[^/]+\.yaml", item))
        return found

    def section(self, name: str) -> Iterator[tuple[str, Any]]:
        """(file, node) of a top-level key in each file that has it."""
        for file, root in self.roots.items():
            for key, value in root.value if isinstance(root, yaml.MappingNode) else ():
                if str(key.value) == name:
                    yield file, value

    def pieces(self, section: str) -> list[Piece]:
        """The items of a list section, in the order of the loaded scheme."""
        return [piece for file, node in self.section(section) for piece in self.items(file, node)]

    def items(self, file: str, node: Any) -> list[Piece]:
        """The items of a list."""
        if not isinstance(node, yaml.SequenceNode):
            return []
        found = []
        for index, child in enumerate(node.value):
            note = "" if node.flow_style else self._above(file, child)
            found.append(Piece(file, index, plain(child), note, self._inner(file, child), node=child))
        return found

    def entries(self, section: str) -> dict[str, Piece]:
        """The pairs of a mapping section by key."""
        found: dict[str, Piece] = {}
        for file, node in self.section(section):
            for index, (key, value) in enumerate(node.value if isinstance(node, yaml.MappingNode) else ()):
                _, comments = comments_above(self.texts[file], key.start_mark.index)
                name = str(key.value)
                found[name] = Piece(file, index, plain(value), note_of(comments), self._inner(file, value), name, value)
        return found

    def home(self, section: str) -> str:
        """The file for something new of a section: where the last of it stands, else the usual one."""
        places = [file for file, _ in self.section(section)]
        return places[-1] if places else f"{HOME.get(section, 'scheme')}.yaml"

    def _above(self, file: str, node: Any) -> str:
        text = self.texts[file]
        dash = text.rfind("-", 0, node.start_mark.index + 1)
        return note_of(comments_above(text, dash)[1])

    def _inner(self, file: str, node: Any) -> str:
        """Comments on the lines of a definition, which stay in the file and are shown only."""
        text = self.texts[file]
        spans = list(_scalars(node))
        last = max((end for _, end in spans), default=node.end_mark.index)
        stop = text.find("\n", last)
        stop = len(text) if stop < 0 else stop
        found = []
        for match in _COMMENT.finditer(text, node.start_mark.index, stop):
            if not any(start <= match.start() < end for start, end in spans):
                found.append(match[1].strip())
        return "\n".join(found)


def _scalars(node: Any) -> Iterator[tuple[int, int]]:
    if isinstance(node, yaml.CollectionNode):
        for child in node.value:
            for part in child if isinstance(child, tuple) else (child,):
                yield from _scalars(part)
    else:
        yield node.start_mark.index, node.end_mark.index


def files_of(directory: Path) -> dict[str, bytes]:
    """Every YAML file of a scheme directory by its relative name."""
    found = sorted(directory.rglob("*.yaml"))
    return {path.relative_to(directory).as_posix(): path.read_bytes() for path in found if path.is_file()}
