"""What the program has is named in its documents, and what they name the program has (in the manner of sqlite-utils)."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from app.cli import COMMANDS, cli
from app.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
OPERATORS = {name: (ROOT / name).read_text("utf-8") for name in ("README.md", "docs/operators.md")}
TOLD = "\n".join(OPERATORS.values())
PAGES = sorted(path for path in (ROOT / "docs").glob("*.md") if path.name != "scheme-reference.md")
ALL = {"README.md": OPERATORS["README.md"]} | {f"docs/{path.name}": path.read_text("utf-8") for path in PAGES}
CONTEXT = click.Context(cli)
_OPTIONS = r"(?: -{1,2}[a-z-]+ [^\s`]+)*"  # before the command: --workspace 工作区


def _command(name: str) -> click.Command:
    found = cli.get_command(CONTEXT, name)
    assert found is not None
    return found


def _subcommands() -> list[tuple[str, str]]:
    groups = [(name, _command(name)) for name in COMMANDS]
    return [(name, sub) for name, group in groups if isinstance(group, click.Group) for sub in group.commands]


def _spoken_of(text: str) -> set[tuple[str, str]]:
    """(command, word after it) of every `tianbao …` in a document; options before the command are passed over."""
    return set(re.findall(rf"tianbao{_OPTIONS} ([a-z]+)\b(?: ([a-z]+)\b)?", text))


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_named_in_the_documents(name: str) -> None:
    assert re.search(rf"tianbao{_OPTIONS} {name}\b", TOLD), f"README.md 或 docs/operators.md 没有提到 tianbao {name}"


@pytest.mark.parametrize(("name", "sub"), _subcommands())
def test_a_subcommand_is_named_beside_its_command(name: str, sub: str) -> None:
    lines = [line for line in TOLD.splitlines() if re.search(rf"tianbao{_OPTIONS} {name}\b", line)]
    assert any(re.search(rf"\b{sub}\b", line.partition(f" {name}")[2]) for line in lines), f"没有提到 {name} {sub}"


@pytest.mark.parametrize("name", [name for name in Settings.model_fields if name != "workspace"])
def test_a_setting_is_named_in_the_operators_manual(name: str) -> None:
    assert f"`{name}`" in OPERATORS["docs/operators.md"], f"docs/operators.md 没有写设置 {name}：请在“设置”里加一行"


@pytest.mark.parametrize("page", ALL)
def test_a_document_names_only_commands_that_exist(page: str) -> None:
    for name, sub in _spoken_of(ALL[page]):
        assert name in COMMANDS, f"{page}：没有 tianbao {name}"
        group = _command(name)
        if isinstance(group, click.Group) and sub:
            assert sub in group.commands, f"{page}：没有 tianbao {name} {sub}"


@pytest.mark.parametrize("page", ALL)
def test_options_beside_a_command_are_its_own(page: str) -> None:
    """`tianbao init 目录 --scheme 方案`: init has --scheme."""
    shared = {option for param in cli.params for option in param.opts} | {"--help"}
    for line in re.findall(r"tianbao [^`\n#|]+", ALL[page]):
        names = [word for word in line.split() if word in COMMANDS]
        if not names:
            continue
        command = _command(names[0])
        commands = [command, *(command.commands.values() if isinstance(command, click.Group) else ())]
        known = shared | {option for item in commands for param in item.params for option in param.opts}
        given = {word.strip("[]，。；、") for word in line.split() if word.strip("[").startswith("--")}
        assert given <= known, f"{page}：{line}"


@pytest.mark.parametrize("page", ALL)
def test_make_targets_of_a_document_exist(page: str) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    assert set(re.findall(r"\bmake ([a-z]+)\b", ALL[page])) <= targets


@pytest.mark.parametrize("page", ALL)
def test_links_between_documents_lead_to_files(page: str) -> None:
    folder = (ROOT / page).parent
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", ALL[page]):
        assert (folder / target).exists(), f"{page}：没有 {target}"


def test_commands_are_seen_in_a_text() -> None:
    """What the tests above rely on: commands with options before them, subcommands, words that follow."""
    text = "`tianbao scheme new 目录`，`tianbao --workspace 工作区 sync --unit 甲`，tianbao nonsense。"
    assert _spoken_of(text) == {("scheme", "new"), ("sync", ""), ("nonsense", "")}
