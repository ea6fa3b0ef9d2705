"""The command `tianbao`. Small, so that Ctrl-C is answered decently while the rest is still being loaded."""

from __future__ import annotations

import sys

INTERRUPTED = 130  # what shells report of a program ended by Ctrl-C: 128 + SIGINT


def main() -> None:
    """Load the command line and run it. Ctrl-C at any moment: one line, exit code 130, no trace."""
    try:
        from app.cli import main as run

        run()
    except KeyboardInterrupt:
        print("已中断。", file=sys.stderr)
        sys.exit(INTERRUPTED)
