"""What the tests share: the program that came with the package, and the project's examples."""
import json
import os
import pathlib
import subprocess

import pytest

import aligngame

EXAMPLES = pathlib.Path(__file__).resolve().parents[2] / "examples"
PROGRAM = pathlib.Path(aligngame.__file__).parent / "bin" / "aligngame"


@pytest.fixture
def examples():
    return EXAMPLES


@pytest.fixture
def program():
    """Runs the program and returns what it prints, as JSON."""

    def run(*arguments):
        made = subprocess.run([PROGRAM, *map(os.fspath, arguments), "--json"], check=True, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return json.loads(made.stdout)

    return run


@pytest.fixture
def rewards():
    return {"owner": [3, 0, 2], "public": [0, 3, 2]}
