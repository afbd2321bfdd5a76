#!/usr/bin/python3
"""Facts about the files that commands leave in a folder: they replace earlier ones of their kind, and
nothing else. Prints TAP.

Usage: test_results.py PROGRAM
"""
import contextlib
import fcntl
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from outside import (ATOMS, CUT_OFF, PLANE, PROGRAM, call, expect, listing, main, perform, scratch, states, test,
                     write)

SMALL = ["--cells", "8", "--seeds", "2", "--generations", "1"]
AXES = ["--x", "curators.owner.pool=2..4:2", "--y", "curators.public.pool=2..4:2"]
TABLE = "title,a,b\nAlpha,9,9\nBeta,1,1\nGamma,5,5\n"
# what is called, and how many files come of it
COMMANDS = [(["analyze", "plane.yaml", "--basins"], 4), (["audit", "game.yaml"], 1),
            (["drift", "--replicates", "100", "--items", "20"], 3), (["explain", "sink"], 1),
            (["forecast", "films.csv", "--owner", "a", "--public", "b"], 5), (["list"], 1),
            (["phase", "game.yaml", *AXES], 4), (["weights", "weights.csv", "--pool", "4", "--temperature", "1"], 1),
            (["report", "run"], 1),
            (["paper", "synthetic", *SMALL], 17), (["paper", "claims", "--games", "1"], 4),
            (["paper", "text", "--generations", "1", "--seeds", "1", "--variant", "caption", "--scenario",
              "perfect"], 5)]
SLOW = ["paper claims", "paper text"] # are played once


def prepare(folder):
    write(folder, "game.yaml", ATOMS)
    write(folder, "plane.yaml", PLANE % (5, 6, 6))
    write(folder, "films.csv", TABLE)
    write(folder, "weights.csv", "mass,reward\n1,2\n3,1\n")
    perform("run", "game.yaml", "-o", "run", "-q", cwd=folder)


