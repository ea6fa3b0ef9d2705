"""Bring the page's translations up to date: find all sentences, keep what is translated, write .po and .mo.

Run it after changing a sentence: `python tools/translations.py`. It lists what still has to be translated. The compiled
files are kept in the repository, so that nothing has to be compiled where the program runs. The Chinese of the command
line's library (`app/cli/words`) is written by hand and compiled here too.
"""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "app/translations/en/LC_MESSAGES/messages.po"
COMMANDS_PO = ROOT / "app/cli/words/zh/LC_MESSAGES/click.po"
METHODS = [("pages/**.py", "python"), ("pages/templates/**.html", "jinja2")]
KEYWORDS = {"_": None, "_l": None, "gettext": None}


def sentences() -> dict[str, list[str]]:
    """Every sentence of the pages → the files in which it stands."""
    found: dict[str, list[str]] = {}
    options = {"pages/templates/**.html": {"trimmed": "true", "silent": "false"}}
    for file, _, message, _, _ in extract_from_dir(
        ROOT / "app", METHODS, options_map=options, keywords=KEYWORDS, callback=None
    ):
        found.setdefault(str(message), []).append(file)
    return found


def updated() -> Catalog:
    """The catalogue with exactly the sentences that are used, translated where they were."""
    with PO.open("rb") as file:
        before = read_po(file, locale="en")
    catalog = Catalog(
        locale="en", header_comment="# English texts of the pages; see tools/translations.py.", fuzzy=False,
        project="tianbao", version="1", msgid_bugs_address="-", last_translator="-", language_team="en",
        creation_date=before.creation_date, revision_date=before.creation_date,
    )  # fmt: skip
    for message, files in sorted(sentences().items()):
        old = before.get(message)
        catalog.add(message, old.string if old else "", locations=[(file, 0) for file in sorted(set(files))])
    return catalog


def compiled(catalog: Catalog) -> bytes:
    """The .mo file."""
    out = BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def main() -> int:
    catalog = updated()
    with PO.open("wb") as file:
        write_po(file, catalog, width=120, include_lineno=False, sort_output=True)
    PO.with_suffix(".mo").write_bytes(compiled(catalog))
    with COMMANDS_PO.open("rb") as file:
        COMMANDS_PO.with_suffix(".mo").write_bytes(compiled(read_po(file, locale="zh")))
    missing = [message.id for message in catalog if message.id and not message.string]
    for text in missing:
        print(f"没有译文：{text}")
    print(f"{len(catalog)} 句，{len(missing)} 句没有译文")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
