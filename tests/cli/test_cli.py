#!/usr/bin/python3
"""Facts about the program, from the outside. Prints TAP.

Usage: test_cli.py PROGRAM [GENERATOR] [--update]
PROGRAM: the binary; GENERATOR: of manual pages and completion, for
their tests. --update writes the golden files instead of comparing them.
"""
import csv
import fcntl
import json
import math
import os
import pty
import re
import resource
import shutil
import struct
import subprocess
import sys
import termios
from pathlib import Path

from outside import (ATOMS, CHECKOUT, EXAMPLES, PLANE, PROGRAM, WORDS, Skip, call, document,
                     expect, listing, main, masked, perform, plain, scratch, test, write)

HERE = Path(__file__).resolve().parent
GOLDEN = HERE / "golden"
DATA = Path(os.environ.get("ALIGNGAME_DATA", CHECKOUT.parent / "shared" / "data"))
GENERATOR = os.path.abspath(WORDS[1]) if len(WORDS) > 1 else None
UPDATE = "--update" in sys.argv
COMMANDS = ["run", "analyze", "audit", "phase", "drift", "forecast", "train", "report", "export", "weights",
            "paper", "list", "explain", "help"]


ITEMS = '''\
title,kind,expert,crowd,weight
"Dogs, and cats",pet,4.5,2.0,10
Ångström,science,4.0,3.5,20
"The ""best""",science,1.0,4.5,30
Plain,pet,3.5,3.9,5
Dull,pet,1.5,1.0,35
映画,film,2.5,2.5,
'''


# ---- help, version, manual pages, completion ----


@test
def help_has_examples_and_fits_the_terminal():
    for words in [[], *[[command] for command in COMMANDS]]:
        for columns in (60, 100):
            done = perform(*words, "--help", env={"COLUMNS": str(columns)})
            expect("Examples" in done.stdout and "aligngame" in done.stdout, words)
            lines = done.stdout.splitlines()
            longest = max(len(line) for line in lines if not re.match("  .*aligngame ", line))
            expect(longest <= max(columns, 80), words, "a line of", longest)
    everything = perform("--help").stdout
    for command in COMMANDS:
        expect(re.search(rf"^  {command} ", everything, re.M), "help lacks", command)


@test
def version_is_a_number():
    expect(re.fullmatch(r"aligngame \d+\.\d+\.\d+\n", perform("--version").stdout), "version")
    expect(perform("run", "--version").stdout == perform("--version").stdout, "run --version")


@test
def manual_pages_are_clean():
    if not GENERATOR:
        raise Skip("no generator named")
    with scratch() as folder:
        subprocess.run([GENERATOR, "man", folder], check=True)
        pages = sorted(path.name for path in Path(folder).iterdir())
        expect(pages == sorted(["aligngame.1", "aligngame-game.5"] +
                               [f"aligngame-{c}.1" for c in COMMANDS]), pages)
        game = (Path(folder) / "aligngame-game.5").read_text()
        for kind in document("list")["kinds"]:
            expect(f".SH {kind['kind'].upper()}\n" in game, kind)
        for command in COMMANDS:
            text = (Path(folder) / f"aligngame-{command}.1").read_text()
            expect(".SH EXAMPLES" in text and "\\-\\-json" in text, command)
        if not shutil.which("mandoc"):
            raise Skip("mandoc is not installed")
        done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", *pages], cwd=folder,
                              capture_output=True, text=True, check=False)
        expect(done.returncode == 0, done.stdout, done.stderr)


def complete(script, *words):
    """What bash would offer for the last of words."""
    array = " ".join(f"'{word}'" for word in words)
    text = (f"source '{script}'; COMP_WORDS=({array}); COMP_CWORD={len(words) - 1}; _aligngame; "
            'printf "%s\\n" "${COMPREPLY[@]}"')
    done = subprocess.run(["bash", "-c", text], capture_output=True, text=True, check=True)
    return done.stdout.split()


@test
def bash_completes_commands_options_kinds_and_files():
    if not GENERATOR or not shutil.which("bash"):
        raise Skip("no generator named, or no bash")
    with scratch() as folder:
        script = Path(folder) / "completion"
        for shell in ("zsh", "fish", "bash"):
            with script.open("w") as out:
                subprocess.run([GENERATOR, shell], stdout=out, check=True)
            text = script.read_text()
            expect(all(command in text for command in COMMANDS), shell)
        expect(complete(script, "aligngame", "fo") == ["forecast"], "commands")
        expect(complete(script, "aligngame", "run", "--snap") == ["--snapshots"], "options")
        expect("rewards" in complete(script, "aligngame", "list", ""), "kinds")
        game = write(folder, "game.yaml", ATOMS)
        expect(complete(script, "aligngame", "run", str(game)[:-2]) == [str(game)], "files")


@test
def shells_accept_their_completion():
    if not GENERATOR:
        raise Skip("no generator named")
    found = [shell for shell in ("bash", "zsh", "fish") if shutil.which(shell)]
    for shell in found:
        text = subprocess.run([GENERATOR, shell], capture_output=True, text=True, check=True).stdout
        done = subprocess.run([shell, "-n"], input=text, capture_output=True, text=True,
                              check=False)
        expect(done.returncode == 0, shell, done.stderr)


# ---- bad usage ----


