"""From nothing to books: `init` and `books build` as an operator runs them, against blank spreadsheets people made."""

from __future__ import annotations

import json
from contextlib import closing
from pathlib import Path

import pytest

from app.settings import load_settings
from sync.backends.google.emulator import Emulator
from sync.store import open_store
from tests.google.clerk import Desk
from tests.google.kit import OWNER, grid, service_client
from tests.web.test_serve import run

SERVICE = "tianbao@tianbao-demo.iam.gserviceaccount.com"
SCHEME = Path(__file__).parent.parent / "data" / "schemes" / "laws"


class Town:
    """A folder shared with the service account, an emulator, a workspace to be."""

    def __init__(self, emulator: Emulator, root: Path) -> None:
        self.emulator, self.root = emulator, root
        self.world = emulator.world
        self.key = root / "key.json"
        self.key.write_text(json.dumps(emulator.service_account()))
        self.folder = emulator.folder("填报", OWNER, SERVICE)
        self.place = root / "office"

    def init(self, *more: str):  # type: ignore[no-untyped-def]
        return run(
            "init", str(self.place), "--scheme", str(SCHEME), "--backend", "google", "--key", str(self.key),
            "--folder", f"https://drive.google.com/drive/folders/{self.folder}", "--endpoint", self.emulator.url, *more,
        )  # fmt: skip

    def build(self, *more: str):  # type: ignore[no-untyped-def]
        return run("books", "build", "--workspace", str(self.place), *more)

    def blank(self, name: str, *shared: str, inside: bool = True) -> str:
        return self.emulator.spreadsheet(name, OWNER, *shared, parents=[self.folder] if inside else None)

    def tabs(self, key: str) -> list[str]:
        return [sheet.title for sheet in self.world.books[key].sheets]


@pytest.fixture
def town(emulator: Emulator, tmp_path: Path) -> Town:
    return Town(emulator, tmp_path)


def test_blank_spreadsheets_become_books_and_the_rest_is_told(town: Town) -> None:
    """Named by unit, spaces and all; what is missing is named with the clicks that make it; the second time the rest
    is built and what is there stays."""
    one = town.blank("甲 镇")
    done = town.init()
    assert done.returncode == 1, done.stderr
    assert SERVICE in done.stdout
    assert f"/drive/folders/{town.folder}" in done.stdout
    assert "服务账号不能拥有文件" in done.stdout
    assert "乙镇" in done.stdout
    assert "问题清单" not in town.tabs(one)
    assert "项目库" in town.tabs(one)
    assert "Sheet1" not in town.tabs(one)
    version = town.world.files[one].edits[-1].version
    town.blank("乙镇")
    again = town.build()
    assert again.returncode == 0, again.stdout
    assert "其中这次新建" in again.stdout
    assert town.world.files[one].edits[-1].version == version
    assert run("sync", "--workspace", str(town.place)).returncode == 0


def test_an_uploaded_workbook_is_told_apart_from_a_spreadsheet(town: Town) -> None:
    """People upload the Excel file they have, or lay a shortcut there: it looks the same in the folder."""
    xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    town.world.create_file("甲镇.xlsx", xlsx, OWNER, [town.folder])
    town.world.create_file("乙镇", "application/vnd.google-apps.shortcut", OWNER, [town.folder])
    done = town.init()
    assert done.returncode == 1, done.stderr
    assert "✗ 甲镇（不是 Google 表格）：文件夹里的“甲镇.xlsx”是上传的 Excel 文件，系统读写不了。" in done.stdout
    assert "“乙镇”是一个快捷方式" in done.stdout
    assert "另建一张空白的 Google 表格，名字叫“甲镇”" in "".join(done.stdout.split("\n"))
    assert "还缺" not in done.stdout
    key = town.world.create_file("甲镇.xlsx", xlsx, OWNER, [town.folder]).id
    listing = town.root / "清单.csv"
    listing.write_text(f"甲镇，https://docs.google.com/spreadsheets/d/{key}/edit\n")
    told = "".join(town.build("--list", str(listing)).stdout.split("\n"))
    assert "《甲镇》是上传的 Excel 文件，不是 Google 表格。打开它，点“文件 → 保存为 Google 表格”" in told
    town.blank("甲镇")
    town.blank("乙镇")
    assert town.build().returncode == 0


def test_a_list_says_which_spreadsheet_is_whose(town: Town) -> None:
    """By address, wherever the file lies and whatever it is called."""
    key = town.blank("无标题的电子表格", SERVICE, inside=False)
    listing = town.root / "清单.csv"
    listing.write_text(f"单位,网址\n甲镇，https://docs.google.com/spreadsheets/d/{key}/edit#gid=0\n")
    done = town.init("--list", str(listing))
    assert "项目库" in town.tabs(key)
    assert done.returncode == 1  # the others are missing


