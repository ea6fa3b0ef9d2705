"""A spreadsheet service on this machine: the part of Sheets v4, Drive v3 and the token endpoint that is used here.

For tests, rehearsals and the demo. It agrees with what is recorded or documented of Google; what it does not know it
refuses (`#NAME?`, 400) rather than guess: tables, pivot tables, comments by batchUpdate, data sources, texts of several
formats in one cell, charts on sheets of their own, pasted HTML, PDF. Charts, bands, filters and slicers are kept and
answered, not drawn; what a filter hides is not worked out. `Emulator` is the server; `World` is the state behind it.
"""

from sync.backends.google.emulator.server import Emulator
from sync.backends.google.emulator.world import World

__all__ = ["Emulator", "World"]
