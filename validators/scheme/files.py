"""Which files make a scheme, and which lie beside it by a wrong name: nothing is left out in silence."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from validators.scheme.source import SchemeError
from validators.scheme.wording import nearest

FILES = ("scheme", "units", "choices", "tables", "rules", "reports", "coverage")  # each X.yaml, or X/*.yaml
BESIDE = ("demo", "examples")  # not of the scheme itself: rows to show it with, worked examples
_KNOWN = "、".join(f"{name}.yaml" for name in FILES)


def scheme_files(directory: Path) -> Iterator[Path]:
    """The files of a scheme, in the order in which they are read."""
    for name in FILES:
        single = directory / f"{name}.yaml"
        if single.is_file():
            yield single
        yield from sorted((directory / name).glob("*.yaml"))


def misnamed(directory: Path) -> list[tuple[Path, SchemeError]]:
    """YAML files that nothing reads, each with what its name should be."""
    read = {*scheme_files(directory), *(directory / f"{name}.yaml" for name in BESIDE)}
    return [(path, SchemeError(str(path), 0, "", _told(directory, path))) for path in _written(directory, read)]


def _written(directory: Path, read: set[Path]) -> Iterator[Path]:
    """YAML files other than those, without what editors and version control keep in hidden places."""
    for path in sorted(directory.iterdir()) if directory.is_dir() else ():
        if path.name.startswith("."):
            continue
        found = sorted(path.rglob("*")) if path.is_dir() else [path]
        yield from (
            item
            for item in found
            if item.suffix.lower() in (".yaml", ".yml")
            and item not in read
            and item.is_file()
            and not any(part.startswith(".") for part in item.relative_to(directory).parts)
        )


def _told(directory: Path, path: Path) -> str:
    place = path.relative_to(directory)
    if place.parent.name in FILES and len(place.parts) == 2:
        return f"这个文件不会读：{place.parent.name} 目录里的文件名要以 .yaml 结尾，请改名为 {path.stem}.yaml"
    if len(place.parts) > 1:
        folders = "、".join(f"{name}/" for name in FILES)
        near = nearest(place.parts[0], FILES) or f"；可以分开放的目录有 {folders}"
        return f"这个文件不会读：方案不看“{place.parent.as_posix()}”这个目录{near}"
    if path.stem in FILES:
        return f"这个文件不会读：文件名要以 .yaml 结尾，请改名为 {path.stem}.yaml"
    near = nearest(path.stem, FILES)
    told = near.replace("”？", ".yaml”？") if near else f"；方案的文件有 {_KNOWN}，规则多的可以放在 rules/ 目录里"
    return f"这个文件不会读：没有叫“{path.name}”的方案文件{told}"
