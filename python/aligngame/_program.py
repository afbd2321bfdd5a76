"""The program `aligngame`, which the package has inside."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Becomes the program."""
    program = str(Path(__file__).with_name("aligngame"))
    os.execv(program, [program, *sys.argv[1:]])
