#!/usr/bin/python3
"""Little memory is an answer: every command under limits of its address space either gives what it gives
without a limit, to the byte, or ends with 1 or 2 and a sentence. Prints TAP.

Usage: test_memory.py PROGRAM   (all limits and commands where ALIGNGAME_TORTURE=1)
"""
import os
import re
import resource
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = CHECKOUT / "examples"
PROGRAM = os.path.abspath(sys.argv[1])
LONG = os.environ.get("ALIGNGAME_TORTURE") == "1"
MEGABYTE = 1 << 20
STATED = [1000, 500, 200]  # megabytes
LADDER = [1000, 700, 500, 400, 350, 300, 270, 240, 220, 200, 185, 170, 160, 150, 145, 140, 135, 130, 125, 120, 116, 112,
          108, 104, 100, 98, 96, 94, 92, 90, 88, 86, 84, 82, 80, 40]

TEXTS = """\
name: words
seed: 3
generations: 2
space: {text: {file: corpus.txt}}
curators:
  owner: {reward: {word_count: {min: 4, max: 6}}}
generator: %s
samples: {generate: 60, keep: 30}
"""
GPT2 = ("gpt2: {layers: 1, width: 16, heads: 2, context: 24, vocabulary: 300, start_epochs: 1, epochs: 1, "
        "batch: 4}")
CLOUD = """\
name: points
seed: 3
generations: 3
space: {cloud: {file: points.csv, columns: [x, y]}}
curators:
  owner: {reward: {disc: {center: [0, 0], radius: 1}}}
  public: {reward: {disc: {center: [3, 0], radius: 1}}}
generator: %s
samples: {generate: 60, keep: 30}
"""
FEW = ["-s", "generations=3", "-s", "replicates=2"]
GRID = ["-s", "space.box.cells=[9,9]"]
TRAIN = ["--layers", "1", "--width", "16", "--heads", "2", "--context", "24", "--vocabulary", "300", "--epochs", "1"]
# Commands by name; `run` below is a finished run, and `out` is what may be written.
COMMANDS = {
    "run exact": ["run", EXAMPLES / "compromise.yaml", "-q", "--snapshots", "2", "-o", "out"],
    "run table": ["run", EXAMPLES / "films.yaml", "-q", "-s", "generations=3", "-o", "out"],
    "run samples": ["run", EXAMPLES / "circles-samples.yaml", "-q", *FEW, "-s", "samples.generate=100",
                    "-s", "samples.keep=50", "-o", "out"],
    "run kde": ["run", "kde.yaml", "-q", "-o", "out"],
    "run gmm": ["run", "gmm.yaml", "-q", "-o", "out"],
    "run ngram": ["run", "ngram.yaml", "-q", "-o", "out"],
    "run gpt2": ["run", "gpt2.yaml", "-q", "-o", "out"],
    "run json": ["run", EXAMPLES / "compromise.yaml", "--json", "--no-save"],
    "analyze": ["analyze", EXAMPLES / "pluralism.yaml", "--json", "-o", "out"],
    "audit": ["audit", EXAMPLES / "compromise.yaml", "--json", "-o", "out"],
    "forecast": ["forecast", "films.csv", "--owner", "experts", "--public", "crowd", "--owner-se", "se", "--json",
                 "--draws", "20", "-o", "out"],
    "weights": ["weights", "items.csv", "--pool", "8", "--temperature", "1", "--json"],
    "phase": ["phase", EXAMPLES / "two-atoms.yaml", "--x", "curators.owner.pool=2..100:4:log",
              "--y", "space.atoms.mass.0=0.01..0.99:4", "-o", "out", "-q"],
    "drift": ["drift", "-q", "--items", "20", "--generations", "20", "-o", "out"],
    "train": ["train", "--grammar", "200", *TRAIN, "-o", "out", "-q"],
    "report": ["report", "run", "-o", "out/page.html"],
    "export": ["export", "run", "--hdf5", "out.h5"],
    "list": ["list", "--json"],
    "explain": ["explain", "--json"],
    "paper synthetic": ["paper", "synthetic", "--cells", "9", "--seeds", "2", "-g", "3", "-q", "-o", "out"],
    "paper claims": ["paper", "claims", "--games", "2", "--json", "-o", "out"],
    "paper text": ["paper", "text", "--seeds", "2", "-g", "2", "--scenario", "perfect", "--variant", "text", "-q",
                   "-o", "out"],
}
SAMPLE = ["run exact", "run gpt2", "report", "forecast"]
# What changes from one call to the next.
CHANGING = [rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", rb'"(seconds|tokens_per_second)": [^\n,}]*', rb"[0-9a-f]{64}",
            rb"<td>[0-9.]+</td>", rb"\d+(\.\d+)? s\b"]
