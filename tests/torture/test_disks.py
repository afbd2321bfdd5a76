#!/usr/bin/python3
"""Runs of every engine on disks that are too small: an error says so, or the run is whole; with room
it goes on and ends with the same bytes. Prints TAP.

Usage: test_disks.py PROGRAM

A small disk is a file system in memory where one may be mounted, and files that may not grow.
"""
import json
import random
import resource
import signal
import subprocess
import sys
from pathlib import Path

from attacks import GAMES, LONG, SEED, Tally, call, expect, main, results, scratch, test, write_game

from outside import PROGRAM, Skip

TRIES = 400 if LONG else 16
SCALE = 0.1
WORDS = ["--checkpoint-interval", "0.005", "--snapshots", "0,1"]


def whole_run(folder, name):
    """What the run ends with, and how large its largest file and all of them are."""
    write_game(folder, name, SCALE)
    done = call(folder, "run", f"{name}.yaml", "-o", f"{name}-whole", "-q", *WORDS)
    expect(done.returncode == 0, name, done.stderr)
    sizes = [path.stat().st_size for path in (Path(folder) / f"{name}-whole").rglob("*")]
    return results(Path(folder) / f"{name}-whole"), max(sizes), sum(sizes)


def check_answer(done, story):
    """An error with words, or a whole document; never a part of one."""
    expect(done.returncode in (0, 1), story, done.returncode, done.stderr)
    if done.returncode == 0:
        json.loads(done.stdout)
    else:
        expect(b"error: " in done.stderr and done.stdout == b"", story, done)


def check_end(folder, name, directory, files, story):
    done = call(folder, "run", f"{name}.yaml", "--resume", "-o", directory, "-q", *WORDS)
    expect(done.returncode == 0, story, "cannot go on:", done.stderr)
    expect(results(Path(folder) / directory) == files, story, "another end")


def attack(tally, dice, small_run):
    """small_run(folder, words, largest, all): the answer under a limit, and what the limit was."""
    with scratch() as folder:
        wholes = {}
        for number in range(TRIES):
            name = dice.choice(list(GAMES))
            if name not in wholes:
                wholes[name] = whole_run(folder, name)
            files, largest, size = wholes[name]
            with tally.attempt():
                directory, done, story = small_run(folder, number, name, largest, size)
                check_answer(done, story)
                check_end(folder, name, directory, files, story)


@test
def files_that_may_not_grow():
    tally, dice = Tally("small disks: files"), random.Random(SEED)

    def small_run(folder, number, name, largest, _size):
        limit = dice.randrange(largest + 1)

        def set_limit():
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        done = call(folder, "run", f"{name}.yaml", "-o", f"r{number}", "--json", *WORDS,
                    preexec_fn=set_limit)
        return f"r{number}", done, f"{name}, files of {limit} bytes:"

    attack(tally, dice, small_run)
    tally.end()


def mount(*words):
    try:
        done = subprocess.run(["mount", *words], capture_output=True, check=False)
    except FileNotFoundError as why:
        raise Skip("there is no mount") from why
    if done.returncode != 0:
        raise Skip(f"nothing may be mounted: {done.stderr.decode().strip()}")


@test
def file_systems_that_are_full():
    tally, dice = Tally("small disks: file systems"), random.Random(SEED)
    with scratch() as folder:
        mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", folder)
        subprocess.run(["umount", folder], check=True)

    def small_run(folder, number, name, _largest, size):
        disk = Path(folder) / "disk"
        disk.mkdir(exist_ok=True)
        pages = dice.randint(1, size // 4096 + 12)
        mount("-t", "tmpfs", "-o", f"size={4 * pages}k", "tmpfs", str(disk))
        try:
            done = call(folder, "run", f"{name}.yaml", "-o", "disk/r", "--json", *WORDS)
            left = Path(folder) / f"d{number}"
            if (disk / "r").exists():
                subprocess.run(["cp", "-a", disk / "r", left], check=True)
        finally:
            subprocess.run(["umount", disk], check=True)
        return left.name, done, f"{name}, {pages} pages:"

    attack(tally, dice, small_run)
    tally.end()


@test
def an_output_that_is_full():
    with scratch() as folder, open("/dev/full", "wb") as full:
        whole = whole_run(folder, "exact")[0]
        done = subprocess.run([PROGRAM, "run", "exact.yaml", "-o", "r", "--json", *WORDS],
                              cwd=folder, stdout=full, stderr=subprocess.PIPE, check=False)
        expect(done.returncode == 1 and b"No space left" in done.stderr, done)
        check_end(folder, "exact", "r", whole, "a full output:")


if __name__ == "__main__":
    sys.exit(main())