BAD_USAGE = [
    ([], "missing command"),
    (["rnu"], "did you mean 'run'"),
    (["run"], "missing argument GAME.yaml"),
    (["run", "game.yaml", "--genrations", "3"], "unknown option '--genrations'"),
    (["run", "game.yaml", "--jsno"], "did you mean '--json'"),
    (["run", "game.yaml", "more.yaml"], "unexpected argument 'more.yaml'"),
    (["run", "game.yaml", "--threads", "0"], "--threads"),
    (["run", "game.yaml", "--threads=many"], "--threads"),
    (["run", "game.yaml", "--seed", "-1"], "--seed"),
    (["run", "game.yaml", "--json=yes"], "takes no value"),
    (["run", "game.yaml", "-o"], "needs a value"),
    (["run", "game.yaml", "--snapshots", "1,,2"], "--snapshots"),
    (["run", "game.yaml", "--snapshots", "99"], "no generation 99"),
    (["run", "game.yaml", "-s", "generations"], "KEY.PATH=VALUE"),
    (["run", "game.yaml", "--no-save", "-o", "there"], "--no-save"),
    (["run", "--resume"], "--resume needs"),
    (["weights", "x.csv", "--temperature", "1"], "missing option --pool"),
    (["weights", "x.csv", "--pool", "1", "--temperature", "1"], "--pool"),
    (["weights", "x.csv", "--pool", "2.5", "--temperature", "1"], "--pool"),
    (["weights", "x.csv", "--pool", "2", "--temperature", "0"], "--temperature"),
    (["weights", "x.csv", "--pool", "2", "--temperature", "nan"], "--temperature"),
    (["forecast", "x.csv", "--owner", "a"], "missing option --public"),
    (["forecast", "--owner", "a", "--public", "b"], "missing argument ITEMS.csv"),
    (["list", "reward"], "did you mean 'rewards'"),
    (["paper", "texts"], "available: synthetic"),
    (["-x"], "unknown option '-x'"),
    (["--hlep"], "did you mean '--help'"),
    (["run", "-z", "game.yaml"], "unknown option '-z'"),
    (["run", "game.yaml", "--checkpoint-interval", "-1"], "not a number above 0"),
    (["run", "game.yaml", "--checkpoint-interval", "inf"], "not a number above 0"),
    (["run", "game.yaml", "--seed", "9" * 23], "not an integer from 0"),
    (["run", "game.yaml", "--threads", "9" * 23], "not an integer from 1"),
    (["run", "game.yaml", "--snapshots", "1;2"], "not generations such as"),
    (["run", "game.yaml", "--snapshots", "99999999999"], "not generations such as"),
    (["run", "game.yaml", "--snapshots", ",1"], "not generations such as"),
    (["run", "game.yaml", "-s", "=3"], "KEY.PATH=VALUE"),
    (["run", "game.yaml", "-s"], "'-s' needs a value"),
    (["run", "game.yaml", "--no-save", "--resume"], "excludes --resume"),
    (["run", "game.yaml", "--trust"], "--trust is for --resume"),
    (["run", "game.yaml", "--changed-inputs"], "--changed-inputs is for --resume"),
    (["weights", "x.csv", "--pool", "9" * 23, "--temperature", "1"], "an integer from 2, or inf"),
    (["weights", "x.csv", "--pool", "2", "--temperature", "1e999"], "not a number above 0"),
    (["analyze", "game.yaml", "--basins", "--no-basins"], "exclude each other"),
    (["drift", "-s", "seed=1"], "seed=1 has no effect"),
    (["drift", "more"], "unexpected argument 'more'"),
    (["train", "--grammar", "10"], "missing option '--output'"),
    (["train", "-o", "x"], "either CORPUS or '--grammar'"),
    (["train", "c.txt", "--grammar", "10", "-o", "x"], "either CORPUS or '--grammar'"),
    (["train", "--grammar", "10", "--base", "b", "--width", "8", "-o", "x"], "the base has its own"),
    (["train", "--grammar", "10", "-s", "a=1", "-o", "x"], "a=1 has no effect"),
    (["train", "--grammar", "10", "--dropout", "half", "-o", "x"], "not a number from 0"),
    (["train", "--grammar", "10", "--dropout", "-0.1", "-o", "x"], "not a number from 0"),
    (["help", "nonsense"], "unknown command 'nonsense'"),
    (["explain", "zzzzqq"], "nothing is known of 'zzzzqq'"),
    (["explain", "effectve number"], "did you mean"),
    (["paper", "claims", "--resume", "--no-save"], "nothing to resume"),
    (["paper", "--no-save", "-o", "x"], "excludes --output"),
    (["report"], "missing argument RUN"),
    (["export", "x"], "missing option --hdf5"),
    *((["phase", "game.yaml", "--x", axis, "--y", "b=1..2:3"], message) for axis, message in (
        ("a=1..2:1", "an integer from 2 to 1000"), ("a=1..2:3:lag", "an integer from 2 to 1000"),
        ("a=1..2:-3", "an integer from 2 to 1000"), ("a=1..2:" + "9" * 14, "an integer from 2 to 1000"),
        ("a=1..2:", "an integer from 2 to 1000"), ("a", "no path before"), ("=1..2:3", "no path before"),
        ("a=1", "no `..` between"), ("a=x..2:3", "before `..` is not a number"),
        ("a=1..:3", "after `..` is not a number"), ("a=..2", "before `..` is not a number"),
        ("a=2..1:3", "do not increase"), ("a=1..1:3", "do not increase"), ("a=0..inf:3", "do not increase"),
        ("a=0..1:3:log", "begins above 0"))),
]


@test
def bad_usage_says_what_and_where_help_is():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        before = listing(folder)
        for words, message in BAD_USAGE:
            done = call(*words, cwd=folder)
            expect(done.returncode == 2, words, "ended with", done.returncode)
            expect(done.stdout == "", words, "printed", done.stdout)
            expect(done.stderr.startswith("aligngame: error: "), words, done.stderr)
            expect(message in done.stderr and "--help" in done.stderr, words, done.stderr)
        expect(listing(folder) == before, "something was written")


@test
def options_stand_anywhere():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        plain = document("run", "game.yaml", "--no-save", cwd=folder)
        first = perform("--json", "-s", "generations=20", "run", "--no-save", "game.yaml",
                        cwd=folder)
        last = perform("run", "game.yaml", "--json", "--no-save", "--set=generations=20",
                       cwd=folder)
        expect(json.loads(first.stdout) == plain == json.loads(last.stdout), "they differ")


# ---- bad input ----


def replaced(old, new):
    expect(old in ATOMS, old)
    return ATOMS.replace(old, new)


