#!/usr/bin/python3
"""Facts about games in which programs from outside judge and write texts. Prints TAP.

Usage: test_command.py PROGRAM
"""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

from outside import (CUT_OFF, EXAMPLES, PROGRAM, call, document, expect, main, perform, scratch, test,
                     write)

EXACT = """\
generations: 10
space: {text: {grammar: {}, sentences: 500}}
curators:
  owner:  {reward: {%s}, pool: 4}
  public: {reward: {word_count: {min: 3, max: 4}}, pool: 4}
"""
OURS = "word_count: {min: 5, max: 6}"
THEIRS = 'command: "python3 scorer.py 5 6"'

# A model that remembers what it has seen, its predecessor's too, and draws lines by lot.
LOOP = """\
generations: 6
space: {text: {grammar: {}, sentences: 200}}
generator:
  command:
    train: 'sleep 0.05; touch {previous}/all; LC_ALL=C sort -u {data} {previous}/all > {model}/all'
    sample: >-
      awk -v s={seed} -v n={count} '{ line[NR] = $0 }
      END { for (i = 0; i < n; i++) { s = s * 16807 %% 2147483647; print line[1 + s %% NR] } }'
      {model}/all > {output}
    %s
curators:
  owner:  {reward: {command: {run: 'python3 scorer.py 3 4'}}, pool: 4}
  public: {reward: {command: {run: 'python3 scorer.py 5 6'}}, pool: 4}
samples: {generate: 60, keep: 30, dataset: accumulate}
"""


def place(folder, text):
    """A game with its scorer, in a folder of their own; and one for temporary files."""
    for name in ("games", "temporary"):
        (Path(folder) / name).mkdir()
    shutil.copy(EXAMPLES / "scorer.py", Path(folder) / "games")
    write(folder, "games/game.yaml", text)
    return {"TMPDIR": str(Path(folder) / "temporary")}


def leftovers(folder):
    return sorted(path.name for path in (Path(folder) / "temporary").iterdir())


def workers(folder):
    """Processes that work in the games' folder."""
    found = 0
    for process in Path("/proc").glob("[0-9]*"):
        try:
            found += os.readlink(process / "cwd") == os.path.realpath(Path(folder) / "games")
        except OSError:  # it has ended, or is another's
            pass
    return found


