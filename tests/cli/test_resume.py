#!/usr/bin/python3
"""Facts about long commands that are interrupted or killed and go on: phase, train, paper. Prints TAP.

Usage: test_resume.py PROGRAM
"""
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from outside import CUT_OFF, ENVIRONMENT, EXAMPLES, PROGRAM, call, expect, listing, main, perform, scratch, test

NAMES = {signal.SIGINT: 130, signal.SIGKILL: -signal.SIGKILL}


def begin(folder, *words, env=ENVIRONMENT):
    return subprocess.Popen([PROGRAM, *map(str, words)], cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env)


def stop(folder, name, path, ready, *words):
    """Starts a command, and ends it by a signal once the file at path is ready. Returns what it said."""
    process = begin(folder, *words, env=CUT_OFF if name == signal.SIGKILL else ENVIRONMENT)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        if path.exists() and ready(path):
            break
        time.sleep(0.002)
    process.send_signal(name)
    message = process.communicate(timeout=120)[1]
    expect(process.returncode in (0, NAMES[name]), words, process.returncode, message)
    return process.returncode, message


PHASE = ["phase", EXAMPLES / "two-atoms.yaml", "--x", "curators.owner.pool=2..1000:12:log",
         "--y", "loop.real_share=0..0.3:12"]


def lines(path):
    return path.read_text().count("\n")


@test
def a_phase_diagram_goes_on_with_the_points_it_had():
    with scratch() as folder:
        where = Path(folder)
        perform(*PHASE, "-o", "whole", "-q", cwd=folder)
        for name in NAMES:
            out = where / name.name
            for points in (30, 70):
                status, said = stop(folder, name, out / "phase.points", lambda path: lines(path) > points,
                                    *PHASE, "-o", out.name, "-q")
                if status == 130:
                    expect("the same command goes on" in said, said)
                    expect(lines(out / "phase.points") > points, "points were lost")
            if (out / "phase.points").exists():  # a line that was cut, and one that was changed, are none
                text = (out / "phase.points").read_text().splitlines()
                text[5] = text[5].replace(" ", " 1", 1)
                (out / "phase.points").write_text("\n".join(text)[:-3])
            perform(*PHASE, "-o", out.name, "-q", cwd=folder)
            expect(listing(out) == ["phase.csv", "phase.pdf", "phase.png", "phase.svg"], listing(out))
            expect((out / "phase.csv").read_bytes() == (where / "whole/phase.csv").read_bytes(), name)


@test
def points_of_another_diagram_are_neither_taken_nor_lost():
    with scratch() as folder:
        out = Path(folder) / "out"
        stop(folder, signal.SIGKILL, out / "phase.points", lambda path: lines(path) > 30, *PHASE, "-o", "out", "-q")
        other = [*PHASE, "-s", "curators.public.pool=3", "-q"]
        before = (out / "phase.points").read_bytes()
        done = call(*other, "-o", "out", cwd=folder)
        expect(done.returncode == 2 and "another diagram" in done.stderr, done)
        expect((out / "phase.points").read_bytes() == before, "written over")


TRAIN = ["train", "--grammar", 300, "--vocabulary", 300, "--width", 16, "--layers", 1, "--heads", 2,
         "--context", 16, "--epochs", 3, "--patience", 1, "--batch", 64, "-q"]
MODEL = ("config.json", "merges.txt", "model.safetensors", "vocab.json")


def outcome(directory):
    """What it has learnt: the model's bytes, and its numbers without times."""
    found = json.loads((directory / "train.json").read_text())
    numbers = [[epoch["loss"], epoch["perplexity"]] for epoch in found["epochs"]]
    return [(directory / name).read_bytes() for name in MODEL], numbers, found["held_out"], found["best_epoch"]


@test
def a_training_goes_on_with_the_same_bytes():
    with scratch() as folder:
        where = Path(folder)
        perform(*TRAIN, "-o", "whole", cwd=folder)
        for name in NAMES:
            out = name.name
            words = [*TRAIN, "--checkpoint-interval", 0, "-o", out]
            kept = where / f"{out}.training"
            more = []
            for _ in range(3):
                before = kept.stat().st_mtime_ns if kept.exists() else 0
                status, said = stop(folder, name, kept, lambda path: path.stat().st_mtime_ns != before,
                                    *words, *more)
                if status == 130:
                    expect("--resume goes on" in said, said)
                if status != 0:
                    more = ["--resume"]
                else:
                    break
            if kept.exists():
                done = call(*words, cwd=folder)
                expect(done.returncode == 2 and kept.exists(), "began anew", done)
                other = call(*words, "--resume", "--learning-rate", 0.1, cwd=folder)
                expect(other.returncode == 2 and "another training" in other.stderr, other)
                whole = kept.read_bytes()
                kept.write_bytes(whole[:-9] + bytes([whole[-9] ^ 1]) + whole[-8:])
                other = call(*words, "--resume", cwd=folder)
                expect(other.returncode == 2 and "damaged" in other.stderr, other)
                kept.write_bytes(whole)
                perform(*words, "--resume", cwd=folder)
            expect(outcome(where / out) == outcome(where / "whole"), name, "another outcome")
            expect(not kept.exists() and not list(where.glob("*.draft")) or name == signal.SIGKILL,
                   listing(folder))


@test
def what_is_not_of_the_paper_stays():
    with scratch() as folder:
        own = Path(folder) / "out/unfinished-synthetic"
        own.mkdir(parents=True)
        (own / "novel.txt").write_text("mine")
        perform(*PAPER, "-o", "out", cwd=folder)
        expect(listing(own) == ["novel.txt"], listing(folder))


PAPER = ["paper", "synthetic", "--cells", 20, "--seeds", 2, "-g", 3, "-q"]


@test
def the_paper_goes_on_with_what_was_played():
    with scratch() as folder:
        where = Path(folder)
        perform(*PAPER, "-o", "whole", cwd=folder)
        expect(not (where / "whole/unfinished-synthetic").exists(), listing(where / "whole"))
        for name in NAMES:
            out = where / name.name
            status, said = stop(folder, name, out / "unfinished-synthetic", lambda path: len(list(path.iterdir())) > 7,
                                *PAPER, "-o", out.name)
            if status == 130:
                expect("with --resume goes on" in said, said)
            played = len(list((out / "unfinished-synthetic").iterdir())) if status else 8
            expect(played > 7, played)
            if status:
                perform(*PAPER, "--resume", "-o", out.name, cwd=folder)
            expect(sorted(path.name for path in out.iterdir()) ==
                   sorted(path.name for path in (where / "whole").iterdir()), listing(out))
            expect((out / "synthetic.csv").read_bytes() == (where / "whole/synthetic.csv").read_bytes(), name)


if __name__ == "__main__":
    sys.exit(main())
