"""What the tests of the program share: they call it, look at what it says and writes, and
print TAP. The program is the first word of a test's command line."""
import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = CHECKOUT / "examples"
WORDS = [word for word in sys.argv[1:] if not word.startswith("--")]
PROGRAM = os.path.abspath(WORDS[0]) if WORDS else "aligngame"
ENVIRONMENT = {**os.environ, "NO_COLOR": "1", "COLUMNS": "80"}
PICTURES = {"png": b"\x89PNG\r\n\x1a\n", "svg": b"<?xml", "pdf": b"%PDF-1."}
# Of a process that is cut off: its counts of branches, cut off too, go where they spoil no others.
CUT_OFF = {**ENVIRONMENT, "GCOV_PREFIX": os.path.join(tempfile.gettempdir(), "aligngame-cut-off")}
TESTS = []

ATOMS = """\
name: tiny
seed: 1
generations: 20
space:
  atoms: {mass: [9, 9, 2]}
curators:
  owner:  {reward: {values: [3, 0, 2]}, pool: 8, temperature: 1.0}
  public: {reward: {values: [0, 3, 2]}, pool: 8, temperature: 1.0}
loop:
  reading: sequential
  order: [owner, public]
"""

PLANE = """\
name: plane
generations: %d
space:
  box: {lower: [-5, -4.7], upper: [5, 5], cells: [%d, %d]}
curators:
  owner:  {reward: {disc: {center: [0, 0], radius: 1, slope: 2}}, pool: 10, temperature: 0.5}
  public: {reward: {disc: {center: [3, 0], radius: 1, slope: 2}}, pool: 10, temperature: 0.5}
loop:
  order: [owner, public]
"""


class Skip(Exception):
    """What a test needs is not here."""


def test(function):
    TESTS.append(function)
    return function


def call(*words, cwd=None, data=None, env=None, **options):
    if data is None:
        options.setdefault("stdin", subprocess.DEVNULL)
    return subprocess.run([PROGRAM, *map(str, words)], cwd=cwd, input=data,
                          env={**ENVIRONMENT, **(env or {})},
                          capture_output="stdout" not in options, timeout=300,
                          text=True, check=False, **options)


def expect(condition, *story):
    if not condition:
        raise AssertionError(" ".join(str(part) for part in story))


def perform(*words, **options):
    """A call that succeeds."""
    done = call(*words, **options)
    expect(done.returncode == 0, words, "ended with", done.returncode, done.stderr)
    return done


def succeed(*words, **options):
    """What the program says on standard output."""
    return perform(*words, **options).stdout


def parse(text):
    return json.loads(text, parse_constant=lambda word: expect(False, "constant", word))


def document(*words, **options):
    """The one JSON document on standard output, with nothing said besides."""
    done = call(*words, "--json", **options)
    expect(done.returncode == 0 and done.stderr == "", words, done.returncode, done.stderr)
    return parse(done.stdout)


def scratch():
    return tempfile.TemporaryDirectory(prefix="aligngame-test-")


def listing(folder):
    return sorted(str(path.relative_to(folder)) for path in Path(folder).rglob("*"))


def states(folder):
    """Every file with when it was last written and what it holds."""
    files = [path for path in Path(folder).rglob("*") if path.is_file()]
    return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in files}


def write(folder, name, text):
    path = Path(folder) / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def seal_store(path):
    """Gives a changed run.sqlite the sum over its tables that the program gives it."""
    total = 0
    with contextlib.closing(sqlite3.connect(path)) as store, store:
        for table, order in (("provenance", "key"), ("input", "number"), ("leg", "number"),
                             ("metric", "position"), ("checkpoint", "generation")):
            for row in store.execute(f"SELECT * FROM {table} ORDER BY {order}"):
                for value in row:
                    data = b"" if value is None else str(value).encode()
                    total = (total + len(data) + (value is not None)) % 2**64
                    for at in range(0, len(data), 8):
                        total ^= int.from_bytes(data[at:at + 8], "little")
                        total = total * 0x9e3779b97f4a7c15 % 2**64
                        total ^= total >> 29
        store.execute("UPDATE seal SET sum = ?", (f"{total:016x}",))


def plain(text):
    """The words without the breaks between lines."""
    return " ".join(text.split())


def masked(text):
    text = re.sub(r"\d+(\.\d+)? s(;|$)", r"N s\2", text, flags=re.M)
    return re.sub(r"^Files .*(\n {12}\S.*)*$", "Files", text, flags=re.M)


def main():
    failures = 0
    for number, function in enumerate(TESTS, 1):
        try:
            function()
            print(f"ok {number} - {function.__name__}", flush=True)
        except Skip as why:
            print(f"ok {number} - {function.__name__} # SKIP {why}", flush=True)
        except Exception as error:  # a test that breaks is a failed test
            failures += 1
            for line in f"{type(error).__name__}: {error}"[:4000].splitlines():
                print(f"# {line}")
            print(f"not ok {number} - {function.__name__}", flush=True)
    print(f"1..{len(TESTS)}")
    return failures != 0
