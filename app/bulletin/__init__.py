"""通报: a period's numbers as a Word document, from the store; of a closed period the frozen ones.

The template is a .docx with docxtpl's marks. A scheme brings its own as `bulletin.docx` beside its YAML files.
"""

from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

from app.bulletin.content import content
from app.wiring import Office
from sync.errors import ConfigurationError, SyncError
from sync.publish import publish

DEFAULT = Path(__file__).with_name("default.docx")
OWN = "bulletin.docx"


def make_bulletin(office: Office, period: str, out: Path | None = None) -> Path:
    """Write the bulletin of a period and say where. The file is put in place in one piece."""
    found = content(office, period)
    target = out or office.settings.path(f"通报_{found['period']}.docx")
    return publish(target, render(template_of(office), found))


def template_of(office: Office) -> Path:
    """The scheme's own template: the workspace's first, then the bundled scheme's; else the one that is shipped."""
    from sheets_templates import catalog

    local = office.settings.path("scheme") / office.scheme.id / OWN
    if local.is_file():
        return local
    try:
        bundled = catalog.find(office.scheme.id) / OWN
    except catalog.UnknownSchemeError:
        return DEFAULT
    return bundled if bundled.is_file() else DEFAULT


def render(template: Path, found: dict[str, Any]) -> bytes:
    """The template filled. What people wrote stays text: escaped, and without what XML cannot hold."""
    try:
        from docxtpl import DocxTemplate
    except ImportError:
        raise ConfigurationError(
            "没有装 Word 组件。", "请运行 pip install 'tianbao[word]'，或重新运行 make run。"
        ) from None
    from jinja2 import TemplateError
    from jinja2.sandbox import SandboxedEnvironment

    try:
        document = DocxTemplate(str(template))
        document.render(plain(found), SandboxedEnvironment(autoescape=True), autoescape=True)
        out = BytesIO()
        document.save(out)
    except (TemplateError, KeyError, ValueError) as problem:
        raise TemplateProblem(f"通报模板 {template} 有错：{problem}") from None
    return out.getvalue()


class TemplateProblem(SyncError):
    """通报模板有错。"""

    hint = "对照 docs/operators.md“通报”一节的字段改模板，或者把它移走、用自带的模板。"


def plain(value: Any) -> Any:
    """The same with texts that a Word document can hold: no control characters, on one line."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return " ".join("".join(c if _allowed(c) else " " for c in value).split())
    return value


def _allowed(character: str) -> bool:
    """What XML 1.0 allows, without the characters that are no characters."""
    code = ord(character)
    return 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or 0x10000 <= code <= 0x10FFFF
