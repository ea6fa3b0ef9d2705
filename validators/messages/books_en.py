"""English sentences about books and tabs, and of findings that rules make; the Chinese ones stand in `books` and `rules`."""

from __future__ import annotations

_SAVE = "Save it as .xlsx in WPS or Excel and hand it in again."

BOOKS_EN: dict[str, str] = {
    "ledger.foreign": "“{name}” is no workbook (it looks like {kind}). Open it in WPS or Excel, save it as .xlsx and import it again.",
    "ledger.damaged": "“{name}” is incomplete or damaged and cannot be opened. Open it in WPS or Excel, save it as .xlsx and import it again.",
    "book.encrypted": "“{name}” has a password and cannot be read. Remove the password in WPS or Excel, save, and hand it in again.",
    "book.damaged": "“{name}” is incomplete or damaged and cannot be opened. Open it in WPS or Excel and save it as .xlsx; if it does not open, download your unit's book again.",
    "book.empty": "“{name}” is an empty file. Save it again and hand it in; what was reported before has not changed.",
    "book.too_large": "“{name}” is larger than can be read and was not read this time. Remove pictures, blank formatted rows and tabs that do not belong there, then hand it in again.",
    "book.bomb": "“{name}” unpacks to a monstrous size, which no ordinary book does, and was not read. Download your unit's book again and copy the contents over.",
    "book.timeout": "“{name}” was not read to its end within {seconds} seconds, so reading was stopped. Remove formatted rows and tabs that do not belong there, then hand it in again.",
    "book.dtd": "“{name}” carries what no ordinary book has (a document type declaration) and was not read, for safety. "
    + _SAVE,
    "book.foreign": "“{name}” is no book to report with (it looks like {kind}). Use the book your unit was given.",
    "book.no_tables": "No table to fill was found in “{name}”. Use the book your unit was given, or make the headers read like its headers.",
    "book.legacy_xls": "“{name}” is in the old format (.xls): it can be read, but not answered in. " + _SAVE,
    "book.legacy_ods": "“{name}” is an .ods file: it can be read, but not answered in. Save it as .xlsx and hand it in again.",
    "book.legacy_et": "“{name}” is in a format of WPS (.et) that cannot be read. Save it as .xlsx in WPS and hand it in again.",
    "book.legacy_xlsb": "“{name}” is in a binary format (.xlsb) that cannot be read. Save it as .xlsx in Excel and hand it in again.",
    "book.legacy_unread": "“{name}” is in an old format and was not read here. " + _SAVE,
    "book.other_scheme": "“{name}” is a book of another scheme ({scheme}) and does not belong here. Use the book of this scheme.",
    "book.old_version": "“{name}” is a book of an older version ({version}; current is {current}). It was read as usual; new columns can be filled once it is replaced.",
    "book.lacks": "This book does not have {what}, which was added to the scheme later; the rest was read as usual. What has been filled in stays as it is; wait until the administrator upgrades the book (tianbao books upgrade), or fetch the new one to fill in that part.",
    "book.macros": "“{name}” has macros. They are not run, only the contents are read; the books sent out have none, so check where it comes from.",
    "book.unit_differs": "填报单位 in the book says “{written}”, but this book was sent to “{marked}”. Check whether another unit's book was used.",
    "book.other_unit": "“{name}” holds the book of {owner}, not of this unit. It was not read as this unit's; what was reported before has not changed. Put this unit's own book back (it can be downloaded from the page).",
    "sheet.column_lost": "The column “{title}” was not found in the tab “{tab}”. It was not read this time, the rest was. Restore its header “{title}”.",
    "sheet.column_twice": "The column “{title}” stands twice in the tab “{tab}” (columns {columns}); only {used} was read. Delete the other one, or change its header.",
    "sheet.column_renamed": "Column {column} of the tab “{tab}” was “{title}”, and its header now says “{header}”. It is still read as “{title}”; restore the header.",
    "sheet.merged_cells": "The tab “{tab}” has {count} merged cells among its rows (e.g. {ranges}); only the upper left cell of each holds anything. Unmerge them and fill every row.",
    "sheet.rows_aside": "{count} rows of the tab “{tab}” look like headings or notes ({rows}) and were not taken as reports. If they are, give them names that do not read like headings, and fill the other columns.",
    "sheet.ghost_rows": "The tab “{tab}” has {count} rows with formats and no contents, which make the book slow. Select these blank rows and delete them.",
    "sheet.far_cells": "The tab “{tab}” has {count} filled cells beyond column {limit}, which were not read. If they are there by mistake, delete them.",
    "sheet.tab_lost": "The tab “{tab}” was not found and not read this time; its data have not changed. Restore the tab.",
    "sheet.tab_twice": "There are two tabs for “{title}” (“{used}” and “{other}”); only “{used}” was read. Put everything into one and delete the other.",
    "sheet.header_lost": "The header row of the tab “{tab}” was not found. The tab was not read this time, its data have not changed. Restore the header row.",
    "sheet.external_links": "{count} places refer to other files; only the figures last computed are taken. It is better to type the numbers.",
}

RULES_EN: dict[str, tuple[str, str]] = {
    "rule.incomplete": ("Missing: {what}", "Fill in {what}"),
    "rule.invalid": ("Check failed: {what}", "Check and correct; if there is a special reason, write it into 情况说明"),
    "rule.notice": ("{what}", "Check; what is right need not be changed"),
    "rule.blocked": ("Not yet possible: {what}{title: (#)}", "Have {what} done first and fill it in; if it is done already, fill it in, and correct wrong dates"),
    "rule.unmapped": ("{title}: {what}", "The lead department adds it to the scheme's table; the unit need not change anything"),
    "rule.stale": ("{title}: {what}", "Bring it up to date, or write a sentence into 情况说明"),
    "rule.duplicate": ("Check failed: {what}", "Check whether it is the same; delete the row that is there twice"),
    "rule.rating": ("Check failed: {what}", "Check and correct"),
    "rule.unrated": ("Rating missing: {what}", "Add the rating"),
    "rule.falls": ("{what} is less than last time", "A running total never falls; if it really did, write the reason into 情况说明"),
    "rule.same": ("Exactly as last time: {what}", "If nothing changed, put 是 into the cell for no change, or write a sentence into 情况说明"),
    "rule.different": ("The fields differ: {what}", "Both sides check, and the wrong one is corrected; the system changes neither"),
    "rule.not_counted": ("{what}", "Check whether it was left out and add it; where name or code are written differently, make them alike"),
    "rule.not_listed": ("{what}", "Check whether it was left out and add it; where name or code are written differently, make them alike"),
    "rule.no_key": ("{what}", "Add the code; without it there is no match in the other table"),
    "rule.suspected": ("Perhaps the same: {what}", "Check: if it is, make the codes alike; if not, write a sentence into 情况说明"),
    "rule.duplicate_key": ("The same code twice: {what}", "Check: keep one row of the same, correct the code of different ones"),
    "rule.behind": ("{what}", "Check the figures; if it really is behind, write reason and remedy into 情况说明"),
}  # fmt: skip
