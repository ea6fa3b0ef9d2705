"""A backup made while the service works, and the workspace that comes of it: the same records, statuses and books."""

from __future__ import annotations

import json
import threading
import tomllib
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.backup.lines import without_secrets
from app.backup.make import BEGIN, backups_in, folder_of, make_backup, prune
from app.backup.manifest import NAME, BadBackup, checked
from app.cli.doctor import examine
from app.desk import Desk
from app.scheduler import Scheduler
from app.service import run_round
from app.settings import Settings, SettingsError, load_settings
from app.wiring import office_of
from sync.errors import StoreError
from tests.commands import tianbao
from tests.web.conftest import DAY, book_file, save_cell

AT = 1_752_600_000.0  # 2025-07-16 01:20 in the office


def content_of(settings: Settings) -> dict[str, Any]:
    """What the store and the folder hold, without what differs from process to process."""
    with office_of(settings, as_of=DAY, reading=True) as office:
        store, scheme = office.store, office.scheme.id
        return {
            "records": store.records(scheme, states=("live", "missing", "withdrawn")),
            "judged": store.judgements(scheme),
            "chains": {book.id: store.verify_chain(book.id) for book in store.books(scheme)},
            "users": store.users(),
            "books": {file.name: (file.read_bytes(), file.stat().st_mtime_ns)
                      for file in settings.path(settings.books).iterdir()},
        }  # fmt: skip


def test_round_trip(settings: Settings, tmp_path: Path) -> None:
    """Everything is back, and the next round finds nothing to write."""
    made = tianbao("backup", "-w", settings.workspace, "--json")
    assert made.code == 0, made
    file = Path(json.loads(made.out)["file"])
    assert file.stat().st_mode & 0o077 == 0
    done = tianbao("restore", file, tmp_path / "again")
    assert done.code == 0, done
    assert "逐个核对过" in done.out and "密钥不在备份里" in done.out
    again = load_settings(tmp_path / "again")
    assert content_of(again) == content_of(settings)
    before = {name: data for name, (data, _) in content_of(settings)["books"].items()}
    with office_of(again, as_of=DAY) as office:
        office.backend._sleep = lambda seconds: None
        report = run_round(office, "command")
    assert not report.failures and {item.kind for item in report.outcomes.values()} <= {"nothing"}
    assert {name: data for name, (data, _) in content_of(again)["books"].items()} == before


def test_while_the_service_works(desk: Desk, scheduler: Scheduler, tmp_path: Path) -> None:
    """Books are synced all the time the backup is made: it is of one instant, and whole."""
    stop = threading.Event()

    def work() -> None:
        number = 0
        while not stop.is_set():
            number += 1
            save_cell(book_file(desk), "项目库", "项目名称", f"第{number}个名字")
            desk.resync([], "admin")
            scheduler.poll()

    worker = threading.Thread(target=work)
    worker.start()
    try:
        made = [make_backup(desk.office.settings, AT + number) for number in range(3)]
    finally:
        stop.set()
        worker.join()
    for number, item in enumerate(made):
        done = tianbao("restore", item.file, tmp_path / str(number))
        assert done.code == 0, done
        again = load_settings(tmp_path / str(number))
        assert all(content_of(again)["chains"].values())
        with office_of(again, as_of=DAY) as office:
            office.backend._sleep = lambda seconds: None
            assert not run_round(office, "command").failures


def test_keys_stay_out(settings: Settings) -> None:
    """The key of sessions is not in the file."""
    (settings.workspace / ".secret").write_text("the-key-of-sessions")
    made = make_backup(load_settings(settings.workspace), AT)
    with zipfile.ZipFile(made.file) as archive:
        names = archive.namelist()
        assert not [name for name in names if "secret" in name or name.startswith("backups")]
        assert {"tianbao.toml", NAME, "store/tianbao.db"} <= set(names)
        assert not any(b"the-key-of-sessions" in archive.read(name) for name in names)


