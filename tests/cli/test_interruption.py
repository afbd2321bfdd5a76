#!/usr/bin/python3
"""Facts about runs that are interrupted, killed and resumed, from the outside. Prints TAP.

Usage: test_interruption.py PROGRAM
"""
import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from outside import (ATOMS, CUT_OFF, PLANE, PROGRAM, call, document, expect, listing, main, masked,
                     perform, scratch, states, test, write)


@test
def results_are_the_same_bytes_for_any_number_of_threads():
    with scratch() as folder:
        write(folder, "game.yaml", PLANE % (8, 150, 150))
        outputs, tables = set(), set()
        for threads in (1, 2, 7):
            words = ["run", "game.yaml", "--snapshots", "8", "--threads", threads]
            outputs.add(perform(*words, "--no-save", "--json", cwd=folder).stdout)
            outputs.add(masked(perform(*words, "-o", f"with-{threads}", cwd=folder).stdout))
            tables.add((Path(folder) / f"with-{threads}" / "metrics.csv").read_bytes())
        expect(len(outputs) == 2 and len(tables) == 1, len(outputs), len(tables))


LONG = PLANE % (150, 220, 220)


def start(folder, *words, **options):
    return subprocess.Popen([PROGRAM, "run", *words], cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            **{"env": CUT_OFF, **options})


def wait_for_files(folder, process):
    """Until the run directory knows its game, or the run is over."""
    while process.poll() is None and not (Path(folder) / "run.sqlite").exists():
        time.sleep(0.001)


def uninterrupted(folder):
    write(folder, "game.yaml", LONG)
    began = time.monotonic()
    done = perform("run", "game.yaml", "--json", "--snapshots", "150", "-o", "whole", cwd=folder)
    table = (Path(folder) / "whole" / "metrics.csv").read_bytes()
    return results(done), table, time.monotonic() - began


def results(done):
    """The document without the place of its files."""
    whole = json.loads(done.stdout)
    whole.pop("directory", None)
    return whole


def check_resumed(folder, directory, whole, table, *game):
    words = ["run", *game, "--resume", "-o", directory, "--json", "--snapshots", "150"]
    done = call(*words, cwd=folder)
    expect(done.returncode == 0, directory, "cannot be resumed:", done.stderr)
    expect(results(done) == whole, directory, "another outcome")
    resumed = (Path(folder) / directory / "metrics.csv").read_bytes()
    expect(resumed == table, directory, "another metrics.csv")


@test
def an_interrupted_run_goes_on_with_the_same_bits():
    with scratch() as folder:
        whole, table, seconds = uninterrupted(folder)
        for number, name in enumerate((signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGXCPU)):
            directory = f"stopped-{number}"
            process = start(folder, "game.yaml", "-o", directory, "--snapshots", "150")
            wait_for_files(Path(folder) / directory, process)
            time.sleep(seconds * 0.3)
            process.send_signal(name)
            message = process.communicate()[1]
            expect(process.returncode in (0, 130), name, process.returncode, message)
            if process.returncode == 130:
                expect(f"--resume -o {directory}" in message, message)
            check_resumed(folder, directory, whole, table)


@test
def a_terminal_that_closes_does_not_stop_what_nohup_has_begun():
    with scratch() as folder:
        write(folder, "game.yaml", PLANE % (400, 60, 60))
        ignored = lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
        process = start(folder, "game.yaml", "-o", "out", preexec_fn=ignored)
        wait_for_files(Path(folder) / "out", process)
        process.send_signal(signal.SIGHUP)
        message = process.communicate()[1]
        expect(process.returncode == 0, process.returncode, message)


@test
def a_second_interrupt_ends_at_once_and_the_run_is_resumed():
    with scratch() as folder:
        write(folder, "game.yaml", PLANE % (30, 700, 700))
        process = start(folder, "game.yaml", "-o", "out")
        wait_for_files(Path(folder) / "out", process)
        for _ in range(2):
            process.send_signal(signal.SIGINT)
            time.sleep(0.01)
        message = process.communicate()[1]
        expect(process.returncode in (0, 130), process.returncode, message)
        perform("run", "game.yaml", "--resume", "-o", "out", "-q", cwd=folder)


@test
def a_reader_that_goes_away_ends_it_quietly():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        line = f'"{PROGRAM}" run game.yaml --no-save --json --snapshots 1,2,3,4,5 | head -1'
        done = subprocess.run(line, shell=True, cwd=folder, capture_output=True, text=True, check=False)
        expect(done.returncode == 0 and done.stderr == "" and done.stdout.count("\n") == 1, done)


