"""The command line as a person meets it: words in, exit code and what is said out."""

from __future__ import annotations

import io
import sys
from contextlib import redirect_stderr, redirect_stdout
from typing import NamedTuple
from unittest.mock import patch

from app.start import main


class Said(NamedTuple):
    """How a command ended. `told`: what a person reads, wherever it was written."""

    code: int
    out: str
    err: str

    @property
    def told(self) -> str:
        return self.out + self.err


def tianbao(*words: object) -> Said:
    """Run `tianbao WORDS`. What it does not catch itself comes up here, as the trace that a person would see."""
    out, err = io.StringIO(), io.StringIO()
    with patch.object(sys, "argv", ["tianbao", *map(str, words)]), redirect_stdout(out), redirect_stderr(err):
        try:
            main()
        except SystemExit as left:
            return Said(left.code if isinstance(left.code, int) else 1, out.getvalue(), err.getvalue())
    raise AssertionError("a command always leaves with an exit code")
