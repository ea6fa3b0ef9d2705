"""The tree of a YAML file with the place of each piece, aliases too; comments beside the pieces."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from app.scheme_book.emit import emit
from validators.scheme.source import scalar_value

_HEADING = re.compile(r"#\s*([─—=*-]{2,}|[一二三四五六七八九十]+ )")


class Alias(yaml.ScalarNode):
    """`*name` where it stands; `target` is what it means."""

    target: yaml.Node


class _Loader(yaml.SafeLoader):
    """Composes aliases as nodes of their own, so that each piece has one place."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if not self.check_event(yaml.AliasEvent):
            return super().compose_node(parent, index)
        event = self.get_event()  # type: ignore[no-untyped-call]
        if event.anchor not in self.anchors:
            raise yaml.composer.ComposerError(None, None, "found undefined alias", event.start_mark)
        node = Alias("alias", event.anchor, event.start_mark, event.end_mark)
        node.target = self.anchors[event.anchor]
        return node


def compose(text: str) -> Any:
    """The tree of a file, None when it holds nothing."""
    return yaml.compose(text, Loader=_Loader)


def plain(node: yaml.Node) -> Any:
    """The data of a node, as the loader of schemes has it."""
    if isinstance(node, Alias):
        return plain(node.target)
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [plain(item) for item in node.value]
    return scalar_value(node)


def without_aliases(text: str) -> str:
    """Each alias written out where it stands, anchors gone."""
    spans: list[tuple[int, int, str]] = []
    for token in yaml.scan(text, Loader=yaml.SafeLoader):
        if isinstance(token, yaml.AnchorToken):
            spans.append((token.start_mark.index, token.end_mark.index, ""))
    stack = [compose(text)]
    while stack:
        node = stack.pop()
        if isinstance(node, Alias):
            spans.append((node.start_mark.index, node.end_mark.index, emit(plain(node))))
        elif isinstance(node, yaml.CollectionNode):
            stack += [part for child in node.value for part in (child if isinstance(child, tuple) else (child,))]
    for start, end, new in sorted(spans, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def comments_above(text: str, start: int) -> tuple[int, list[str]]:
    """Comment lines directly above the line of `start`: where they begin, and their texts. Headings are nobody's."""
    line = text.rfind("\n", 0, start) + 1
    found: list[str] = []
    while line > 0:
        above = text.rfind("\n", 0, line - 1) + 1
        words = text[above : line - 1].strip()
        if not words.startswith("#") or _HEADING.match(words):
            break
        found.insert(0, words)
        line = above
    return line, found


def note_of(comments: Sequence[str]) -> str:
    """Comment lines as a text for people."""
    return "\n".join(re.sub(r"^#+ ?", "", line) for line in comments).strip()