# name: (the game, the place of the error, a word of the message)
BAD_GAMES = {
    "malformed": (replaced("{mass: [9, 9, 2]}", "{mass: [9, 9, 2}"), r"5:\d+", ""),
    "tab": (replaced("  atoms", "\tatoms"), r"\d+:\d+", ""),
    "not a mapping": ("- 1\n- 2\n", r"1:1", ""),
    "empty": ("", r"\d+(:\d+)?", ""),
    "unknown key": (replaced("generations", "genrations"), r"3:1", "generations"),
    "unknown key inside": (replaced("temperature: 1.0}\nloop", "temprature: 1.0}\nloop"),
                           r"8:\d+", "temperature"),
    "duplicate key": (ATOMS + "seed: 2\n", r"12:1", "seed"),
    "wrong type": (replaced("generations: 20", "generations: many"), r"3:14", "many"),
    "wrong kind": (replaced("{mass: [9, 9, 2]}", "[1, 2]"), r"5:\d+", ""),
    "negative generations": (replaced("generations: 20", "generations: -3"), r"3:14", ""),
    "pool of one": (replaced("2]}, pool: 8, temperature: 1.0}\n  public", "2]}, pool: 1, "
                             "temperature: 1.0}\n  public"), r"7:\d+", "pool"),
    "pool in parts": (replaced("2]}, pool: 8, temperature: 1.0}\n  public", "2]}, pool: 2.5, "
                               "temperature: 1.0}\n  public"), r"7:\d+", "pool"),
    "temperature zero": (replaced("1.0}\n  public", "0}\n  public"), r"7:\d+", "temperature"),
    "temperature negative": (replaced("1.0}\n  public", "-1}\n  public"), r"7:\d+", "temperature"),
    "NaN reward": (replaced("[3, 0, 2]", "[3, .nan, 2]"), r"7:\d+", ""),
    "infinite reward": (replaced("[3, 0, 2]", "[3, .inf, 2]"), r"7:\d+", ""),
    "zero mass": (replaced("[9, 9, 2]", "[0, 0, 0]"), r"5:\d+", "mass"),
    "negative mass": (replaced("[9, 9, 2]", "[9, -9, 2]"), r"5:\d+", "mass"),
    "lengths differ": (replaced("[3, 0, 2]", "[3, 0]"), r"7:\d+", "3"),
    "unknown reward": (replaced("values: [3, 0, 2]", "valeus: [3, 0, 2]"), r"7:\d+", "values"),
    "unknown reading": (replaced("reading: sequential", "reading: sequentail"), r"10:\d+",
                        "sequential"),
    "unknown curator": (replaced("order: [owner, public]", "order: [owner, publik]"), r"11:\d+",
                        "public"),
    "two spaces": (replaced("9, 2]}\n", "9, 2]}\n  box: {lower: [0], upper: [1], cells: [2]}\n"),
                   r"\d+:\d+", ""),
    "missing table": (replaced("atoms: {mass: [9, 9, 2]}", "table: {file: nowhere.csv}"), r"5:\d+",
                      "nowhere.csv"),
    "beyond memory": (PLANE % (3, 2000000000, 2000000000), r"4:\d+", ""),
    "not UTF-8": (ATOMS.encode() + b"# \xff\xfe\n", r"\d+(:\d+)?", ""),
}


@test
def bad_games_are_refused_at_their_place():
    for name, (text, place, word) in BAD_GAMES.items():
        with scratch() as folder:
            write(folder, "bad.yaml", text)
            for extra in ([], ["-o", "there"], ["--json"]):
                done = call("run", "bad.yaml", *extra, cwd=folder)
                expect(done.returncode == 2, name, "ended with", done.returncode, done.stderr)
                expect(done.stdout == "", name, "printed", done.stdout)
                expect(re.match(rf"bad\.yaml:{place}: error: .", done.stderr), name, done.stderr)
                expect(word in done.stderr, name, "does not say", word, done.stderr)
                expect(listing(folder) == ["bad.yaml"], name, "wrote", listing(folder))


@test
def an_error_shows_the_line_and_a_caret():
    with scratch() as folder:
        write(folder, "bad.yaml", replaced("generations: 20", "generations: many"))
        lines = call("run", "bad.yaml", cwd=folder).stderr.splitlines()
        expect(len(lines) == 3 and "generations: many" in lines[1], lines)
        expect(lines[2].strip() == "^" and lines[2].index("^") == lines[1].index("many"), lines)


@test
def missing_and_unreadable_games_are_refused():
    with scratch() as folder:
        for words in (["run", "nowhere.yaml"], ["run", folder],
                      ["run", "--resume", "-o", "nowhere"],
                      ["weights", "nowhere.csv", "--pool", "2", "--temperature", "1"],
                      ["forecast", "nowhere.csv", "--owner", "a", "--public", "b"]):
            done = call(*words, cwd=folder)
            expect(done.returncode == 2 and "error: " in done.stderr, words, done)
            expect(done.stdout == "" and listing(folder) == [], words, listing(folder))


@test
def bad_overrides_are_refused():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        for override in ("genrations=3", "generations=many", "curators.owner.pool=1",
                         "curators.owner.temperature=0", "space.atoms.mass=[1, 2"):
            done = call("run", "game.yaml", "-s", override, cwd=folder)
            expect(done.returncode == 2 and "error: " in done.stderr, override, done)
            expect(listing(folder) == ["game.yaml"], override, listing(folder))


# name: (the table, a regular expression for the start of the error)
BAD_TABLES = {
    "no columns": ("a,b\n1,2\n", r"bad\.csv(:\d+)*: error: "),
    "open quote": ('mass,reward\n1,"2\n3,4\n', r"bad\.csv:2:\d+: error: "),
    "short row": ("mass,reward\n1,2\n3\n", r"bad\.csv:3(:\d+)?: error: "),
    "long row": ("mass,reward\n1,2\n3,4,5\n", r"bad\.csv:3(:\d+)?: error: "),
    "not a number": ("mass,reward\n1,2\n1,two\n", r"bad\.csv:3:\d+: error: "),
    "NaN": ("mass,reward\n1,nan\n1,2\n", r"bad\.csv:2:\d+: error: "),
    "negative mass": ("mass,reward\n-1,2\n1,2\n", r"bad\.csv:2:\d+: error: "),
    "zero mass": ("mass,reward\n0,2\n0,2\n", r"bad\.csv(:\d+)*: error: "),
    "no rows": ("mass,reward\n", r"bad\.csv(:\d+)*: error: "),
    "empty": ("", r"bad\.csv(:\d+)*: error: "),
}


