#!/usr/bin/python3
"""Runs of every engine are killed at random moments, go on with other numbers of threads, and end
with the same bytes. Prints TAP.

Usage: test_kills.py PROGRAM
"""
import json
import random
import sys
import time
from pathlib import Path

from attacks import GAMES, LONG, SEED, Tally, begin, call, expect, main, results, scratch, test
from attacks import write_game

KILLS = 1200 if LONG else 24
WORDS = ["-q", "--checkpoint-interval", "0.01"]


def document(done):
    """What came of the run, without where and how it was played."""
    whole = json.loads(done.stdout)
    return {key: value for key, value in whole.items() if key not in ("directory", "seconds")}


def whole_run(folder, name):
    """The run that nobody disturbs: what it ends with, and how long it takes."""
    generations = write_game(folder, name)
    snapshots = ["--snapshots", f"0,{generations // 2},{generations}"]
    began = time.monotonic()
    done = call(folder, "run", f"{name}.yaml", "-o", f"{name}-whole", *WORDS, *snapshots)
    seconds = time.monotonic() - began
    expect(done.returncode == 0, name, done.stderr)
    return {"name": name, "seconds": seconds, "snapshots": snapshots,
            "files": results(Path(folder) / f"{name}-whole"),
            "document": document(call(folder, "run", "--resume", "-o", f"{name}-whole", "--json"))}


def kill_often(folder, whole, directory, moments):
    """One to four legs of which none comes to an end, unless it is faster. Returns how many died."""
    killed = 0
    for leg in range(moments.randint(1, 4)):
        words = ["run", f"{whole['name']}.yaml", "-o", directory, *WORDS, *whole["snapshots"]]
        process = begin(folder, *words, *(["--resume"] if leg > 0 else []),
                        threads=moments.randint(1, 3))
        time.sleep(moments.random() * whole["seconds"] / (1 if leg == 0 else 2))
        process.kill()
        expect(process.wait() in (0, -9), directory, "ended with", process.returncode)
        killed += process.returncode == -9
    return killed


def check_end(folder, whole, directory, threads):
    words = ["run", f"{whole['name']}.yaml", "--resume", "-o", directory, "--json", *WORDS[1:],
             *whole["snapshots"]]
    done = call(folder, *words, env={"OMP_NUM_THREADS": str(threads)})
    expect(done.returncode == 0, directory, "cannot be resumed:", done.stderr)
    expect(document(done) == whole["document"], directory, "another document")
    there = results(Path(folder) / directory)
    expect(there == whole["files"], directory, "other files", sorted(there), sorted(whole["files"]))
    left = [path.name for path in (Path(folder) / directory).rglob("*.tmp*")]
    expect(not left, directory, "leaves", left)


@test
def killed_runs_end_with_the_same_bytes():
    tally, moments, trial = Tally("kills"), random.Random(SEED), 0
    with scratch() as folder:
        wholes = [whole_run(folder, name) for name in GAMES]
        while tally.tries < KILLS:
            whole, directory = wholes[trial % len(wholes)], f"run-{trial}"
            with tally.attempt(kill_often(folder, whole, directory, moments)):
                check_end(folder, whole, directory, moments.randint(1, 3))
            trial += 1
    tally.end()


if __name__ == "__main__":
    sys.exit(main())