def files(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


@test
def results_replace_results_alone():
    with scratch() as folder:
        prepare(folder)
        for words, count in COMMANDS:
            out = Path(folder) / ("out-" + "-".join(words[:2]).replace(".", "-"))
            perform(*words, "-o", out, cwd=folder)
            results = files(out)
            expect(len(results) == count, words, results)
            if " ".join(words[:2]) not in SLOW:
                perform(*words, "-o", out, cwd=folder) # replaces its own
            for name in results:
                mine = Path(folder) / "mine"
                mine.mkdir()
                write(mine, name, "of the user\n")
                before = states(mine)
                done = call(*words, "-o", mine, cwd=folder)
                expect(done.returncode == 2 and f"{name} is there already" in done.stderr,
                       words, name, done)
                # told before the work, but by the library's own forecast
                expect(done.stdout == "" or words[0] == "forecast", words, "has worked in vain")
                expect(states(mine) == before, words, name, "was touched")
                (mine / name).unlink()
                mine.rmdir()


@test
def what_a_killed_command_has_left_is_replaced():
    with scratch() as folder:
        prepare(folder)
        for words, _ in COMMANDS[:9]:
            out = Path(folder) / ("out-" + words[0])
            perform(*words, "-o", out, cwd=folder)
            first = {name: (out / name).read_bytes() for name in files(out)}
            # the mark's file is the first that is written: all the others may be missing
            kept = [name for name in files(out) if b"aligngame" in first[name][:64]] or ["phase.csv"]
            for name in set(first) - set(kept[:1]) if words[0] != "report" else set():
                (out / name).unlink()
            perform(*words, "-o", out, cwd=folder)
            expect(files(out) == sorted(first), words, files(out))


@test
def drafts_go_with_the_next_command_that_writes_there_and_nothing_else():
    digits = "0123456789abcdef"
    with scratch() as folder:
        prepare(folder)
        corpus = "".join(f"The cat number {i} sat on the mat.\n\n" for i in range(300))
        write(folder, "corpus.txt", corpus)
        where = Path(folder)
        perform("run", "game.yaml", "-o", "out/run", "-q", cwd=folder)
        train = ["train", "corpus.txt", "--layers", "1", "--width", "8", "--heads", "1", "--context", "16",
                 "--vocabulary", "300", "--epochs", "1"]
        drawn = [(words, name) for words, name in (
            (["audit", "game.yaml", "-o", "out"], "audit.json"), (["drift", "--replicates", "9", "-o", "out"], "drift.svg"),
            (["forecast", "films.csv", "--owner", "a", "--public", "b", "-o", "out"], "items.csv"),
            (["phase", "game.yaml", *AXES, "-o", "out"], "phase.png"), (["phase", "game.yaml", *AXES, "-o", "out"], "phase.points"),
            (["report", "out/run", "-o", "out/page.html"], "page.html"),
            (["paper", "claims", "--games", "1", "-o", "out"], "theorem-4.pdf"),
            (train + ["-o", "out/model"], "model.training"), (train + ["-o", "out/model/"], "model"))]
        for words, name in drawn:
            dead, live = f"{name}.{digits}.tmp", f"{name}.{digits[::-1]}.tmp"
            mine = [f"{name}.tmp", f"{name}.{digits[1:]}.tmp", f"my-{name}.{digits}.tmp", f"{name}.{digits.upper()}.tmp",
                    f"{name}.draft-1"]
            out = where / "out"
            for draft in [dead, live, *mine]:
                if name == "model":
                    (out / draft).mkdir()
                    write(out / draft, "vocab.json", "{}")
                else:
                    write(out, draft, "x")
            shutil.rmtree(out / "model", ignore_errors=True)
            with held(out / live):
                perform(*words, cwd=folder)
            left = {path.name for path in out.iterdir()}
            expect(dead not in left, words, "leaves a draft", left)
            expect(left >= {live, *mine}, words, "has removed", {live, *mine} - left)
            expect(not [draft for draft in left - {live, *mine} if draft.endswith(".tmp")], left)
            for draft in [live, *mine]:
                shutil.rmtree(out / draft) if name == "model" else (out / draft).unlink()


@contextlib.contextmanager
def held(path):
    """As a process holds the drafts that it writes."""
    descriptor = os.open(path, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    yield
    os.close(descriptor)


@test
def a_killed_training_leaves_no_draft_for_long():
    with scratch() as folder:
        write(folder, "corpus.txt", "".join(f"The cat number {i} sat on the mat.\n\n" for i in range(3000)))
        words = ["train", "corpus.txt", "--layers", "1", "--width", "16", "--heads", "1", "--context", "16",
                 "--vocabulary", "300", "--epochs", "200", "--patience", "0", "-q", "-o", "m"]
        where = Path(folder)
        for more in ([], ["--resume"]):
            process = subprocess.Popen([PROGRAM, *words, "--checkpoint-interval", "0.01", *more], cwd=folder, env=CUT_OFF)
            before = (where / "m.training").stat().st_mtime_ns if more else 0
            while process.poll() is None and not ((where / "m.training").exists() and
                                                  (where / "m.training").stat().st_mtime_ns > before):
                time.sleep(0.002)
            process.kill()
            process.wait()
            left = [name for name in listing(where) if re.fullmatch(r"m\.[0-9a-f]{16}\.tmp", name)]
            expect(len(left) == 1, "one draft folder of the last call", listing(where))


@test
def a_limit_on_files_is_told_as_what_it_is():
    def limit():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    with scratch() as folder:
        prepare(folder)
        told = set()
        for size in (1, 2000, 5000, 12000, 30000):
            for words in (["drift", "--replicates", "9"], ["phase", "game.yaml", *AXES], ["analyze", "plane.yaml", "--basins"],
                          ["forecast", "films.csv", "--owner", "a", "--public", "b", "-q"],
                          ["report", "run"]):
                done = call(*words, "-o", f"{words[0]}-{size}", cwd=folder, preexec_fn=limit, env=CUT_OFF)
                said = done.stderr.splitlines()[-1]
                expect(done.returncode == 0 or "File too large" in said and "memory" not in said, size, words, done)
                told.add(said.split()[3] if done.returncode else "")
        expect(told >= {"write", "draw"}, "what failed", told)


@test
def a_link_that_leads_nowhere_is_the_users():
    with scratch() as folder:
        prepare(folder)
        (Path(folder) / "audit.json").symlink_to("elsewhere/audit.json")
        done = call("audit", "game.yaml", "-o", ".", cwd=folder)
        expect(done.returncode == 2 and "audit.json is there already" in done.stderr, done)
        expect((Path(folder) / "audit.json").is_symlink(), "the link was replaced")


if __name__ == "__main__":
    sys.exit(main())
