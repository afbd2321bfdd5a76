#!/usr/bin/python3
"""Facts about run directories: that they stand alone, and that damage to them is named. Prints TAP.

Usage: test_run_directory.py PROGRAM
"""
import hashlib
import json
import math
import re
import shutil
import signal
import sqlite3
import struct
import subprocess
import sys
import time
from pathlib import Path

from outside import (PLANE, PROGRAM, Skip, call, document, expect, listing, main, parse,
                     perform, scratch, seal_store, states, test, write)

TABLE = "title,a,b,m,kind\nAlpha,9,9,5,x\nBeta,1,1,5,y\nGamma,5,5,5,y\n"
GAME = """\
name: films
generations: %d
space: {table: {file: data/films.csv, label: title, mass: m, group: kind}}
curators:
  owner: {reward: {column: a}, pool: 8, temperature: 2}
  public: {reward: {column: b}, pool: 8, temperature: 2}
"""
POINTS = """\
name: points
space: {cloud: {file: data/points.csv, columns: [x, y]}}
curators:
  owner: {reward: {disc: {center: [0, 0], radius: 1}}}
generator: kde
generations: 3
samples: {generate: 40, keep: 20}
"""
WORDS = """\
name: words
space: {text: {file: data/corpus.txt}}
curators:
  owner: {reward: {sum: [{weight: 1, lexicon: {file: data/lexicon.csv}},
                         {weight: 0.1, word_count: {min: 2, max: 4}}]}}
generations: 2
generator: ngram
samples: {generate: 40, keep: 20}
"""


def place(folder):
    """A project: game files, and beside them a folder with what they read."""
    (Path(folder) / "data").mkdir()
    write(folder, "data/films.csv", TABLE)
    write(folder, "data/points.csv", "x,y\n" + "".join(f"{i},{i * i % 7}\n" for i in range(30)))
    write(folder, "data/corpus.txt", "".join(f"The cat number {i} sat there.\n\n" for i in range(60)))
    write(folder, "data/lexicon.csv", "word,weight\ncat,1\nsat,2\n")
    write(folder, "films.yaml", GAME % 20)
    write(folder, "points.yaml", POINTS)
    write(folder, "words.yaml", WORDS)


def swap_labels(folder):
    write(folder, "data/films.csv", TABLE.replace("Alpha", "Z").replace("Beta", "Alpha")
          .replace("Z", "Beta"))


def refuse(*words, name, cwd):
    done = call(*words, cwd=cwd)
    expect(done.returncode == 2 and name in done.stderr, words, done.returncode, done.stderr)
    return done


def page(folder, run, **options):
    perform("report", run, "-o", "page.html", cwd=folder, **options)
    return (Path(folder) / "page.html").read_text()


def without_notes(text):
    return re.sub(r'<p class="kind">[^<]* since the run has read it[^<]*</p>\n', "", text)


def results(directory):
    return {name: (directory / name).read_bytes()
            for name in ("metrics.csv", "outcome.safetensors", "dataset.csv") if (directory / name).exists()}


@test
def a_changed_table_is_named_and_the_copy_is_played():
    with scratch() as folder:
        place(folder)
        before = document("run", "films.yaml", "-o", "r", cwd=folder)
        first = page(folder, "r")
        swap_labels(folder)
        done = call("report", "r", "-o", "page.html", cwd=folder)
        expect(done.returncode == 0 and "films.csv has changed" in done.stderr, done)
        after = (Path(folder) / "page.html").read_text()
        expect("films.csv has changed" in after and without_notes(after) == first, "another page")
        for words in (["run", "--resume", "-o", "r"], ["run", "films.yaml", "--resume", "-o", "r"]):
            done = call(*words, "--json", cwd=folder)
            expect(done.returncode == 0 and "films.csv has changed" in done.stderr, done)
            expect('"original": "changed"' in done.stdout, done.stdout[-400:])
        same = call("run", "--resume", "-o", "r", "--json", cwd=folder)
        expect(before["outcome"]["atoms"][0]["label"] == "Alpha", before["outcome"])
        expect('"label": "Alpha"' in same.stdout.split('"mass"')[0], "another winner")


