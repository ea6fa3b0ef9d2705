"""Books to measure with: a scheme for N units and their filled books, made once by the real template writer and kept."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from bench.rows import AS_OF, table_rows

HERE = Path(__file__).parent
SCHEME = HERE / "scheme"


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured: books, rows in each."""

    books: int
    rows: int

    @property
    def total(self) -> int:
        return self.books * self.rows


FULL, QUICK = Size(200, 500), Size(12, 200)


def cache() -> Path:
    """Where made books are kept between runs; safe to delete."""
    return Path(os.environ.get("TIANBAO_BENCH_CACHE", "") or Path(tempfile.gettempdir()) / "tianbao-bench")


def unit_name(number: int) -> str:
    return f"第{number}镇"


def scheme_dir(units: int) -> Path:
    """The bench scheme with so many units, as a directory to load."""
    place = cache() / f"scheme-{_stamp()}-{units}"
    if not (place / "units.yaml").is_file():
        place.mkdir(parents=True, exist_ok=True)
        for file in SCHEME.glob("*.yaml"):
            shutil.copy(file, place / file.name)
        lines = [f"  - {{code: u{n:05d}, name: {unit_name(n)}}}\n" for n in range(1, units + 1)]
        (place / "units.yaml").write_text("units:\n" + "".join(lines), "utf-8")
    return place


def filled_books(size: Size, seed: int = 1) -> list[Path]:
    """Paths of filled books, one per unit of `scheme_dir(size.books)`."""
    place = cache() / f"books-{_stamp()}-{seed}-{size.books}x{size.rows}"
    paths = [place / f"{unit_name(n)}.xlsx" for n in range(1, size.books + 1)]
    missing = [n for n in range(1, size.books + 1) if not paths[n - 1].is_file()]
    if missing:
        place.mkdir(parents=True, exist_ok=True)
        directory = scheme_dir(size.books)
        with ProcessPoolExecutor(2) as pool:
            list(pool.map(_make, *zip(*[(directory, n, size.rows, seed, paths[n - 1]) for n in missing], strict=True)))
    return paths


def _make(directory: Path, number: int, rows: int, seed: int, path: Path) -> None:
    from sheets_templates import catalog
    from sheets_templates.builder import build_book
    from sheets_templates.xlsx import write_xlsx

    scheme = catalog.load(directory)
    code = f"u{number:05d}"
    made = table_rows(seed, code, unit_name(number), rows)
    data = write_xlsx(build_book(scheme, code, "unit", rows={"project": made}, built=AS_OF))
    temporary = path.with_suffix(".part")
    temporary.write_bytes(data)
    temporary.replace(path)


def _stamp() -> str:
    """Changes when the scheme or the rows change. Another template writer: `--fresh`."""
    found = hashlib.blake2b(digest_size=4)
    for file in [*sorted(SCHEME.glob("*.yaml")), HERE / "names.py", HERE / "rows.py"]:
        found.update(file.read_bytes())
    return found.hexdigest()


def forget() -> None:
    """Throw away all that was kept."""
    shutil.rmtree(cache(), ignore_errors=True)