@pytest.mark.parametrize(
    "line",
    [
        'database = "postgresql+psycopg://me:pass-word@db/tb"',
        "database = 'postgresql+psycopg://me:pass-word@db/tb'  # 老王管着",
        '  database="postgresql+psycopg://me:pass%2Dword@db/tb"',
        'database = "postgresql+psycopg://me@db/tb?password=pass-word"',
        '"database" = "postgresql+psycopg://me:pass-word@db/tb"',
        'database = """\npostgresql+psycopg://me:pass-word@db/tb"""',
    ],
)
def test_the_password_of_the_database_stays_out(line: str) -> None:
    """However the address is written; what cannot be changed alone is refused, not let through."""
    text = f'scheme = "x"\n{line}\nnightly = "00:10"\n'
    try:
        told = without_secrets(text)
    except SettingsError as error:
        assert "database 改不了" in str(error) and line.startswith(('"', 'database = """'))
        return
    assert "pass" not in told and told.startswith('scheme = "x"\n') and told.endswith('\nnightly = "00:10"\n')
    assert tomllib.loads(told)["database"] == "postgresql+psycopg://me@db/tb"


def test_a_backup_that_a_disk_has_damaged_is_refused_wherever_the_damage_is(settings: Settings, tmp_path: Path) -> None:
    """In packed data, in heads, in the directory: one sentence, nothing unpacked."""
    data = make_backup(settings, AT).file.read_bytes()
    file = tmp_path / "damaged.zip"
    for place in range(0, len(data), max(len(data) // 60, 1)):
        file.write_bytes(data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :])
        try:
            checked(file)
        except BadBackup as error:
            assert "damaged.zip" in str(error) or "manifest.json" in str(error)


def rewritten(file: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    target = file.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return target


def manifest_with(**values: Any) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members[NAME] = json.dumps({**json.loads(members[NAME]), **values}).encode()

    return change


def climbing(members: dict[str, bytes]) -> None:
    body = json.loads(members[NAME])
    body["files"]["../outside"] = body["files"]["tianbao.toml"]
    members[NAME], members["../outside"] = json.dumps(body).encode(), members["tianbao.toml"]


@pytest.mark.parametrize(
    ("harm", "told"),
    [
        pytest.param(lambda m: m.update({"tianbao.toml": m["tianbao.toml"] + b"#"}), "备份已损坏", id="a byte more"),
        pytest.param(lambda m: m.pop("tianbao.toml"), "对不上", id="a file less"),
        pytest.param(lambda m: m.update({"more": b""}), "对不上", id="a file more"),
        pytest.param(lambda m: m.pop(NAME), "没有备份的清单", id="no manifest"),
        pytest.param(lambda m: m.update({NAME: b"[]"}), "没有备份的清单", id="no manifest at all"),
        pytest.param(manifest_with(format=99), "请先升级本程序", id="of a newer format"),
        pytest.param(manifest_with(schema="9999"), "请先升级本程序", id="of a newer store"),
        pytest.param(climbing, "不该有的路径", id="out of the workspace"),
    ],
)
def test_a_backup_that_is_not_whole_is_refused(
    harm: Callable[[dict[str, bytes]], None], told: str, settings: Settings, tmp_path: Path
) -> None:
    """Before anything is unpacked; exit code 2."""
    file = rewritten(make_backup(settings, AT).file, harm)
    done = tianbao("restore", file, tmp_path / "again")
    assert done.code == 2 and told in done.err, done
    assert not (tmp_path / "again").exists()


def test_no_zip_at_all(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(b"no zip")
    done = tianbao("restore", tmp_path / "x.zip", tmp_path / "again")
    assert done.code == 2 and "不是备份文件" in done.err


def test_what_stands_there_is_never_overwritten(settings: Settings) -> None:
    """Refused; with --force set aside, and said where."""
    made = make_backup(settings, AT)
    before = content_of(settings)
    done = tianbao("restore", made.file, settings.workspace)
    assert done.code == 2 and "不是空目录" in done.err and content_of(settings) == before
    (settings.path(settings.books) / "后来的.xlsx").write_bytes(b"later")
    done = tianbao("restore", made.file, settings.workspace, "--force")
    assert done.code == 0 and "原来的内容在" in done.out
    assert content_of(load_settings(settings.workspace)) == before
    (aside,) = (settings.workspace / "backups" / "恢复前").iterdir()
    assert (aside / "books/后来的.xlsx").read_bytes() == b"later" and (aside / "tianbao.db").exists()
    assert made.file.exists()


def test_not_under_a_service_that_runs(desk: Desk, scheduler: Scheduler) -> None:
    scheduler.poll()  # holds the lease of the one that syncs
    made = make_backup(desk.office.settings, AT)
    done = tianbao("restore", made.file, desk.office.settings.workspace, "--force")
    assert done.code == 2 and "还在运行" in done.err


def test_books_outside_the_workspace_come_into_it(settings: Settings, tmp_path: Path) -> None:
    """A share of the office is not written into by a rehearsal of a restore."""
    share = settings.path(settings.books).rename(tmp_path / "share")
    toml = settings.workspace / "tianbao.toml"
    toml.write_text(toml.read_text().replace('books = "books"', f'books = "{share}"'))
    made = make_backup(load_settings(settings.workspace), AT)
    assert tianbao("restore", made.file, tmp_path / "again").code == 0
    again = load_settings(tmp_path / "again")
    assert again.books == "books" and len(list((again.workspace / "books").iterdir())) == len(list(share.iterdir()))


def test_every_night_and_no_more_than_asked_for(desk: Desk, scheduler: Scheduler) -> None:
    """The job of the service; doctor says how many there are."""
    folder = folder_of(desk.office.settings)
    folder.mkdir(parents=True)
    for day in range(20):
        (folder / f"{BEGIN}tianjiaan_202506{day + 1:02}-023000.zip").write_bytes(b"")
    (folder / "自己放的.zip").write_bytes(b"")
    scheduler.poll()
    scheduler.backup()
    kept = backups_in(folder)
    assert len(kept) == 14 and kept[-1].stat().st_size > 0 and (folder / "自己放的.zip").exists()
    (check,) = [item for item in examine(desk.office.settings, DAY) if item.name == "整份备份"]
    assert check.level == "good" and check.message.startswith("14份") and "留14份" in check.message


def test_a_night_without_backup_is_told(desk: Desk, scheduler: Scheduler, monkeypatch: pytest.MonkeyPatch) -> None:
    """Until one is made again."""

    def refuse(*_: Any) -> None:
        raise StoreError("这台机器上没有 pg_dump。", "请安装 postgresql-client")

    scheduler.poll()
    with monkeypatch.context() as patched:
        patched.setattr("app.scheduler.make_backup", refuse)
        scheduler.backup()
    bad = [item for item in examine(desk.office.settings, DAY) if item.name == "整份备份" and item.level == "bad"]
    assert len(bad) == 1 and "没有 pg_dump" in bad[0].message
    scheduler.backup()
    assert not [item for item in examine(desk.office.settings, DAY) if item.name == "整份备份" and item.level == "bad"]


def test_prune_keeps_all_when_nothing_is_asked(tmp_path: Path) -> None:
    for day in range(3):
        (tmp_path / f"{BEGIN}x_2025060{day}-000000.zip").touch()
    assert prune(tmp_path, 0) == 0 and prune(tmp_path, 2) == 1
    assert [file.name for file in backups_in(tmp_path)] == [f"{BEGIN}x_2025060{day}-000000.zip" for day in (1, 2)]


def test_a_wrong_time_is_told(settings: Settings) -> None:
    toml = settings.workspace / "tianbao.toml"
    toml.write_text(toml.read_text().replace('backup_time = "02:30"', 'backup_time = "夜里"'))
    told = [item for item in examine(load_settings(settings.workspace), DAY) if item.level == "bad"]
    assert told and "backup_time" in told[0].message