def test_every_wrong_line_of_a_list_is_named(town: Town) -> None:
    listing = town.root / "清单.csv"
    listing.write_text(
        "甲镇,https://docs.google.com/spreadsheets/d/aaaaaaaaaaaaaaaa/edit\n丁镇,https://x/d/bbbbbbbbbbbbbbbb\n甲镇\n"
    )
    done = town.init("--list", str(listing))
    assert done.returncode == 2
    assert "第2行：没有这个单位" in done.stderr
    assert "第3行：没有表格的网址" in done.stderr


def test_what_somebody_filled_is_never_built_over(town: Town) -> None:
    """A spreadsheet with content, two of one name: each is told and left alone."""
    town.blank("甲镇")
    assert town.init("--database", f"sqlite:///{town.root / 'a.db'}").returncode == 1
    full = town.blank("乙镇")
    town.world.act(full, OWNER, {"updateCells": {
        "range": grid(0, 0, 0, 1, 1), "rows": [{"values": [{"userEnteredValue": {"stringValue": "台账"}}]}],
        "fields": "userEnteredValue",
    }})  # fmt: skip
    told = town.build().stdout
    assert "✗ 乙镇（不是空白表格）：《乙镇》里已经有内容，没有动它" in told
    assert town.tabs(full) == ["Sheet1"]
    del town.world.files[full], town.world.books[full]
    town.blank("乙镇")
    town.blank("乙镇")
    assert "✗ 乙镇（有几张）：有2张都叫这个名字" in town.build("--unit", "乙镇").stdout


def test_a_folder_that_is_not_shared_is_told_and_mended(town: Town) -> None:
    """The workspace is there all the same; shared later, the books are built."""
    town.blank("甲镇")
    town.world.unshare(town.folder, SERVICE)
    done = town.init()
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert SERVICE in done.stdout
    assert "共享" in done.stdout
    town.world.share(town.folder, SERVICE)
    assert "1 家的表格已就绪" in town.build().stdout


def test_an_api_that_is_off_is_told_with_its_address(town: Town) -> None:
    town.world.off.add(("tianbao-demo", "drive"))
    told = town.init().stdout
    assert "没有启用 Google Drive API" in told
    assert "https://console.developers.google.com/apis/api/drive.googleapis.com/overview?project=tianbao-demo" in told


def test_an_account_that_may_own_files_makes_them_itself(town: Town) -> None:
    """In a shared drive, where files belong to the drive: nobody has to click."""
    town.world.files[town.folder].shared_drive = True
    done = town.init()
    assert done.returncode == 0, done.stdout
    assert {file.name for file in town.world.files.values() if file.id in town.world.books} >= {"甲镇", "乙镇"}


def test_a_wrong_key_makes_no_workspace(town: Town) -> None:
    town.key.write_text("{}")
    done = town.init()
    assert done.returncode == 2
    assert "不是服务账号的密钥" in done.stderr
    assert not town.place.exists()


def test_a_folder_workspace_gets_its_missing_books(tmp_path: Path) -> None:
    place = tmp_path / "office"
    assert run("init", str(place), "--scheme", str(SCHEME)).returncode == 0
    (place / "books" / "甲镇.xlsx").unlink()
    assert run("books", "build", "--workspace", str(place)).returncode == 0
    assert (place / "books" / "甲镇.xlsx").exists()


def test_a_book_that_a_clerk_fills_with_gspread_is_upgraded_in_place(town: Town) -> None:
    """The way of an operator from end to end, in processes of its own; what the clerk typed is hers before and after."""
    key = town.blank("甲镇")
    town.init()
    client = service_client(town.emulator.url, json.loads(town.key.read_text()))
    desk = Desk(client.open_by_key(key))
    desk.type(0, "项目名称", "甲项目")
    desk.type(0, "选址类型", "独立选址")
    assert run("sync", "--workspace", str(town.place)).returncode in (0, 1)
    scheme = next((town.place / "scheme").rglob("scheme.yaml"))
    field = "      - {name: code, title: 内部编码, type: text}\n"
    text = scheme.read_text(encoding="utf-8")
    assert field in text
    scheme.write_text(text.replace(field, field + "      - {name: contact, title: 联系人}\n"), encoding="utf-8")
    told = run("books", "upgrade", "--dry-run", "--workspace", str(town.place))
    assert told.returncode == 0 and "新增“联系人”，在“内部编码”右边" in told.stdout, told.stdout + told.stderr
    done = run("books", "upgrade", "--workspace", str(town.place))
    assert done.returncode == 0 and "版本记录" in done.stdout, done.stdout + done.stderr
    desk = Desk(client.open_by_key(key))
    assert desk.titles.index("联系人") == desk.titles.index("内部编码") + 1
    assert (desk.shown(0, "项目名称"), desk.shown(0, "选址类型")) == ("甲项目", "独立选址")
    desk.type(0, "联系人", "张三")
    assert run("sync", "--workspace", str(town.place)).returncode in (0, 1)
    assert desk.shown(0, "校验结果") not in ("", "待同步")
    settings = load_settings(town.place)
    with closing(open_store(settings.database_url)) as store:
        records = store.records(settings.scheme)
    assert [item.values.get("contact") for item in records] == ["张三"]
