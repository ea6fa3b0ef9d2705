"""The bundled schemes, and the one way to load a scheme by id or by directory."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from validators.scheme.load import SchemeError, SchemeErrors, load_scheme
from validators.scheme.models import Scheme
from validators.scheme.tables import Table

SCHEMES = Path(__file__).parent / "schemes"


class UnknownSchemeError(LookupError):
    """No scheme of that name is bundled, nor is it a directory with a scheme.yaml."""


def bundled() -> dict[str, Path]:
    """Id → directory of every scheme that comes with the program, in the order of `order.yaml`, the others after it."""
    found = {path.parent.name: path.parent for path in sorted(SCHEMES.glob("*/scheme.yaml"))}
    order = yaml.safe_load((SCHEMES / "order.yaml").read_text("utf-8")) or []
    return {name: found[name] for name in dict.fromkeys([*order, *found]) if name in found}


def default() -> str:
    """The scheme taken where nobody named one: the first that is bundled, "" when none is."""
    return next(iter(bundled()), "")


def find(id_or_path: str | Path) -> Path:
    """The directory of a bundled scheme, or the directory itself. UnknownSchemeError says what there is."""
    known = bundled()
    if isinstance(id_or_path, str) and id_or_path in known:
        return known[id_or_path]
    path = Path(id_or_path)
    if (path / "scheme.yaml").is_file():
        return path
    if path.name == "scheme.yaml" and path.is_file():
        return path.parent
    raise UnknownSchemeError(
        f"没有方案“{id_or_path}”：自带的有{'、'.join(known) or '（无）'}；也可以给一个放着 scheme.yaml 的目录"
    )


def load(id_or_path: str | Path) -> Scheme:
    """The scheme, loaded once as long as its files do not change. SchemeErrors lists all its mistakes."""
    directory = find(id_or_path).resolve()
    return _loaded(directory, stamp(directory))


def book_tables(scheme: Scheme, role: str) -> tuple[Table, ...]:
    """Entry tabs of the books of a role: "unit", "commission" or a department's code; a scheme's order."""
    return scheme.tables_of(role)


def roles(scheme: Scheme) -> tuple[str, ...]:
    """Roles that have books of their own, in the order of their first table."""
    return scheme.roles()


def stamp(directory: Path) -> tuple[tuple[str, int, int], ...]:
    """File, time (ns) and size of every part of a scheme: another stamp, perhaps another scheme."""
    files = sorted(directory.rglob("*.yaml"))
    return tuple((str(path), (stat := path.stat()).st_mtime_ns, stat.st_size) for path in files)


@lru_cache(maxsize=32)
def _loaded(directory: Path, _stamp: tuple[tuple[str, int, int], ...]) -> Scheme:
    scheme = load_scheme(directory)
    if directory.parent == SCHEMES.resolve() and scheme.id != directory.name:
        wrong = SchemeError(str(directory / "scheme.yaml"), 0, "id", f"自带方案的 id 应与目录名“{directory.name}”相同")
        raise SchemeErrors([wrong])
    return scheme