@test
def a_file_that_reaches_its_limit_is_an_error():
    with scratch() as folder:
        write(folder, "game.yaml", PLANE % (3, 60, 60))
        done = subprocess.run(f'ulimit -f 8; exec "{PROGRAM}" run game.yaml -q -o out', shell=True,
                              cwd=folder, capture_output=True, text=True, check=False)
        expect(done.returncode == 1 and "File too large" in done.stderr, done)
        perform("run", "game.yaml", "--resume", "-o", "out", "-q", cwd=folder)


@test
def a_run_that_was_killed_before_it_began_is_resumed():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        whole = results(perform("run", "game.yaml", "--json", "-o", "whole", cwd=folder))
        (Path(folder) / "empty").mkdir()
        for words in (["-o", "absent"], ["-o", "empty"], ["-o", "deep/er"], []):
            done = perform("run", "game.yaml", "--resume", "--json", *words, cwd=folder)
            expect(results(done) == whole, words, "another outcome")
        expect("runs/tiny/metrics.csv" in listing(folder), listing(folder))
        write(folder, "bad.yaml", ATOMS.replace("generations: 20", "generations: x"))
        done = call("run", "bad.yaml", "--resume", "-o", "bad", cwd=folder)
        expect(done.returncode == 2 and "bad" not in listing(folder), done, listing(folder))


@test
def a_directory_that_is_gone_is_not_offered_for_resuming():
    with scratch() as folder:
        write(folder, "game.yaml", LONG)
        process = start(folder, "game.yaml", "-o", "gone", "--checkpoint-interval", "0.02",
                        "-s", "generations=100000")
        while not list((Path(folder) / "gone").glob("checkpoint-*.safetensors")):
            time.sleep(0.01)
        (Path(folder) / "gone").rename(Path(folder) / "elsewhere")
        message = process.communicate()[1]
        expect(process.returncode == 1 and "error: " in message, process.returncode, message)
        expect("resume" not in message, message)


@test
def a_run_is_not_written_over():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        perform("run", "game.yaml", "-o", "out", cwd=folder)
        before = states(folder)
        done = call("run", "game.yaml", "-o", "out", cwd=folder)
        expect(done.returncode == 2 and "error: " in done.stderr, done)
        words = ["run", "game.yaml", "-s", "curators.owner.pool=9", "--resume", "-o", "out"]
        other = call(*words, cwd=folder)
        expect(other.returncode == 2 and "error: " in other.stderr, other)
        shorter = call("run", "--resume", "-o", "out", "-s", "generations=7", cwd=folder)
        expect(shorter.returncode == 2 and "longer, not shorter" in shorter.stderr, shorter)
        expect(states(folder) == before, "files changed")


LEARNT = ATOMS + "engine: samples\nsamples: {initial: 40, generate: 40, keep: {owner: 20, public: 10}}\n"


@test
def a_finished_run_is_made_longer_with_the_same_bytes():
    for text in (ATOMS, LEARNT):
        with scratch() as folder:
            write(folder, "game.yaml", text)
            words = ["-q", "--snapshots", "5"]
            perform("run", "game.yaml", "-s", "generations=60", "-o", "whole", *words, cwd=folder)
            perform("run", "game.yaml", "-o", "grown", *words, cwd=folder)
            for more in (["-s", "generations=33"], ["game.yaml", "-s", "generations=60"]):
                perform("run", "--resume", "-o", "grown", "-q", *more, cwd=folder)
            for name in ("metrics.csv", "outcome.safetensors"):
                one, other = ((Path(folder) / where / name).read_bytes() for where in ("whole", "grown"))
                expect(one == other, name, "another outcome")
            legs = sqlite3.connect(Path(folder) / "grown" / "run.sqlite").execute(
                "SELECT * FROM leg").fetchall()
            expect(len(legs) == 3 and "generations=33" in str(legs[1]), legs)
            for page in ("whole", "grown"):
                perform("report", page, "-o", f"{page}.page", "-q", cwd=folder)
            done = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=Path(folder) /
                                  "grown", capture_output=True, text=True, check=False)
            expect(done.returncode == 0, done)
            again = perform("run", "--resume", "-o", "grown", "--json", cwd=folder)
            expect(json.loads(again.stdout)["generations"] == 60, "the number of generations")


@test
def an_exact_run_grows_from_its_last_state():
    with scratch() as folder:
        write(folder, "game.yaml", ATOMS)
        perform("run", "game.yaml", "-o", "out", "-q", cwd=folder)
        perform("run", "--resume", "-o", "out", "-q", "-s", "generations=30", cwd=folder)
        legs = sqlite3.connect(Path(folder) / "out" / "run.sqlite").execute(
            "SELECT first, last FROM leg").fetchall()
        expect([tuple(map(int, leg)) for leg in legs] == [(1, 21), (21, 31)], legs)


if __name__ == "__main__":
    sys.exit(main())