FORBIDDEN = ["terminate called", "Traceback", "Thread creation failed", "Assertion", "Sanitizer", "corrupted"]


def place(folder):
    (folder / "corpus.txt").write_text("".join(f"The cat {i} sat on the mat{', so it did' * (i % 3)}.\n\n" for i in range(80)))
    (folder / "points.csv").write_text("x,y\n" + "".join(f"{i % 7 - 3},{i * i % 5 - 2}\n" for i in range(40)))
    (folder / "films.csv").write_text("film,experts,crowd,se\n" + "".join(
        f"film {i},{i * 7 % 11},{i * 5 % 13},0.{1 + i % 9}\n" for i in range(20)))
    (folder / "items.csv").write_text("mass,reward\n0.5,1\n0.5,0\n")
    for name in ("kde", "gmm"):
        (folder / f"{name}.yaml").write_text(CLOUD % ("{gmm: {components: 2}}" if name == "gmm" else name))
    (folder / "ngram.yaml").write_text(TEXTS % "ngram")
    (folder / "gpt2.yaml").write_text(TEXTS % ("{" + GPT2 + "}"))


def clean(folder):
    for path in folder.glob("out*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def call(folder, words, limit=None):
    """limit: megabytes of address space."""
    def confine():
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if limit:
            resource.setrlimit(resource.RLIMIT_AS, (limit * MEGABYTE, limit * MEGABYTE))
    clean(folder)
    return subprocess.run([PROGRAM, *map(str, words), "--threads", "2"], cwd=folder, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=600, check=False, preexec_fn=confine,
                          env={**os.environ, "NO_COLOR": "1", "COLUMNS": "80", "LC_ALL": "C.UTF-8"})


def mask(data):
    for pattern in CHANGING:
        data = re.sub(pattern, b"*", data)
    return data


def products(folder, done):
    """All that a call has made, without what every call makes anew."""
    made = {"standard output": mask(done.stdout)}
    for path in sorted(folder.rglob("out*")):
        for file in sorted(path.rglob("*") if path.is_dir() else [path]):
            if file.is_file() and file.name != "run.sqlite":
                made[str(file.relative_to(folder))] = mask(file.read_bytes())
    return made


def judge(folder, done, whole):
    """What is wrong with an answer, or None."""
    said = done.stderr.decode(errors="replace")
    for word in FORBIDDEN:
        if word in said:
            return f"says {word}: {said[-300:]}"
    if done.returncode == 127 and "error while loading shared libraries" in said:
        return None  # the system's answer: the program has not begun
    if done.returncode in (1, 2):
        return None if re.search("error|[Mm]emory", said) else f"ends with {done.returncode} and says {said[-300:]!r}"
    if done.returncode != 0:
        return f"ends with {done.returncode}: {said[-300:]}"
    made = products(folder, done)
    different = [name for name in {**whole, **made} if whole.get(name) != made.get(name)]
    return f"differs in {different[:4]}" if different else None


def survives(folder, name, limits):
    """Returns the tries, the answers that were whole, and what was wrong."""
    words, wrong, answered = COMMANDS[name], [], 0
    first = call(folder, words)
    if first.returncode != 0:
        return 0, 0, [f"without a limit: {first.stderr.decode()[-500:]}"]
    whole = products(folder, first)
    for limit in limits:
        done = call(folder, words, limit)
        answered += done.returncode == 0
        reason = judge(folder, done, whole)
        if reason:
            wrong.append(f"{limit} MB: {reason}")
    return len(limits), answered, wrong


def main():
    names = list(COMMANDS) if LONG else SAMPLE
    only = os.environ.get("ALIGNGAME_TORTURE_ONLY")
    names = [name for name in COMMANDS if only in name] if only else names
    tries = survived = failures = 0
    with tempfile.TemporaryDirectory(prefix="aligngame-memory-") as scratch:
        folder = Path(scratch)
        place(folder)
        made = call(folder, ["run", EXAMPLES / "compromise.yaml", "-q", "-o", "run"])
        if made.returncode != 0:
            print("Bail out!", made.stderr.decode())
            return 1
        for number, name in enumerate(names, 1):
            count, answered, wrong = survives(folder, name, LADDER if LONG else STATED)
            tries += count
            survived += count - len(wrong)
            failures += bool(wrong)
            for line in "\n".join(wrong).splitlines():
                print("#", line)
            print(f"{'not ok' if wrong else 'ok'} {number} - {name} # {answered} of {count} went through", flush=True)
    print(f"1..{len(names)}")
    print(f"# torture: limits of the address space from {LADDER[0]} to {LADDER[-1]} MB | {tries} | {survived}")
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
