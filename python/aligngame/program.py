"""The program `aligngame`, which lies beside the library."""
from __future__ import annotations

import os
import sys
from typing import NoReturn


def main() -> NoReturn:
    program = os.path.join(os.path.dirname(__file__), "bin", "aligngame")
    os.execv(program, ["aligngame", *sys.argv[1:]])