@test
def bad_tables_are_refused_at_their_place():
    for name, (text, start) in BAD_TABLES.items():
        with scratch() as folder:
            write(folder, "bad.csv", text)
            done = call("weights", "bad.csv", "--pool", "4", "--temperature", "1", cwd=folder)
            expect(done.returncode == 2, name, "ended with", done.returncode, done.stderr)
            expect(re.match(start, done.stderr), name, done.stderr)
            expect(done.stdout == "" and listing(folder) == ["bad.csv"], name)


@test
def forecasts_of_unknown_columns_are_refused():
    with scratch() as folder:
        write(folder, "items.csv", ITEMS)
        done = call("forecast", "items.csv", "--owner", "exprt", "--public", "crowd", cwd=folder)
        expect(done.returncode == 2 and "expert" in done.stderr, done.stderr)
        done = call("forecast", "items.csv", "--owner", "kind", "--public", "crowd", cwd=folder)
        expect(done.returncode == 2 and "error: " in done.stderr, done.stderr)
        expect(listing(folder) == ["items.csv"], listing(folder))


# ---- results as data ----


@test
def run_prints_one_document():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        got = document("run", "game.yaml", "--no-save", "--snapshots", "1,5,20", cwd=folder)
        expect(listing(folder) == ["game.yaml"], "--no-save wrote", listing(folder))
        for key in ("name", "seed", "engine", "generations", "metrics", "snapshots", "outcome"):
            expect(key in got, "no", key)
        expect((got["name"], got["seed"], got["engine"]) == ("tiny", 1, "exact"), got)
        expect(got["generations"] == 20, got["generations"])
        for name in ("entropy", "effective_number", "mean_reward.owner", "mean_reward.public"):
            expect(len(got["metrics"][name]) == 21, name)
        expect(sorted(got["snapshots"]) == ["1", "20", "5"], list(got["snapshots"]))
        for snapshot in got["snapshots"].values():
            total = sum(math.exp(value) for value in snapshot["log_mass"])
            expect(abs(total - 1) < 1e-12, "mass", total)
        atoms = got["outcome"]["atoms"]
        expect([sorted(atom) for atom in atoms] == [["index", "label", "mass"]] * 3, atoms)
        masses = [atom["mass"] for atom in atoms]
        expect(masses == sorted(masses, reverse=True) and abs(sum(masses) - 1) < 1e-12, masses)


@test
def zero_mass_is_null_and_nothing_else_is():
    with scratch() as folder:
        write(folder, "game.yaml", replaced("[9, 9, 2]", "[9, 0, 2]"))
        got = document("run", "game.yaml", "--no-save", "--snapshots", "20", cwd=folder)
        nulls = [value is None for value in got["snapshots"]["20"]["log_mass"]]
        expect(nulls == [False, True, False], nulls)


@test
def seed_is_an_override():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        got = document("run", "game.yaml", "--no-save", "--seed", "7", cwd=folder)
        expect(got["seed"] == 7, got["seed"])


@test
def weights_come_as_csv_and_as_json():
    table = "mass,reward\n0.5,1\n0.3,0\n0.2,-2000\n"
    words = ["weights", "--pool", "2", "--temperature", "1"]
    done = perform(*words, "-", data=table)
    rows = list(csv.DictReader(done.stdout.splitlines()))
    expect(done.stdout.splitlines()[0] == "mass,reward,weight,log_weight", done.stdout)
    expect(perform(*words, data=table).stdout == done.stdout, "- differs from nothing")
    got = document(*words, data=table)
    expect(got["pool"] == 2 and got["temperature"] == 1, got)
    for row, atom in zip(rows, got["atoms"], strict=True):
        for key in ("mass", "reward", "weight", "log_weight"):
            expect(float(row[key]) == atom[key], key, row, atom)
    expect(abs(sum(a["mass"] * a["weight"] for a in got["atoms"]) - 1) < 1e-12, "mean weight")
    u = [math.exp(1), 1.0, 0.0]
    exact = sum(p * 2 * u[0] / (u[0] + v) for p, v in zip((0.5, 0.3, 0.2), u))
    expect(abs(got["atoms"][0]["weight"] - exact) < 1e-12, "first weight")
    got = document("weights", "--pool", "inf", "--temperature", "1", data=table)
    last = got["atoms"][2]
    mean = 0.5 * u[0] + 0.3
    expect(got["pool"] == "inf" and last["weight"] == 0, last)
    expect(abs(last["log_weight"] + 2000 + math.log(mean)) < 1e-8, "a lost log weight", last)


@test
def forecast_prints_one_document():
    with scratch() as folder:
        write(folder, "items.csv", ITEMS)
        words = ["forecast", "items.csv", "--owner", "expert", "--public", "crowd", "--label",
                 "title", "--group", "kind", "--generations", "30"]
        got = document(*words, cwd=folder)
        for key in ("items", "groups", "effective_number", "half_life", "sinks"):
            expect(key in got, "no", key)
        expect(len(got["effective_number"]) == 31, len(got["effective_number"]))
        for item in got["items"]:
            expect(isinstance(item["label"], str) and len(item["share"]) == 31, item)
        expect("映画" in [item["label"] for item in got["items"]], got["items"])
        perform(*words, "-o", "there", cwd=folder)
        expect("there/forecast.json" in listing(folder), listing(folder))