@test
def a_moved_directory_needs_nothing_else():
    with scratch() as folder, scratch() as elsewhere:
        place(folder)
        for name in ("films", "points", "words"):
            perform("run", f"{name}.yaml", "-o", name, "-q", cwd=folder)
        pages = {name: page(folder, name) for name in ("films", "points", "words")}
        kept = {name: results(Path(folder) / name) for name in pages}
        for name in pages:
            shutil.move(Path(folder) / name, Path(elsewhere) / name)
        shutil.rmtree(Path(folder) / "data")
        for path in Path(folder).glob("*.yaml"):
            path.unlink()
        for name, text in pages.items():
            expect(without_notes(page(elsewhere, name)) == text, name, "another page")
            done = perform("run", "--resume", "-o", name, "-q", cwd=elsewhere)
            expect(results(Path(elsewhere) / name) == kept[name], name, "other results")
            # what it held is played again, to the bit
            (Path(elsewhere) / name / "outcome.safetensors").unlink()
            refuse("report", name, name="outcome.safetensors is missing", cwd=elsewhere)
            done = perform("run", "--resume", "-o", name, cwd=elsewhere)
            expect("is gone" in done.stderr, done.stderr)
            expect(results(Path(elsewhere) / name) == kept[name], name, "other results")


def interrupt(folder, game, directory, seconds):
    process = subprocess.Popen([PROGRAM, "run", *game, "-o", directory, "--checkpoint-interval",
                                "0.01"], cwd=folder, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while (process.poll() is None and time.monotonic() < until
           and not list((Path(folder) / directory).glob("checkpoint-*.safetensors"))):
        time.sleep(0.001)
    time.sleep(seconds)
    process.send_signal(signal.SIGINT)
    process.wait()
    return process.returncode


@test
def an_interrupted_run_goes_on_without_its_originals():
    with scratch() as folder:
        place(folder)
        rows = "".join(f"film {i},{i % 97},{i % 89},{1 + i % 5},k{i % 3}\n" for i in range(40000))
        write(folder, "data/films.csv", "title,a,b,m,kind\n" + rows)
        write(folder, "films.yaml", GAME % 300)
        perform("run", "films.yaml", "-o", "whole", "-q", cwd=folder)
        stopped = interrupt(folder, ["films.yaml"], "r", 0.1)
        write(folder, "data/films.csv", TABLE)
        perform("run", "--resume", "-o", "r", "-q", cwd=folder)
        expect(results(Path(folder) / "r") == results(Path(folder) / "whole"), "other results")
        legs = rows_of(Path(folder) / "r", "SELECT command, first, last, version, platform,"
                       " instructions, begun, ended FROM leg ORDER BY number")
        expect(len(legs) == (2 if stopped == 130 else 1), legs)
        expect("run films.yaml -o r" in legs[0][0] and legs[0][1] == "1", legs)
        expect(legs[-1][2] == "301" and all(all(leg) for leg in legs), legs)
        if len(legs) > 1:
            expect("--resume -o r" in legs[1][0] and int(legs[1][1]) <= int(legs[0][2]), legs)
        # a start that plays nothing is no leg
        perform("run", "--resume", "-o", "r", "-q", cwd=folder)
        expect(len(rows_of(Path(folder) / "r", "SELECT 1 FROM leg")) == len(legs), "one more leg")
        expect(page(folder, "r").count("rows of metrics") == len(legs), "legs on the page")


def rows_of(directory, query):
    with sqlite3.connect(f"file:{directory}/run.sqlite?mode=ro&immutable=1", uri=True) as store:
        return store.execute(query).fetchall()


@test
def sha256sum_agrees():
    with scratch() as folder:
        place(folder)
        perform("run", "words.yaml", "-o", "r", "-q", cwd=folder)
        lines = (Path(folder) / "r" / "SHA256SUMS").read_text().splitlines()
        listed = {line[66:]: line[:64] for line in lines[:-1]}
        there = [str(path.relative_to(Path(folder) / "r")) for path in (Path(folder) / "r").rglob("*")
                 if path.is_file()]
        expect(sorted([*listed, "SHA256SUMS"]) == sorted(there), listed, there)
        for name, digest in listed.items():
            data = (Path(folder) / "r" / name).read_bytes()
            expect(hashlib.sha256(data).hexdigest() == digest, name)
        copies = [name for name in listed if name.endswith((".txt", ".csv")) and "/" in name]
        expect(sorted(copies) == ["inputs/01-corpus.txt", "inputs/02-lexicon.csv"], copies)
        expect((Path(folder) / "r" / copies[0]).read_bytes() ==
               (Path(folder) / "data" / copies[0].split("-")[1]).read_bytes(), "another copy")
        if shutil.which("sha256sum"):
            done = subprocess.run(["sha256sum", "--check", "--strict", "SHA256SUMS"], check=False,
                                  cwd=Path(folder) / "r", capture_output=True, text=True)
            expect(done.returncode == 0 and done.stderr == "", done)


def places(size):
    return sorted({0, 1, 18, size // 3, size // 2, size - 2, size - 1} & set(range(size)))


@test
def flipped_bytes_are_named_and_nothing_is_touched():
    with scratch() as folder:
        place(folder)
        perform("run", "words.yaml", "-o", "r", "-q", "--snapshots", "1", cwd=folder)
        run = Path(folder) / "r"
        files = [path for path in sorted(run.rglob("*")) if path.is_file()]
        expect(len(files) == 8, files)
        for path in files:
            good = path.read_bytes()
            name = str(path.relative_to(run))
            damages = [good[:at] + bytes([good[at] ^ 1 << at % 8]) + good[at + 1:]
                       for at in places(len(good))]
            for bad in [*damages, good[:-1], good + b"\n", b""]:
                path.write_bytes(bad)
                before = states(run)
                refuse("report", "r", "-o", "page.html", name=f"r/{name}", cwd=folder)
                refuse("run", "--resume", "-o", "r", "-q", name=f"r/{name}", cwd=folder)
                refuse("run", "words.yaml", "--resume", "-o", "r", name=f"r/{name}", cwd=folder)
                expect(states(run) == before, name, "something was touched")
            path.write_bytes(good)
        perform("report", "r", cwd=folder)
        expect(not (Path(folder) / "page.html").exists(), "a page of a damaged run")


@test
def damage_to_an_unfinished_run_is_named():
    with scratch() as folder:
        write(folder, "game.yaml", PLANE % (400, 150, 150))
        perform("run", "game.yaml", "-o", "whole", "--snapshots", "0", "-q", cwd=folder)
        kept = results(Path(folder) / "whole")
        if interrupt(folder, ["game.yaml", "--snapshots", "0"], "r", 0.05) != 130:
            raise Skip("the run was over before it could be interrupted")
        run = Path(folder) / "r"
        names = [name for name in listing(run) if (run / name).is_file()]
        expect(len(names) == 5, listing(run))
        for name in names:
            path = run / name
            good = path.read_bytes()
            for at in places(len(good)):
                path.write_bytes(good[:at] + bytes([good[at] ^ 4]) + good[at + 1:])
                before = states(run)
                refuse("run", "--resume", "-o", "r", "-q", name=f"r/{name}", cwd=folder)
                refuse("report", "r", name=f"r/{name}", cwd=folder)
                expect(states(run) == before, name, "something was touched")
            path.write_bytes(good)
        refuse("report", "r", name="is not finished", cwd=folder)
        # killed: without the digests of what changes; its arrays have their own
        write_sums(run, ["inputs/rewards.safetensors"])
        for name in (name for name in names if name.endswith(".safetensors") and "/" not in name):
            good = (run / name).read_bytes()
            whole = {path.name: path.read_bytes() for path in run.iterdir() if path.is_file()}
            (run / name).write_bytes(good[:-1])
            done = perform("run", "--resume", "-o", "r", "-q", cwd=folder)
            expect(f"r/{name} has changed" in done.stderr, done.stderr)
            # what is damaged has another name; what it held was played again
            expect((run / f"{name}.damaged").read_bytes() == good[:-1], listing(run))
            expect(results(run) == kept, name, "other results")
            for path in [path for path in run.iterdir() if path.is_file()]:
                path.unlink()
            for file, data in whole.items():
                (run / file).write_bytes(data)
        # what a killed run goes on from has checksums in its store
        for change in ("UPDATE provenance SET value = replace(value, 'slope: 2', 'slope: 3')"
                       " WHERE key = 'description'",
                       "UPDATE value SET value = value + 1e-9 WHERE generation = 1 AND metric = 0"):
            good = (run / "run.sqlite").read_bytes()
            with sqlite3.connect(run / "run.sqlite") as store:
                store.execute(change)
            store.close()
            before = states(run)
            refuse("run", "--resume", "-o", "r", "-q", name="r/run.sqlite is damaged", cwd=folder)
            expect(states(run) == before, change, "something was touched")
            (run / "run.sqlite").write_bytes(good)
        perform("run", "--resume", "-o", "r", "-q", cwd=folder)
        expect(results(run) == kept, "other results")


@test
def a_report_starts_no_program():
    with scratch() as folder:
        write(folder, "scorer.sh", "touch started\nwhile read -r line; do\n"
              "  id=${line#*: }; id=${id%%,*}; echo \"{\\\"id\\\": $id, \\\"reward\\\": ${#line}}\"\n"
              "done\n")
        write(folder, "films.csv", TABLE)
        write(folder, "game.yaml", """\
name: scored
generations: 5
space: {table: {file: films.csv, label: title}}
curators:
  owner: {reward: {command: sh scorer.sh}}
  public: {reward: {column: b}}
""")
        whole = document("run", "game.yaml", "-o", "r", cwd=folder)
        scorer = [entry for entry in whole["inputs"] if entry["name"] is None]
        expect([Path(entry["path"]).name for entry in scorer] == ["scorer.sh"], whole["inputs"])
        expect((Path(folder) / "started").exists(), "the scorer was not asked")
        (Path(folder) / "started").unlink()
        first = page(folder, "r")
        write(folder, "scorer.sh", "touch started\nexit 3\n")
        expect("scorer.sh has changed" in page(folder, "r"), "a changed program is not named")
        (Path(folder) / "scorer.sh").unlink()
        expect(without_notes(page(folder, "r")) == first, "another page")
        (Path(folder) / "r" / "outcome.safetensors").unlink()
        perform("run", "--resume", "-o", "r", "-q", cwd=folder)
        expect(without_notes(page(folder, "r")) != "", "no page")
        expect(not (Path(folder) / "started").exists(), "a program was started")


def arrays(path):
    """What is in a safetensors file, by Python alone: (type, shape, bytes) of each name; and the metadata."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    metadata = header.pop("__metadata__")
    return {name: (entry["dtype"], entry["shape"], data[8 + size:][slice(*entry["data_offsets"])])
            for name, entry in header.items()}, metadata


@test
def arrays_are_read_by_other_programs():
    with scratch() as folder:
        place(folder)
        perform("run", "films.yaml", "-o", "r", "-q", "--snapshots", "3", cwd=folder)
        found, metadata = arrays(Path(folder) / "r" / "outcome.safetensors")
        expect(metadata["format"] == "aligngame arrays 1" and metadata["generation"] == "20", metadata)
        for name in ("log_mass", "snapshot/000003"):
            kind, shape, data = found[name]
            expect(kind == "F64" and shape == [3], name, kind, shape)
            masses = [math.exp(x) for x in struct.unpack("<3d", data)]
            expect(abs(sum(masses) - 1) < 1e-12, masses)
        expect(found["label"] == ("U8", [3, 5], b"AlphaBeta\0Gamma"), found["label"])


@test
def a_run_of_an_older_version_is_named():
    with scratch() as folder:
        place(folder)
        perform("run", "films.yaml", "-o", "r", "-q", cwd=folder)
        write(folder, "r/inputs/rewards.h5", "")
        before = states(Path(folder) / "r")
        for words in (["report", "r"], ["run", "--resume", "-o", "r"], ["export", "r", "--hdf5", "r.h5"]):
            done = call(*words, cwd=folder)
            expect(done.returncode == 2 and "r holds a run of an older version" in done.stderr, done)
        expect(states(Path(folder) / "r") == before and not (Path(folder) / "r.h5").exists(), "touched")


@test
def a_damaged_run_is_not_exported():
    with scratch() as folder:
        place(folder)
        perform("run", "films.yaml", "-o", "r", "-q", cwd=folder)
        write(folder, "r/metrics.csv", "generation\n")
        done = call("export", "r", "--hdf5", "r.h5", cwd=folder)
        expect(done.returncode == 2 and "metrics.csv" in done.stderr, done)
        expect(not (Path(folder) / "r.h5").exists(), "written")


@test
def long_labels_are_kept():
    with scratch() as folder:
        place(folder)
        longest = "long " * 20000
        rows = "".join(f"row {i},{i % 7},{i % 5},1,k\n" for i in range(1000))
        write(folder, "data/films.csv", f"title,a,b,m,kind\n{longest},9,9,5,x\n" + rows)
        perform("run", "films.yaml", "-o", "r", "-q", cwd=folder)
        outcome = (Path(folder) / "r" / "outcome.safetensors").read_bytes()
        expect(longest.strip().encode() in outcome and b"row 999" in outcome, "labels are dropped")
        expect("long long long" in page(folder, "r"), "no label on the page")


@test
def a_file_that_changes_while_the_game_is_read_is_refused():
    with scratch() as folder:
        write(folder, "films.csv", TABLE)
        write(folder, "scorer.sh", "sleep 0.05; echo 'Delta,1,1,1,z' >>films.csv\n"
              "while read -r line; do\n"
              "  id=${line#*: }; id=${id%%,*}; echo \"{\\\"id\\\": $id, \\\"reward\\\": 1}\"\ndone\n")
        write(folder, "game.yaml", "name: g\nspace: {table: {file: films.csv, label: title}}\n"
              "curators: {owner: {reward: {command: sh scorer.sh}}}\ngenerations: 3\n")
        refuse("run", "game.yaml", "-o", "r", name="films.csv has changed", cwd=folder)
        expect(not (Path(folder) / "r").exists(), listing(folder))


@test
def a_table_from_a_pipe_is_kept():
    with scratch() as folder:
        place(folder)
        whole = document("run", "films.yaml", "-o", "file", cwd=folder)
        sampled = ["-s", "engine=samples", "-s", "samples={generate: 40, keep: 20}"]
        for name, words in (("-", []), ("/dev/stdin", []), ("-", sampled)):
            run = f"r{name[-1]}{len(words)}"
            done = call("run", "films.yaml", "-s", f'space.table.file="{name}"', *words, "-o", run,
                        "--json", cwd=folder, data=TABLE)
            expect(done.returncode == 0 and done.stderr == "", done.stderr)
            kept = Path(folder) / run / "inputs" / "01-stream"
            expect(kept.read_text() == TABLE, kept.read_text())
            got = parse(done.stdout)
            expect(words or got["metrics"] == whole["metrics"], "another game")
            expect(not words or "exact" in got, "no exact counterpart")
            perform("report", run, cwd=folder)
            (Path(folder) / run / "outcome.safetensors").unlink()
            done = perform("run", "--resume", "-o", run, "--json", cwd=folder)
            expect(parse(done.stdout)["metrics"] == got["metrics"] and done.stderr == "", done)


def write_sums(directory, names):
    lines = "".join(f"{hashlib.sha256((directory / name).read_bytes()).hexdigest()}  {name}\n"
                    for name in names)
    digest = hashlib.sha256(lines.encode()).hexdigest()
    (directory / "SHA256SUMS").write_text(f"{lines}# {digest}  the lines above\n")


@test
def a_run_that_was_killed_before_its_digests_is_completed():
    with scratch() as folder:
        place(folder)
        perform("run", "films.yaml", "-o", "r", "-q", cwd=folder)
        run = Path(folder) / "r"
        kept, sums = results(run), (run / "SHA256SUMS").read_bytes()
        write_sums(run, ["inputs/01-films.csv", "inputs/rewards.safetensors"])
        (run / "metrics.csv").unlink()
        refuse("report", "r", name="--resume", cwd=folder)
        perform("run", "--resume", "-o", "r", "-q", cwd=folder)
        expect(results(run) == kept and (run / "SHA256SUMS").read_bytes() == sums, "other files")


@test
def another_snapshot_of_a_finished_run_is_played():
    with scratch() as folder:
        place(folder)
        perform("run", "films.yaml", "-o", "r", "-q", cwd=folder)
        whole = document("run", "films.yaml", "--snapshots", "7", "--no-save", cwd=folder)
        got = document("run", "--resume", "-o", "r", "--snapshots", "7", cwd=folder)
        expect(got["snapshots"] == whole["snapshots"], "other snapshots")
        expect(len(rows_of(Path(folder) / "r", "SELECT 1 FROM leg")) == 2, "legs")
        perform("report", "r", cwd=folder)


@test
def names_of_every_kind_are_kept():
    with scratch() as folder:
        place(folder)
        (Path(folder) / "other").mkdir()
        names = ["data/lexicon.csv", "other/lexicon.csv", "other/a b: Ünïcode\n..csv", "other/lexicon.csv",
                 "other/" + "long" * 60 + ".csv"]
        for weight, name in enumerate(names):
            write(folder, name, f"word,weight\ncat,{weight}\n")
        terms = ", ".join(f'{{lexicon: {{file: "{name}"}}}}'.replace("\n", "\\n") for name in names)
        write(folder, "words.yaml", WORDS.replace("{weight: 1, lexicon: {file: data/lexicon.csv}}",
                                                  terms))
        perform("run", "words.yaml", "-o", "r", "-q", cwd=folder)
        copies = [path.name for path in sorted((Path(folder) / "r" / "inputs").glob("*-*"))]
        expect([name[:3] for name in copies] == ["01-", "02-", "03-", "04-", "05-"], copies)
        expect(len(set(copies)) == 5 and copies[3] == "04-a b_ Ünïcode_..csv", copies)
        shutil.rmtree(Path(folder) / "data")
        shutil.rmtree(Path(folder) / "other")
        (Path(folder) / "r" / "outcome.safetensors").unlink()
        kept = (Path(folder) / "r" / "metrics.csv").read_bytes()
        perform("run", "words.yaml", "--resume", "-o", "r", "-q", cwd=folder)
        expect((Path(folder) / "r" / "metrics.csv").read_bytes() == kept, "other results")
        if shutil.which("sha256sum"):
            subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], check=True,
                           cwd=Path(folder) / "r")


@test
def a_directory_reads_nothing_but_its_own_files():
    with scratch() as folder:
        place(folder)
        secret = write(folder, "secret.csv", TABLE)
        perform("run", "films.yaml", "-o", "r", "-q", cwd=folder)
        run = Path(folder) / "r"
        for name in (secret, "../secret.csv", "inputs/../../secret.csv"):
            with sqlite3.connect(run / "run.sqlite") as store:
                store.execute("UPDATE provenance SET value = replace(value, ?, ?)"
                              " WHERE key = 'description'", ("inputs/01-films.csv", str(name)))
            seal_store(run / "run.sqlite")
            write_sums(run, ["inputs/01-films.csv", "inputs/rewards.safetensors", "run.sqlite", "outcome.safetensors",
                             "metrics.csv"])
            refuse("report", "r", name="its own files", cwd=folder)
            refuse("run", "--resume", "-o", "r", name="its own files", cwd=folder)
            with sqlite3.connect(run / "run.sqlite") as store:
                store.execute("UPDATE provenance SET value = replace(value, ?, ?)"
                              " WHERE key = 'description'", (str(name), "inputs/01-films.csv"))
            seal_store(run / "run.sqlite")


@test
def a_store_of_another_version_is_refused():
    with scratch() as folder:
        place(folder)
        perform("run", "films.yaml", "-o", "r", "-q", cwd=folder)
        (Path(folder) / "r" / "SHA256SUMS").unlink()
        for version, word in ((1, "older"), (99, "newer")):
            with sqlite3.connect(Path(folder) / "r" / "run.sqlite") as store:
                store.execute(f"PRAGMA user_version = {version}")
            refuse("report", "r", name=word, cwd=folder)
            refuse("run", "--resume", "-o", "r", name=word, cwd=folder)


if __name__ == "__main__":
    sys.exit(main())
