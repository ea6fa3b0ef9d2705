"""What `doctor` says of the way to Google and of each book, for everything that can be wrong and be made wrong here."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from app.cli.doctor import examine
from app.doctor import Check
from app.settings import Settings, load_settings, write_settings
from app.spreadsheets.adopt import build_books
from app.wiring import office_of
from app.workspace import create_workspace
from sync.backends.google.emulator import Emulator
from sync.backends.google.emulator.book import Book
from sync.engine import sync_round
from tests.google.kit import OTHER, OWNER, grid
from tests.web.conftest import no_bar

DAY = date(2025, 7, 16)
SCHEME = str(Path(__file__).parent.parent / "data" / "schemes" / "laws")
MAIL = "tianbao@tianbao-demo.iam.gserviceaccount.com"
SECOND = "second@tianbao-demo.iam.gserviceaccount.com"


class Place:
    """A workspace of two units in Google, all in order."""

    def __init__(self, emulator: Emulator, root: Path) -> None:
        self.emulator, self.world, self.root = emulator, emulator.world, root
        self.names = {MAIL: "key.json", SECOND: "second.json"}
        for mail, name in self.names.items():
            file = root / name
            file.touch(0o600)
            file.write_text(json.dumps(emulator.service_account(mail.partition("@")[0])))
        self.folder = emulator.folder("填报", OWNER, MAIL, SECOND)
        for unit in ("甲镇", "乙镇"):
            self.world.create_file(
                unit, "application/vnd.google-apps.spreadsheet", OWNER, [self.folder], file_id=f"{unit}-file-0000"
            )
        self.values = {
            "backend": "google", "google_accounts": [str(root / "key.json")], "google_folder": self.folder,
            "google_endpoint": emulator.url, "database": f"sqlite:///{root / 'store.db'}",
        }  # fmt: skip
        create_workspace(root / "office", SCHEME, self.values)
        with office_of(self.settings(), as_of=DAY) as office:
            assert all(item.good for item in build_books(office, bar=no_bar))

    def settings(self, **values: object) -> Settings:
        write_settings(self.root / "office", {**self.values, "scheme": "laws", **values})
        return load_settings(self.root / "office")

    def two(self) -> Settings:
        return self.settings(google_accounts=[str(self.root / name) for name in self.names.values()])

    def book(self) -> Book:
        return self.world.books["甲镇-file-0000"]

    def act(self, *requests: dict[str, object], who: str = OWNER) -> None:
        self.world.act("甲镇-file-0000", who, *requests)


@pytest.fixture
def place(emulator: Emulator, tmp_path: Path) -> Place:
    return Place(emulator, tmp_path)


def checks(settings: Settings) -> list[Check]:
    return list(examine(settings, DAY))


def wrong(settings: Settings) -> str:
    """All that is not in order, one line each: name, message → what to do."""
    own = {"节假日", "用户", "同步", "方案", "每天的判断"}  # nothing of Google's
    return "\n".join(
        f"{c.name}：{c.message} → {c.todo}" for c in checks(settings) if c.level != "good" and c.name not in own
    )


def test_in_order_nothing_is_said(place: Place) -> None:
    assert wrong(place.settings()) == ""
    told = {item.name: item.message for item in checks(place.settings())}
    assert told["账号"] == f"{MAIL}：登录正常"
    assert told["表格"] == "逐本看了2本，0处要说明"
    assert "1个账号，每分钟最多读60次、写60次；2本表每15分钟重读一遍" in told["配额"]


# accounts -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "message", "todo"),
    [
        (None, "没有密钥文件", "放在那里"),
        ("half", "读不懂", "重新下载 JSON 密钥"),
        ("[]", "不是一份密钥", "重新下载 JSON 密钥"),
        ('{"type": "service_account"}', "不完整：缺 client_email、private_key、token_uri", "重新下载"),
        (
            '{"type": "service_account", "client_email": "a", "token_uri": "b", "private_key": "c"}',
            "里的私钥（private_key）读不出来",
            "重新下载",
        ),
        ('{"refresh_token": "x", "client_id": 5}', "不完整：缺 client_id、client_secret", "重新下载"),
        ('{"type": "web"}', "不是服务账号的密钥", "添加密钥 → JSON"),
    ],
)
def test_a_key_file_that_is_none(place: Place, text: str | None, message: str, todo: str) -> None:
    file = place.root / "key.json"
    file.unlink() if text is None else file.write_text(text)
    told = wrong(place.settings())
    assert message in told
    assert todo in told


def test_no_key_at_all(place: Place) -> None:
    assert "没有填服务账号的密钥文件" in wrong(place.settings(google_accounts=[]))


def test_a_key_that_others_can_read(place: Place) -> None:
    (place.root / "key.json").chmod(0o644)
    assert "chmod 600" in wrong(place.settings())


def test_a_key_in_a_code_repository(place: Place) -> None:
    (place.root / ".git").mkdir()
    assert "移到代码库以外" in wrong(place.settings())


@pytest.mark.parametrize(
    ("kind", "todo"),
    [
        ("disabled", "点“启用”"),
        ("astray", "本机的时间不准"),
        ("deleted", "账号已被删除"),
        ("replaced", "密钥已被删除或换掉"),
    ],
)
def test_an_account_that_google_does_not_know(place: Place, kind: str, todo: str) -> None:
    tokens = place.world.tokens
    if kind in ("disabled", "astray"):
        getattr(tokens, kind).add(MAIL)
    elif kind == "deleted":
        del tokens.keys[MAIL]
    else:
        from cryptography.hazmat.primitives.asymmetric import rsa

        tokens.keys[MAIL] = rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key()
    told = wrong(place.settings())
    assert f"账号：{MAIL}：Google 不认系统的账号" in told
    assert todo in told


@pytest.mark.parametrize(("api", "name"), [("drive", "Google Drive API"), ("sheets", "Google Sheets API")])
def test_an_api_that_nobody_enabled(place: Place, api: str, name: str) -> None:
    place.world.off.add(("tianbao-demo", api))
    told = wrong(place.settings())
    assert f"没有启用 {name}" in told
    assert "overview?project=tianbao-demo ，点“启用”" in told


def test_google_cannot_be_reached(place: Place) -> None:
    told = wrong(place.settings(google_endpoint="http://127.0.0.1:9"))
    assert "连不上 Google" in told
    assert "HTTPS_PROXY" in told


def test_nobody_answers_where_one_signs_in(place: Place) -> None:
    file = place.root / "key.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "token_uri": "http://127.0.0.1:9/token"}))
    told = wrong(place.settings())
    assert f"账号：{MAIL}：" in told
    assert "连不上 Google 的登录服务，下一轮继续 → 请确认这台服务器能访问" in told
    assert "HTTPConnectionPool" not in told


def test_an_organisation_that_forbids_programs(place: Place) -> None:
    place.world.faults.add(times=50, code=403, kind="drive", reason="domainPolicy")
    told = wrong(place.settings())
    assert f"账号：{MAIL}：单位的 Google 管理员不允许程序读写云端硬盘 → 共享没有用" in told
    assert "API 控制" in told
    assert "看不到文件夹" not in told


@pytest.mark.parametrize("kind", ["drive", "read", "token"])
def test_a_proxy_that_answers_instead_of_google(place: Place, kind: str) -> None:
    """Its page says 403; that is no matter of sharing."""
    place.world.faults.add(times=50, code=403, html=True, kind=kind)
    told = wrong(place.settings())
    assert "回答的不是 Google，多半是网络代理或防火墙" in told
    assert "HTTPS_PROXY" in told
    assert "看不到文件夹" not in told and "加为“编辑者”" not in told
    assert "<" not in told


# folder -------------------------------------------------------------------------------------------------------------


def test_a_folder_that_was_not_shared(place: Place) -> None:
    place.world.unshare(place.folder, MAIL)
    told = wrong(place.settings())
    assert f"{MAIL} 看不到文件夹" in told
    assert f"选“共享”，填 {MAIL}，选“编辑者”" in told


def test_a_folder_shared_for_viewing_only(place: Place) -> None:
    place.world.share(place.folder, MAIL, "reader")
    assert "只能查看，答复写不进去" in wrong(place.settings())


def test_a_folder_in_the_bin(place: Place) -> None:
    place.world.files[place.folder].trashed = True
    assert "在回收站里" in wrong(place.settings())


def test_something_else_than_a_folder(place: Place) -> None:
    key = place.emulator.spreadsheet("一张表", OWNER, MAIL)
    assert "指的“一张表”不是文件夹" in wrong(place.settings(google_folder=key))
    assert "不是文件夹的编号" in wrong(place.settings(google_folder="填报"))


# books --------------------------------------------------------------------------------------------------------------


def test_a_book_in_the_bin_moved_or_not_shared_any_more(place: Place) -> None:
    file = place.world.files["甲镇-file-0000"]
    file.trashed = True
    assert "《甲镇》在回收站里 → 请它的所有者在云端硬盘的回收站里" in wrong(place.settings())
    file.trashed, file.parents = False, []
    place.world.share(file.id, MAIL)
    assert "《甲镇》被移出了文件夹 → 在云端硬盘里把它拖回" in wrong(place.settings())
    place.world.unshare(file.id, MAIL)
    assert "找不到《甲镇》：不再共享给系统" in wrong(place.settings())


def test_a_book_that_may_only_be_looked_at(place: Place) -> None:
    place.world.share(place.folder, MAIL, "reader")
    place.world.share("甲镇-file-0000", MAIL, "writer")  # this one besides
    told = [item.message for item in examine(place.settings(), DAY) if item.level == "bad"]
    assert told == [f"{MAIL} 对文件夹“填报”只能查看，答复写不进去"]


def test_one_of_several_accounts_does_not_see_everything(place: Place) -> None:
    place.world.files["甲镇-file-0000"].locked = SECOND
    told = wrong(place.two())
    assert f"权限：{SECOND} 看不到《甲镇》，别的账号替它读写" in told


def test_a_book_that_refuses_us(place: Place) -> None:
    """Listed, and yet the spreadsheet itself is refused."""
    place.world.faults.add(code=403, kind="read", book="甲镇-file-0000", times=9)
    told = wrong(place.settings())
    assert "《甲镇》：没有权限读写《甲镇》" in told
    assert f"把 {MAIL} 加为“编辑者”" in told


def test_the_tab_of_answers_deleted(place: Place) -> None:
    place.act({"deleteSheet": {"sheetId": place.book().titled("_status").id}})  # type: ignore[union-attr]
    assert "《甲镇》：系统的答复页 _status 被删了" in wrong(place.settings())
    assert "自动补建" in wrong(place.settings())


def test_our_marks_deleted(place: Place) -> None:
    place.act({"deleteSheet": {"sheetId": place.book().titled("_tianbao").id}})  # type: ignore[union-attr]
    assert "隐藏页 _tianbao 被删了，认不出来 → 点“文件 → 版本记录" in wrong(place.settings())


def test_the_list_deleted(place: Place) -> None:
    place.act({"deleteSheet": {"sheetId": place.book().titled("待改清单").id}})  # type: ignore[union-attr]
    assert "“待改清单”被删了" in wrong(place.settings())


def _column(place: Place, name: str) -> tuple[int, int]:
    """Sheet and column of one of ours in 项目库, from 0."""
    sheet = place.book().titled("项目库")
    assert sheet is not None
    for row in sheet.rows[:9]:
        for column, cell in row.items():
            if cell.entered == f"tb:project.@{name}":
                return sheet.id, column
    raise AssertionError(name)


def test_a_column_of_ours_deleted(place: Place) -> None:
    sheet, at = _column(place, "echo")
    place.act(
        {"deleteDimension": {"range": {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}}}
    )
    assert "“项目库”里系统的列“内容标识”被删了" in wrong(place.settings())


def test_colours_that_died_with_a_column_of_ours_are_named_once_it_is_back(place: Place) -> None:
    """Rules can be named by number alone, so no sync takes them away; the doctor says what to click."""
    sheet, at = _column(place, "problems")
    lines = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    place.act({"deleteDimension": {"range": lines}})
    told = wrong(place.settings())
    assert "系统的列“问题字段”被删了" in told and "颜色规则" not in told
    with office_of(place.settings(), as_of=DAY) as office:
        for _ in range(3):
            sync_round(office.parts)
    assert "“项目库”里有2条颜色规则已失效（公式里有 #REF!），不影响答复 → 点“格式 → 条件格式”" in wrong(
        place.settings()
    )
    tab = place.book().sheet(sheet)
    dead = [at for at, rule in enumerate(tab.conditional) if "#REF!" in place.book().formula_text(rule["_formula"])]
    place.act(*({"deleteConditionalFormatRule": {"sheetId": sheet, "index": at}} for at in reversed(dead)))
    assert wrong(place.settings()) == ""


def test_the_hidden_column_shown(place: Place) -> None:
    sheet, at = _column(place, "echo")
    lines = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": at, "endIndex": at + 1}
    place.act(
        {"updateDimensionProperties": {"range": lines, "properties": {"hiddenByUser": False}, "fields": "hiddenByUser"}}
    )
    assert "隐藏的内容标识列露出来了" in wrong(place.settings())


def test_something_typed_into_a_column_of_ours(place: Place) -> None:
    sheet, at = _column(place, "check")
    body = {
        "range": grid(sheet, 9, at, 10, at + 1),
        "rows": [{"values": [{"userEnteredValue": {"stringValue": "好"}}]}],
        "fields": "userEnteredValue",
    }
    place.act({"updateCells": body})
    assert "系统答复列的公式被动过，或者列里被打了字" in wrong(place.settings())


def test_the_tab_of_answers_without_protection_or_with_another_s(place: Place) -> None:
    book = place.book()
    status = book.titled("_status")
    assert status is not None
    key = next(key for key, item in book.protected.items() if item["sheet"] == status.id)
    place.act({"deleteProtectedRange": {"protectedRangeId": key}})
    assert "_status 没有保护，别人能改系统的答复" in wrong(place.settings())
    place.act(
        {"addProtectedRange": {"protectedRange": {"range": {"sheetId": status.id}, "editors": {"users": [OTHER]}}}}
    )
    assert "_status 被保护起来，系统写不进去" in wrong(place.settings())


def test_data_rows_protected(place: Place) -> None:
    sheet = place.book().titled("项目库")
    assert sheet is not None
    body = {"protectedRange": {"range": grid(sheet.id, 8, 0, 20, 5), "description": "别动", "editors": {"users": []}}}
    place.act({"addProtectedRange": body})
    assert "“项目库”的数据行被保护了（别动），排序、删行会失败" in wrong(place.settings())


def test_language_and_time_zone_of_another_country(place: Place) -> None:
    properties = {"locale": "en_US", "timeZone": "America/New_York"}
    place.act({"updateSpreadsheetProperties": {"properties": properties, "fields": "locale,timeZone"}})
    assert "语言区域是 en_US，时区是 America/New_York" in wrong(place.settings())


# quota --------------------------------------------------------------------------------------------------------------


def test_a_round_that_takes_too_long_is_told(place: Place) -> None:
    """Few calls for many books: more accounts are advised."""
    told = wrong(place.settings(google_round_share=0.0001))
    assert "配额" in told
    assert "再建几个服务账号" in told


def test_several_accounts_read_more(place: Place) -> None:
    told = {item.name: item.message for item in checks(place.two())}
    assert told["配额"].startswith("2个账号，每分钟最多读120次、写120次")


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ({"code": 429, "kind": "read"}, "调用配额暂时用完"),
        ({"code": 503, "kind": "read"}, "currently unavailable"),
        ({"code": 502, "html": True, "kind": "read"}, "HTTP 502"),
        ({"action": "drop", "kind": "read"}, "连接断了"),
        ({"action": "half", "kind": "read"}, "连接断了"),
        ({"code": 403, "kind": "drive", "reason": "userRateLimitExceeded"}, "调用配额暂时用完"),
        ({"code": 500, "kind": "token"}, "账号："),
    ],
)
def test_what_google_answers_just_now_is_told(place: Place, fault: dict[str, object], told: str) -> None:
    """Nothing that a person must click: it is named, with the next round to come."""
    place.world.faults.add(times=50, **fault)
    found = wrong(place.settings())
    assert told in found
    assert "Traceback" not in found


def test_nothing_secret_is_printed(place: Place) -> None:
    place.world.tokens.disabled.add(MAIL)
    text = "\n".join(f"{item.message}{item.todo}" for item in checks(place.settings()))
    assert "PRIVATE KEY" not in text
    assert "ya29." not in text