@test
def list_knows_kinds_and_entries():
    kinds = document("list")["kinds"]
    names = [kind["kind"] for kind in kinds]
    for name in ("rewards", "metrics", "presets"):
        expect(name in names, "no", name)
    for kind in kinds:
        entries = document("list", kind["kind"])["entries"]
        expect(len(entries) == kind["count"], kind)
        expect(all(entry["name"] and entry["summary"] for entry in entries), entries)
        text = perform("list", kind["kind"]).stdout
        expect(all(entry["name"] in text for entry in entries), kind)
        for entry in entries:
            for key in entry["parameters"]:
                expect(key["help"] and key["takes"] and key["otherwise"], entry["name"], key)
                expect((key["name"] or "(value)") in text, entry["name"], key)
        longest = max((line for line in text.splitlines() if ": " not in line[:30]), key=len)
        expect(len(longest) <= 80, longest)


@test
def list_tells_bounds_units_and_defaults():
    generators = {entry["name"]: entry for entry in document("list", "generators")["entries"]}
    order = next(key for key in generators["ngram"]["parameters"] if key["name"] == "order")
    expect((order["low"], order["high"], order["default"]) == (1, 5, "3"), order)
    one = document("list", "rewards", "--show", "disc")["entries"]
    expect([entry["name"] for entry in one] == ["disc"], one)
    keys = {key["name"]: key for key in one[0]["parameters"]}
    expect(keys["center"]["required"] and not keys["radius"]["required"], keys)
    expect(keys["radius"]["above"] and keys["radius"]["high"] is None, keys["radius"])
    expect(keys["radius"]["unit"] == "a distance" and keys["radius"]["default"] == "1", keys)
    text = perform("list", "rewards", "--show", "disc").stdout
    expect("radius" in text and "gaussian" not in text, text)


@test
def list_shows_the_game_file_of_a_preset():
    with scratch() as folder:
        text = perform("list", "presets", "--show", "compromise").stdout
        write(folder, "game.yaml", text)
        perform("run", "game.yaml", "--no-save", cwd=folder)
    done = call("list", "presets", "--show", "compromize")
    expect(done.returncode == 2 and "'compromize'" in done.stderr, done.stderr)
    expect(call("list", "--show", "disc").returncode == 2, "--show without a kind")


@test
def the_reference_says_what_the_tables_say():
    if not GENERATOR:
        raise Skip("no generator named")
    made = subprocess.run([GENERATOR, "reference"], capture_output=True, text=True, check=True)
    page = Path(os.environ["ALIGNGAME_SOURCE"]) / "docs" / "reference.md"
    expect(made.stdout == page.read_text(), "docs/reference.md is not what `generate reference` says")


@test
def a_forecast_tells_the_game_that_was_played():
    with scratch() as folder:
        write(folder, "items.csv", ITEMS)
        words = ["forecast", "items.csv", "--owner", "expert", "--public", "crowd"]
        text = plain(perform(*words, cwd=folder).stdout)
        expect("random pool of 8 (--pool)" in text, text)
        expect("1.28 higher in 'expert'" in text and "standard deviation" in text, text)
        text = plain(perform(*words, "-s", "curators.owner.pool=100", "-s",
                             "curators.public.pool=inf", "-s", "loop.reading=parallel",
                             cwd=folder).stdout)
        expect("owner's holds 100 items, the public's unlimited (" in text, text)
        expect("lock-in" not in text and "as played" in text, text)


@test
def a_forecast_of_little_says_little():
    with scratch() as folder:
        write(folder, "one.csv", "title,a,b\nx,1,2\n")
        write(folder, "same.csv", "title,a,b\nx,1,2\ny,1,2\nz,1,\n")
        words = ["--owner", "a", "--public", "b", "--label", "title"]
        text = plain(perform("forecast", "one.csv", *words, cwd=folder).stdout)
        expect("1 item over" in text and "does not halve" in text, text)
        expect("correlation" not in text and "nan" not in text, text)
        text = plain(perform("forecast", "same.csv", *words, cwd=folder).stdout)
        expect("or 1 where all are equal" in text and "is the same for every item" in text, text)
        expect("goes to x, y, in proportion to what they had" in text, text)
        done = perform("forecast", "same.csv", *words, cwd=folder)
        expect("left out" in done.stderr, done.stderr)
        write(folder, "none.csv", "title,a,b\nx,1,\ny,,2\n")
        done = call("forecast", "none.csv", *words, cwd=folder)
        expect(done.returncode == 2 and "none.csv:1:1: error: no row is left" in done.stderr, done)


@test
def a_summary_says_only_what_is_so():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        words = ["run", "game.yaml", "--no-save", "-v", "-s"]
        text = perform(*words, "generations=0", cwd=folder).stdout
        expect("not played" in text and text.count("generation 0") == 1, text)
        text = perform(*words, "metrics=[]", cwd=folder).stdout
        expect("Metrics" not in text, text)
        text = perform(*words, "loop.real_share=1", cwd=folder).stdout
        expect("still moving" not in text, text)
        text = perform(*words, "loop.reading=parallel", cwd=folder).stdout
        expect("every start leads there" not in text, text)
        text = perform(*words, "curators.owner.temperature=1e-9", cwd=folder).stdout
        expect("factor 0 " not in text, text)
        order = ", ".join(["owner", "public"] * 20)
        text = perform(*words, f"loop.order=[{order}]", cwd=folder).stdout
        expect(max(map(len, text.splitlines())) <= 80, text)


@test
def what_this_version_lacks_is_named():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        for override, said in (
                ("space={cloud: {uniform: {lower: [-5], upper: [5]}, count: 9}}", "a cloud has points"),
                ("space={text: {file: wiki.txt, sentences: 10}}", "wiki.txt"),
                ("generator=gmm", "points"), ("generator=neural", "there are: "),
                ("engine=sample", "did you mean `samples`")):
            done = call("run", "game.yaml", "-s", override, cwd=folder)
            expect(done.returncode == 2 and said in done.stderr, override, done)


SMALLER = {"gpt2.yaml": ["-s", "generations=1", "-s", "space.text.sentences=400", "-s",
                         "generator.gpt2.start_epochs=1", "-s", "generator.gpt2.width=16", "-s",
                         "samples.generate=60", "-s", "samples.keep=40"]}


