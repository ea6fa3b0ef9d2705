"""Settings from `tianbao.toml` and `TIANBAO_*`, each with a default and a line of help."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from sync.errors import os_words
from validators.scheme.wording import sentence

FILE = "tianbao.toml"
_LINE = re.compile(r"at line (\d+)")


class Settings(BaseSettings):
    """One workspace. Environment variables go before the file."""

    model_config = SettingsConfigDict(env_prefix="TIANBAO_", extra="forbid")

    workspace: Path = Field(Path(), description="工作区目录")
    scheme: str = Field("", description="方案编号或方案目录")
    backend: str = Field("folder", description="表放在哪里：folder（共享文件夹）或 google（Google 表格）")
    books: str = Field("books", description="存放各单位表的文件夹，相对工作区")
    database: str = Field(
        "", description="中心库地址，默认工作区里的 tianbao.db（SQLite）；可填 postgresql+psycopg://…"
    )
    consolidated: str = Field("汇总.xlsx", description="汇总簿文件名，相对工作区")
    google_accounts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Google 服务账号的密钥文件（JSON），可以有几个，相对工作区；密钥不要放进代码库"
    )
    google_folder: str = Field("", description="存放各单位表格的云端硬盘文件夹：编号或网址；空着指共享给账号的全部表格")
    google_endpoint: str = Field("", description="空着连 Google；emulator 用本工作区里的模拟服务（演示用）；或一个网址")
    google_calls: int = Field(60, description="每个账号每分钟最多读几次、写几次（Google 的限额是 60）", ge=1)
    google_project_calls: int = Field(300, description="同一个 Google 项目每分钟最多读几次、写几次（限额是 300）", ge=1)
    google_round_minutes: float = Field(
        15.0, description="至少每隔几分钟把每张表格重读一遍，不管有没有改动的迹象", gt=0
    )
    google_round_share: float = Field(0.25, description="重读一遍最多占读取限额的比例；表多时自动拉长间隔", gt=0, le=1)
    poll_seconds: float = Field(5.0, description="每隔几秒看一次有没有保存过的表", gt=0)
    quiet_seconds: float = Field(60.0, description="表保存后静置几秒才写回", ge=0)
    feedback: bool = Field(False, description="不写进原表，答复写到 反馈_<单位>.xlsx（网盘同步文件夹用）")
    begun: date | None = Field(None, description="从哪天起用系统填报，此前的期次不算欠报；空着则从方案生效之日算起")
    nightly: str = Field("00:10", description="每天重新判断和回写的时间")
    backup_folder: str = Field(
        "backups/整份", description="每天的整份备份放在哪里，相对工作区；最好是另一块盘或另一台机器上的文件夹"
    )
    backup_keep: int = Field(14, description="整份备份留几份，更早的自动删除；0 表示不自动备份", ge=0, le=1000)
    backup_time: str = Field("02:30", description="每天自动备份的时间")
    workers: int = Field(2, description="同时处理几本表", ge=1, le=32)
    reader_processes: int = Field(2, description="读表的独立进程数；0 表示在本进程内读", ge=0, le=16)
    host: str = Field("127.0.0.1", description="网页监听地址")
    port: int = Field(8000, description="网页端口", ge=1, le=65535)
    proxies: int = Field(0, description="前面有几层反向代理（nginx 等）；0 表示直接访问", ge=0, le=5)
    secret_file: str = Field(".secret", description="网页会话密钥文件，相对工作区，自动生成")
    calendar_file: str = Field("calendar.csv", description="放假调休表（日期,类型），相对工作区，可缺")
    vanish_rows: int = Field(3, description="一次少掉至少几行才暂停采用")
    vanish_share: float = Field(0.3, description="少掉的行占全表的比例达到多少暂停采用")

    @field_validator("google_accounts", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        """Several names in an environment variable: apart by commas, or as a list in JSON."""
        if not isinstance(value, str):
            return value
        if value.strip().startswith("["):
            return json.loads(value)
        return [name.strip() for name in value.split(",") if name.strip()]

    @classmethod
    def settings_customise_sources(
        cls, settings_cls: type[BaseSettings], init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource, dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:  # fmt: skip
        sources: list[PydanticBaseSettingsSource] = [init_settings, env_settings]
        file = Path(init_settings().get("workspace", "")) / FILE
        if file.is_file():
            sources.append(_Toml(settings_cls, file))
        return tuple(sources)

    def path(self, name: str) -> Path:
        """A path of the workspace; absolute ones stay as they are."""
        return self.workspace / name

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{(self.workspace / 'tianbao.db').resolve()}"


class _Toml(TomlConfigSettingsSource):
    def _read_file(self, file_path: Any) -> dict[str, Any]:
        return tomllib.loads(file_path.read_text("utf-8-sig"))  # notepad writes a mark in front


class SettingsError(Exception):
    """Wrong or missing configuration: says what was looked at and what to do."""


def load_settings(workspace: Path | None) -> Settings:
    """Settings of a workspace directory. SettingsError with all mistakes at once."""
    directory = (workspace or Path()).resolve()
    if not (directory / FILE).is_file():
        raise SettingsError(
            f"{directory} 不是填报工作区（没有 {FILE}）。\n"
            "用 --workspace 指明工作区，或用 tianbao init 目录 --scheme 方案 新建一个。"
        )
    try:
        return Settings(workspace=directory)
    except ValidationError as error:
        lines = [f"  {'.'.join(map(str, item['loc']))}：{sentence(item, Settings)}" for item in error.errors()]
        raise SettingsError(f"{directory / FILE} 或 TIANBAO_* 环境变量有误：\n" + "\n".join(lines)) from None
    except tomllib.TOMLDecodeError as error:
        found = _LINE.search(str(error))
        where = f"第{found[1]}行" if found else "最后几行"
        if "overwrite" in str(error) or "twice" in str(error):
            raise SettingsError(f"{directory / FILE} {where}的名称前面已经写过一次，请删掉一处") from None
        raise SettingsError(
            f'{directory / FILE} {where}读不懂：每行要写成 名称 = 值，文字加引号，如 books = "books"'
        ) from None
    except UnicodeDecodeError:
        raise SettingsError(f"{directory / FILE} 读不懂：请存成 UTF-8 编码（记事本“另存为”时可选）") from None
    except (OSError, ValueError) as error:
        why = os_words(error) if isinstance(error, OSError) else error
        raise SettingsError(f"{directory / FILE} 读不出来：{why}") from None


def write_settings(directory: Path, values: dict[str, Any]) -> None:
    """Write `tianbao.toml` with a line of help above each value."""
    lines = ["# 填报工作区设置。每一项都可用环境变量 TIANBAO_名称 覆盖。", ""]
    for name, info in Settings.model_fields.items():
        if name == "workspace":
            continue
        value = values.get(name, info.default)
        line = f"# {name} =" if value is None else f"{name} = {_toml_value(value)}"
        lines += [f"# {info.description}", line, ""]
    (directory / FILE).write_text("\n".join(lines), encoding="utf-8")


def _toml_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | date):
        return str(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml_value, value))}]"
    return '"' + str(value).replace("\\", "\\\\").replace('"', '\\"') + '"'