def begin(folder, env, *words):
    return subprocess.Popen([PROGRAM, "run", "games/game.yaml", *words], cwd=folder,
                            env={**CUT_OFF, **env}, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


@test
def a_scorer_from_outside_is_a_reward_like_another():
    with scratch() as folder:
        env = place(folder, EXACT % THEIRS)
        write(folder, "games/own.yaml", EXACT % OURS)
        theirs = document("run", "games/game.yaml", "--no-save", cwd=folder, env=env)
        ours = document("run", "games/own.yaml", "--no-save", cwd=folder)
        expect(theirs["metrics"] == ours["metrics"], theirs["metrics"], ours["metrics"])


@test
def a_failing_scorer_is_an_error_in_the_game_file():
    with scratch() as folder:
        env = place(folder, EXACT % "command: 'echo no such model >&2; exit 4'")
        done = call("run", "games/game.yaml", "--no-save", cwd=folder, env=env)
        expect(done.returncode == 2 and "games/game.yaml:4:" in done.stderr, done.stderr)
        expect("exit status 4" in done.stderr and "no such model" in done.stderr, done.stderr)


@test
def a_run_is_resumed_from_any_folder():
    with scratch() as folder:
        env = place(folder, EXACT % THEIRS)
        perform("run", "games/game.yaml", "-o", "out", cwd=folder, env=env)
        table = (Path(folder) / "out" / "metrics.csv").read_bytes()
        perform("run", "--resume", "-o", Path(folder) / "out", cwd="/", env=env)
        expect((Path(folder) / "out" / "metrics.csv").read_bytes() == table, "other results")


@test
def a_killed_run_goes_on_with_the_same_bits():
    seed = random.randrange(2**32)
    print(f"# moments from seed {seed}")
    moments = random.Random(seed)
    with scratch() as folder:
        env = place(folder, LOOP % "keep: models")
        began = time.monotonic()
        perform("run", "games/game.yaml", "-o", "whole", cwd=folder, env=env)
        seconds = time.monotonic() - began
        table = (Path(folder) / "whole" / "metrics.csv").read_bytes()
        expect(leftovers(folder) == [], leftovers(folder))
        expect((Path(folder) / "games" / "models").is_dir(), "no models were kept")
        for number in range(4):
            shutil.rmtree(Path(folder) / "games" / "models")
            words = ["-o", f"killed-{number}", "--checkpoint-interval", "0.001"]
            for turn in range(1 + number % 2):
                process = begin(folder, env, *["--resume"][:turn], *words)
                time.sleep(moments.random() * seconds)
                process.kill()
                process.communicate()
            perform("run", "games/game.yaml", "--resume", *words, cwd=folder, env=env)
            resumed = (Path(folder) / f"killed-{number}" / "metrics.csv").read_bytes()
            expect(resumed == table, f"killed-{number}", "another metrics.csv")


@test
def a_model_that_is_lost_cannot_go_on():
    with scratch() as folder:
        env = place(folder, LOOP.replace("generations: 6", "generations: 500") % "timeout: 100")
        process = begin(folder, env, "-o", "out", "--checkpoint-interval", "0.001")
        while not list((Path(folder) / "temporary").glob("*/generation-000003")):
            expect(process.poll() is None, "the run is over")
            time.sleep(0.01)
        process.kill()
        process.communicate()
        time.sleep(3)
        expect(workers(folder) == 0, "programs go on working for a run that was killed")
        done = call("run", "--resume", "-o", "out", cwd=folder, env=env)
        expect(done.returncode != 0 and "only with `keep: DIR`" in done.stderr, done.stderr)


@test
def an_interrupted_run_leaves_nothing_behind():
    with scratch() as folder:
        env = place(folder, LOOP.replace("sleep 0.05", "sleep 60") % "timeout: 100")
        process = begin(folder, env, "-o", "out")
        while leftovers(folder) == [] and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        message = process.communicate(timeout=60)[1]
        expect(process.returncode == 130, process.returncode, message)
        expect(leftovers(folder) == [] and workers(folder) == 0, leftovers(folder))


@test
def folders_of_killed_runs_go_with_the_next_and_no_others():
    with scratch() as folder:
        env = place(folder, LOOP.replace("sleep 0.05", "sleep 60") % "timeout: 100")
        room = Path(folder) / "temporary"
        begun = []
        for number in range(3):
            known = set(leftovers(folder))
            begun.append(begin(folder, env, "-o", f"out-{number}"))
            while set(leftovers(folder)) <= known and begun[-1].poll() is None:
                time.sleep(0.01)
            if number == 0:
                begun[0].kill()
                begun[0].communicate()
                (room / leftovers(folder)[0]).rename(room / "aligngame-command-killed")
                os.utime(room / "aligngame-command-killed", (0, 0))
            elif number == 1:
                expect(len(leftovers(folder)) == 1 and "aligngame-command-killed" not in leftovers(folder),
                       leftovers(folder))
                held = room / leftovers(folder)[0]
                os.utime(held, (0, 0))
        expect(held.exists() and len(leftovers(folder)) == 2, leftovers(folder))
        for process in begun[1:]:
            process.send_signal(signal.SIGINT)
            process.communicate(timeout=60)
        expect(leftovers(folder) == [], leftovers(folder))


LEFT = """\
generations: 2
space: {text: {grammar: {}, sentences: 20}}
generator: {command: {train: 'cp {data} {model}/all', sample: %s, timeout: 20}}
curators: {owner: {reward: {word_count: {min: 3, max: 4}}, pool: 4}}
samples: {generate: 20, keep: 10}
"""
WRITE = "yes words | head -n {count} > {output}"
# what `sample` does, and what is then said of it; None: the game is played
OUTPUTS = {
    "mkfifo {output}": "has written a pipe instead of a file",
    "mkdir {output}": "has written a folder instead of a file",
    "ln -s {model}/all {output}": "has written a symbolic link instead of a file",
    "ln -s /dev/zero {output}": "has written a symbolic link instead of a file",
    "truncate -s 1T {output}": "a file of 1099511627776 bytes; expected at most",
    "truncate -s 4M {output}": "a file of 4194304 bytes; expected",
    "truncate -s 1M {output}": "1 line instead of 20",
    "": "has not written {output}",
    f"exec <&- >&- 2>&-; {WRITE}": None,
    # its grandchildren hold its output and go on writing, or work in a session of their own
    f"{WRITE}; yes & sleep 30 &": None,
    f"{WRITE}; setsid sleep 3 &": None,
    # what the next generation needs is no file any more
    f"{WRITE}; cd {{model}}/..; rm -f data.txt; mkfifo data.txt": None,
    f"{WRITE}; cd {{model}}/..; rm -rf none; mkfifo none": None,
    f"{WRITE}; cd {{model}}/..; mkfifo generation-000001 2> none.log || true": None,
}


@test
def what_is_no_file_is_an_error_and_never_waited_for():
    for line, said in OUTPUTS.items():
        with scratch() as folder:
            env = place(folder, LEFT % json.dumps(f"{line} # {{model}} {{output}}"))
            done = call("run", "games/game.yaml", "--no-save", "-q", cwd=folder, env=env)
            expect(done.returncode == (2 if said else 0) and (said or "") in done.stderr, line, done)
            stay = workers(folder)
            expect(leftovers(folder) == [] and (stay > 0) == ("setsid" in line), line, stay, leftovers(folder))


# scorers that hear nothing, say everything, or leave others at their pipes
SCORERS = {
    "exec <&-; sleep 30": "did not answer (with its lines flushed) within 2 seconds",
    "exec >&-; sleep 30": "has closed its output before it had answered everything",
    "yes": "wrote a line that is no answer",
    "cat /dev/zero": "wrote a line of more than 1048576 bytes",
    "cat /dev/zero >&2": "did not answer (with its lines flushed) within 2 seconds",
    "yes >&2 & sleep 30 & exit 3": "did not answer (with its lines flushed) within 2 seconds",
    """echo '{"id": 0, "reward": 1e999}'""": "answered a reward that is not finite",
    """echo '{"id": 0, "reward": NaN}'""": "answered a reward that is not finite",
    """echo '{"id": 99999999999999999999, "reward": 1}'""": "or another number beyond all bounds",
    """n=0; while read -r _; do case $n in *[02468]) r=1e308;; *) r=-1e308;; esac
    echo "{\\"id\\": $n, \\"reward\\": $r}"; n=$((n + 1)); done""":
        "the rewards span from -1e+308 to 1e+308",
}


@test
def a_scorer_that_misbehaves_is_an_error_within_its_patience():
    for line, said in SCORERS.items():
        with scratch() as folder:
            text = EXACT % ("command: {run: %s, timeout: 2}" % json.dumps(line))
            env = place(folder, text.replace("500", "20"))
            done = call("run", "games/game.yaml", "--no-save", "-q", cwd=folder, env=env)
            expect(done.returncode == 2 and said in done.stderr, line, done)
            deadline = time.monotonic() + 20  # what was killed may still be ending
            while workers(folder) > 0 and time.monotonic() < deadline:
                time.sleep(0.01)
            expect(workers(folder) == 0, line, "goes on")


if __name__ == "__main__":
    sys.exit(main())