@test
def examples_play():
    for path in sorted(EXAMPLES.glob("*.yaml")):
        with scratch() as folder:
            words = ["-s", "generations=5"] + SMALLER.get(path.name, [])
            text = perform("run", path, *words, "-v", "-o", "out", cwd=folder).stdout
            sampled = "Replicates" in text
            expect(sampled or ("Regime" in text and "Diversity" in text), path, text)
            expect((Path(folder) / "out" / "metrics.csv").exists(), path, listing(folder))


@test
def presets_play_as_the_examples_do():
    with scratch() as folder:
        got = document("paper", "synthetic", "--cells", "40", "--generations", "12", "--seeds",
                       "2", cwd=folder)
        expect(len(got["games"]) == 3, got)
        for game, regime in zip(got["games"], ("perfect", "partial", "disjoint")):
            expect(game["name"] == f"circles-{regime}" and game["regime"] == regime, game)
            example = document("run", EXAMPLES / f"circles-{regime}.yaml", "--no-save", "-s",
                               "space.box.cells=[40, 40]", "-s", "generations=12")
            for side in ("owner", "public"):
                expected = example["metrics"][f"distance.{side}"][12]
                expect(game["distance"][side]["exact"] == expected, regime, side)
        expect((Path(folder) / "paper-output" / "circles-perfect" / "metrics.csv").exists(),
               listing(folder))
        text = perform("paper", "synthetic", "--cells", "40", "--generations", "12", "--seeds",
                       "2", cwd=folder).stdout
        expect("paper-output/circles-perfect-2/" in text and "0.65" in text, text)


# ---- golden output ----


def compare_golden(name, text):
    path = GOLDEN / name
    if UPDATE:
        path.write_text(text)
    expect(path.exists(), path, "is missing: write it with --update")
    expected = path.read_text().splitlines()
    got = text.splitlines()
    for number, (a, b) in enumerate(zip(expected, got), 1):
        expect(a == b, f"{name}:{number}: expected {a!r}, got {b!r}")
    expect(len(expected) == len(got), name, "has", len(expected), "lines, got", len(got))


@test
def a_run_ends_with_its_summary():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        done = perform("run", "game.yaml", cwd=folder)
        expect(done.stderr == "", done.stderr)
        compare_golden("run.txt", masked(done.stdout))
        done = perform("run", "game.yaml", "-v", "--no-save", cwd=folder)
        compare_golden("run-verbose.txt", masked(done.stdout))
        expect("runs/tiny/metrics.csv" in listing(folder), listing(folder))
        expect("runs/tiny-2/" in perform("run", "game.yaml", cwd=folder).stdout, "second run")
        expect(perform("run", "game.yaml", "--quiet", cwd=folder).stdout == "", "--quiet")


@test
def a_run_on_a_plane_ends_with_a_picture():
    with scratch() as folder:
        write(folder, "game.yaml", PLANE % (30, 60, 60))
        compare_golden("plane.txt", masked(perform("run", "game.yaml", "--no-save", "-v",
                                                   cwd=folder).stdout))


@test
def a_forecast_reads_well():
    with scratch() as folder:
        write(folder, "items.csv", ITEMS)
        done = perform("forecast", "items.csv", "--owner", "expert", "--public", "crowd", "--label",
                       "title", "--group", "kind", cwd=folder)
        expect(done.stderr == "Read items.csv: 6 rows of 5 columns, separated by commas, in UTF-8; used: "
               "`title` (label), `kind` (group), `expert`, `crowd`.\n", done.stderr)
        compare_golden("forecast.txt", done.stdout)


@test
def critics_against_audiences():
    path = DATA / "fandango_score_comparison.csv"
    if not path.exists():
        raise Skip(f"{path} is missing")
    for owner in ("Metacritic_norm", "Fandango_Ratingvalue"):
        words = ["forecast", path, "--owner", owner, "--public", "IMDB_norm", "--label", "FILM"]
        expect("effective items" in perform(*words).stdout, owner)
        got = document(*words)
        expect(got["effective_number"][0] > got["effective_number"][-1], owner)


# ---- standard output that cannot be written ----


@test
def a_full_or_closed_standard_output_is_an_error():
    if not os.path.exists("/dev/full"):
        raise Skip("/dev/full is missing")
    for words in (["--help"], ["list"], ["run", EXAMPLES / "compromise.yaml", "--no-save"],
                  ["run", EXAMPLES / "compromise.yaml", "--no-save", "--json"]):
        with open("/dev/full", "w", encoding="utf-8") as full:
            done = call(*words, stdout=full, stderr=subprocess.PIPE)
        expect(done.returncode == 1 and "standard output" in done.stderr, words, done)
        closed = subprocess.run(["sh", "-c", 'exec "$@" >&-', "sh", PROGRAM, *map(str, words)],
                                stderr=subprocess.PIPE, text=True, check=False)
        expect(closed.returncode == 1 and "standard output" in closed.stderr, words, closed)


@test
def a_reader_that_goes_away_is_no_news():
    reader, writer = os.pipe()
    os.close(reader)
    done = call("--help", stdout=writer, stderr=subprocess.PIPE)
    os.close(writer)
    expect(done.returncode == 1 and done.stderr == "", done)


@test
def a_reader_that_leaves_half_way_is_no_news():
    with scratch() as folder:
        write(folder, "game.yaml", PLANE % (2, 100, 100))
        words = [PROGRAM, "run", "game.yaml", "--no-save", "--json", "--snapshots", "0,1,2"]
        with subprocess.Popen(words, cwd=folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE) as process:
            process.stdout.read(10)
            process.stdout.close()
            message = process.stderr.read()
        expect(process.returncode == 1 and message == b"", process.returncode, message)


