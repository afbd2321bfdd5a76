#!/usr/bin/python3
"""Builds the Python package into an environment of its own, types and tests it. Prints TAP.

Usage: python.py SOURCE FOLDER

FOLDER: the environment and the build are kept there, and used again. Python needs venv and headers
(Debian: python3-venv, python3-dev); the rest comes from the package index, and where that cannot be
reached this is skipped.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

SOURCE, FOLDER = Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()
BUILDS = ["meson-python", "meson", "ninja", "cffi", "numpy"]
TESTS = ["pytest", "mypy", "pandas", "pandas-stubs", "types-tqdm", "xarray", "matplotlib", "tqdm"]
INDEX_PATIENCE = ["--timeout", "20", "--retries", "1", "--disable-pip-version-check"]


def call(*words, where=SOURCE):
    environment = {**os.environ, "PATH": f"{FOLDER / 'venv' / 'bin'}:{os.environ['PATH']}",
                   "MPLBACKEND": "Agg", "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run([str(word) for word in words], cwd=where, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)


def skip(why):
    print(f"1..0 # SKIP {why}")
    return 0


def tell(number, name, done):
    print("".join(f"# {line}\n" for line in done.stdout.splitlines()[-60:]), end="")
    print(f"{'not ok' if done.returncode else 'ok'} {number} - {name}", flush=True)
    return done.returncode != 0


def main():
    python = FOLDER / "venv" / "bin" / "python"
    FOLDER.mkdir(parents=True, exist_ok=True)
    if not python.exists() and call(sys.executable, "-m", "venv", FOLDER / "venv").returncode:
        return skip("an environment needs python3-venv")
    if call(python, "-m", "pip", "install", "-q", *INDEX_PATIENCE, *BUILDS, *TESTS).returncode:
        return skip("the package index cannot be reached")
    done = call(python, "-m", "pip", "install", "-q", "--no-build-isolation", "--no-deps",
                "--disable-pip-version-check", ".", "-C", f"builddir={FOLDER / 'build'}")
    failed = tell(1, "the package is built and installed", done)
    done = call(python, "-m", "mypy", "--config-file", SOURCE / "pyproject.toml", "-p", "aligngame",
                where=FOLDER)
    failed += tell(2, "its types are right", done)
    done = call(python, "-m", "pytest", "-v", "--tb=short", "-p", "no:cacheprovider",
                SOURCE / "python" / "tests", where=FOLDER)
    found = re.findall(r"^\S*::(\w+) (PASSED|FAILED|ERROR|SKIPPED)(?: \((.*)\))?", done.stdout, re.M)
    for number, (name, word, why) in enumerate(found, 3):
        good = "ok" if word in ("PASSED", "SKIPPED") else "not ok"
        print(f"{good} {number} - {name}" + (f" # SKIP {why}" if word == "SKIPPED" else ""))
    whole = len(found) + 3
    failed += tell(whole, "the tests have run", done)
    print(f"1..{whole}")
    return failed != 0


if __name__ == "__main__":
    sys.exit(main())