@test
def threads_that_sleep_are_the_default_and_change_nothing():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        words = ["run", "game.yaml", "--no-save", "--json", "-s", "name=with 'quotes' and  blanks"]
        outputs = {subprocess.run([PROGRAM, *words], cwd=folder, check=True, capture_output=True,
                                  env=environment).stdout
                   for environment in ({}, {"OMP_WAIT_POLICY": "active"}, {"GOMP_SPINCOUNT": "1"})}
        expect(len(outputs) == 1, outputs)


# ---- on a terminal ----


def on_terminal(folder, columns, *words, **variables):
    """All that the program shows on a terminal of so many columns."""
    reader, writer = pty.openpty()
    fcntl.ioctl(writer, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    environment = {name: value for name, value in os.environ.items()
                   if name not in ("NO_COLOR", "COLUMNS")}
    with subprocess.Popen([PROGRAM, *words], cwd=folder, stdin=subprocess.DEVNULL, stdout=writer,
                          stderr=writer, env={**environment, "TERM": "xterm", **variables}) as process:
        os.close(writer)
        shown = b""
        try:
            while piece := os.read(reader, 1 << 16):
                shown += piece
        except OSError:  # how Linux says that the other end is closed
            pass
    os.close(reader)
    expect(process.returncode == 0, words, shown.decode())
    return shown.decode()


@test
def progress_fits_the_terminal_and_leaves_nothing():
    with scratch() as folder:
        write(folder, "game.yaml", PLANE % (150, 150, 150))
        for columns in (40, 60, 80, 120):
            shown = on_terminal(folder, columns, "run", "game.yaml", "--no-save")
            progress, erased, summary = shown.rpartition("\r\x1b[K")
            lines = progress.replace("\x1b[K", "").split("\r")
            expect(len(lines) > 1 and "/150" in lines[1], lines)
            expect(max(map(len, lines)) < columns, columns, lines)
            expect(erased and summary.startswith("\x1b[1mplane\x1b[0m"), summary)
        quiet = on_terminal(folder, 80, "run", "game.yaml", "--no-save", "--quiet")
        expect(quiet == "", quiet)


@test
def colours_are_for_terminals_that_want_them():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        words = ["run", "game.yaml", "--no-save"]
        for variables, coloured in (({}, True), ({"NO_COLOR": ""}, True), ({"NO_COLOR": "1"}, False),
                                    ({"TERM": "dumb"}, False)):
            shown = on_terminal(folder, 80, *words, **variables)
            expect(("\x1b[1mtiny" in shown) == coloured, variables, shown)
        narrow, asked = (masked(on_terminal(folder, columns, *words, NO_COLOR="1", **more).rpartition("\x1b[K")[2])
                         for columns, more in ((1, {}), (200, {"COLUMNS": "1"})))
        expect(narrow == asked, "another least width", narrow, asked)  # the least that is laid out
        none = on_terminal(folder, 0, *words, NO_COLOR="1").rpartition("\x1b[K")[2]
        told = on_terminal(folder, 200, *words, NO_COLOR="1", COLUMNS="none").rpartition("\x1b[K")[2]
        expect(max(map(len, none.splitlines())) <= 80 < max(map(len, told.splitlines())), none, told)


@test
def characters_that_deceive_are_escaped_in_documents():
    name = "a\u202eb\U000e0041c"
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS.replace("atoms: {mass: [9, 9, 2]}", "table: {file: t.csv, label: t, mass: m}")
              .replace("values: [3, 0, 2]", "column: a").replace("values: [0, 3, 2]", "column: b"))
        write(folder, "t.csv", f"t,m,a,b\n{name},9,3,0\nB\x07,9,0,3\n")
        done = perform("run", "game.yaml", "--no-save", "--json", cwd=folder)
        expect("\\u202e" in done.stdout and "\\udb40\\udc41" in done.stdout and name not in done.stdout, done.stdout)
        expect(name in json.dumps(json.loads(done.stdout), ensure_ascii=False), done.stdout)
        text = perform("run", "game.yaml", "--no-save", cwd=folder).stdout
        expect("a?b?c" in text and "B?" in text and "\x07" not in text, text)


@test
def every_long_command_shows_how_far_it_is():
    some = "replicates: 2\nsamples: {generate: 60, keep: {owner: 40, public: 20}}\n"
    game = ATOMS.replace("loop:\n", "engine: samples\n" + some + "loop:\n")
    text = ("name: words\ngenerations: 2\n" + some.replace("replicates: 2\n", "") +
            "space: {text: {grammar: {}, sentences: 60, held_out: 20}}\n"
            "generator: {gpt2: {layers: 1, width: 8, heads: 1, context: 16, vocabulary: 260, "
            "start_epochs: 1, epochs: 1, length: 8}}\n"
            "curators:\n  owner:  {reward: {word_count: {min: 2, max: 4}}, pool: 4}\n"
            "  public: {reward: {word_count: {min: 4, max: 6}}, pool: 2}\n")
    items = "t,a,b,e\n" + "".join(f"Item {i},{i * 7 % 10},{i * 3 % 10},1\n" for i in range(9))
    axes = ["--x", "curators.owner.pool=2..3:2", "--y", "curators.public.pool=2..3:2"]
    sizes = ["--vocabulary", "300", "--width", "8", "--layers", "1", "--context", "16", "--epochs", "1"]
    cases = [(["run", "game.yaml", "--no-save"], "/2 replicates"),
             (["run", "text.yaml", "--no-save"], "tokens/s"),
             (["phase", "exact.yaml", *axes, "-o", "map"], "4/4 games"),
             (["drift", "-R", "20", "-g", "3", "-N", "5"], "/"),
             (["forecast", "items.csv", "--owner", "a", "--public", "b", "--label", "t", "--owner-se", "e",
               "--draws", "5", "--keep", "5", "-g", "3"], "5/5 games"),
             (["train", "--grammar", "100", *sizes, "-o", "model"], "epoch 1/1")]
    with scratch() as folder:
        for name, words in (("game.yaml", game), ("exact.yaml", ATOMS), ("text.yaml", text), ("items.csv", items)):
            write(folder, name, words)
        for words, said in cases:
            shown = on_terminal(folder, 120, *words)
            progress, erased, summary = shown.rpartition("\r\x1b[K")
            expect(erased and said in progress and summary.strip(), words, shown)


@test
def threads_that_a_limit_denies_are_told():
    if "ASAN_OPTIONS" in os.environ:
        raise Skip("the sanitizer's own memory needs all addresses")

    def limit(size):
        return lambda: resource.setrlimit(resource.RLIMIT_AS, (size, size))

    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        words = ["run", "game.yaml", "--no-save", "--threads", "64"]
        whole = document(*words, cwd=folder)
        for size, note in ((64 << 30, False), (400 << 20, True)):
            done = perform(*words, cwd=folder, preexec_fn=limit(size))
            expect(("of 64 threads are used" in done.stderr) == note, size, done.stderr)
            limited = document(*words, cwd=folder, preexec_fn=limit(size))
            expect(limited["outcome"] == whole["outcome"], size, limited)
        done = perform(*words, "--quiet", cwd=folder, preexec_fn=limit(400 << 20))
        expect(done.stderr == "", done.stderr)


@test
def claims_are_told_as_they_are_kept():
    with scratch() as folder:
        shown = on_terminal(folder, 120, "paper", "claims", "--games", "1", "-o", "out")
        progress, _, text = shown.rpartition("\r\x1b[K")
        expect("games, about" in progress, progress)
        kept = json.loads((Path(folder) / "out" / "claims.json").read_text())
        for claim in kept["claims"]:
            row = re.search(rf"^  {claim['claim']} +(.*?)  +(.*?)  +(.*?)  +(\d+)\s*$", text, re.M)
            expect(row, claim["claim"], text)
            for cell, regime in zip(row.groups(), ("perfect", "partial", "disjoint")):
                counts = claim["games"][regime]
                judged = counts["holds"] + counts["fails"]
                expect(cell == f"{counts['holds']} of {judged}" if judged else cell[0] in "–0", claim, row[0])
        expect(len(re.findall(r"^ +\d\.\d\d  ( \d){16}\s*$", text, re.M)) == 16, "theorem 4 has a row for each gap", text)
        expect("ended at a predicted sink          1" in text, text)
        told = sum(claim["counterexample"] is not None for claim in kept["claims"])
        expect(len(re.findall(r": ends on atom \d", text)) == told, told, text)


@test
def a_directory_is_named_after_the_game():
    names = {"Some Game": "some-game", "'  A*B--c! '": "a-b-c", "'!!!'": "game", "'2 Cats'": "2-cats"}
    with scratch() as folder:
        for name, slug in names.items():
            write(folder, "game.yaml", ATOMS.replace("name: tiny", f"name: {name}"))
            for again in ("", "-2", "-3"):
                perform("run", "game.yaml", "--quiet", cwd=folder)
                expect((Path(folder) / "runs" / (slug + again) / "metrics.csv").exists(), name,
                       sorted(os.listdir(Path(folder) / "runs")))


@test
def items_without_mass_and_rows_without_cells_are_told():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS.replace("mass: [9, 9, 2]", "mass: [9, 0, 2]"))
        text = plain(perform("run", "game.yaml", "--no-save", cwd=folder).stdout)
        expect("Absent atom 1: without mass at the start it never appears" in text, text)
        expect("1 of 2 items" in text and "atom 1 0" not in text, text)
        table = "name,m,a,b\nA,1,3,0\nB,1,0,3\nC,,2,2\n"
        game = ATOMS.replace("atoms: {mass: [9, 9, 2]}", "table: {file: t.csv, label: name, mass: m}")
        game = game.replace("values: [3, 0, 2]", "column: a").replace("values: [0, 3, 2]", "column: b")
        write(folder, "table.yaml", game)
        for rows, told in ((table, "1 row with missing cells"), (table + "D,,1,1\n", "2 rows with missing cells")):
            write(folder, "t.csv", rows)
            text = plain(perform("run", "table.yaml", "--no-save", cwd=folder).stdout)
            expect("Left out " + told in text, text)


@test
def an_unwritable_directory_is_an_error():
    if os.geteuid() == 0 and not os.path.exists("/proc/version"):
        raise Skip("root may write everywhere")
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        write(folder, "file", "in the way")
        for target in ("file", "file/below", "/proc/nowhere"):
            done = call("run", "game.yaml", "-o", target, cwd=folder)
            expect(done.returncode in (1, 2) and "error: " in done.stderr, target, done)
        expect(listing(folder) == ["file", "game.yaml"], listing(folder))


# ---- claims ----


@test
def audit_gives_the_contract_s_verdicts():
    answer = call("audit", EXAMPLES / "compromise.yaml", "--json")
    expect(answer.returncode == 0, answer.stderr)
    claims = {claim["claim"]: claim for claim in json.loads(answer.stdout)["claims"]}
    wanted = {"theorem 1": "not applicable", "corollary 2": "not applicable",
              "theorem 3": "not applicable", "theorem 4": "fails", "theorem 5": "holds",
              "theorem 6": "fails", "theorem 7": "fails"}
    for name, verdict in wanted.items():
        expect(claims[name]["verdict"] == verdict, name, claims[name])
        expect(set(claims[name]) == {"claim", "verdict", "evidence", "explanation"}, claims[name])
    expect(abs(claims["theorem 6"]["evidence"]["best gain found for owner"] - 1) < 1e-12)


@test
def claims_are_the_same_for_any_number_of_threads():
    documents = {call("paper", "claims", "--games", "4", "--no-save", "--json", "--threads",
                      threads).stdout for threads in (1, 3)}
    expect(len(documents) == 1)
    document = json.loads(documents.pop())
    expect(document["sinks"]["elsewhere"] == 0, document["sinks"])
    rows = {row["claim"]: row for row in document["claims"]}
    expect(rows["theorem 4"]["counterexample"]["owner"] == [0, 1], rows["theorem 4"])
    expect(rows["theorem 1"]["counterexample"] is None)


if __name__ == "__main__":
    sys.exit(main())
