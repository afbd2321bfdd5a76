"""What the attacks share: small games of every engine, the results of a run, and how long to go on.

Without ALIGNGAME_TORTURE=1 an attack is a small sample, the same each time; with it, all of it, and
another one each time, which ALIGNGAME_SEED repeats.
"""
import contextlib
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))

from outside import ENVIRONMENT, PROGRAM, TESTS, expect, main, test, write  # noqa: E402,F401

LONG = os.environ.get("ALIGNGAME_TORTURE") == "1"
SEED = int(os.environ.get("ALIGNGAME_SEED", random.randrange(2**32) if LONG else 1))
PATIENCE = 120  # seconds; what takes longer hangs
CALM = {**ENVIRONMENT, "OMP_WAIT_POLICY": "passive", "OMP_NUM_THREADS": "1"}
RESULTS = ("metrics.csv", "dataset.csv", "outcome")

CURATORS = """\
curators:
  owner:  {reward: {values: [3, 0, 2, 1, 0]}, pool: 8, temperature: 50}
  public: {reward: {values: [0, 3, 2, 2, 3]}, pool: 8, temperature: 50}
"""
ATOMS = "space: {atoms: {mass: [9, 9, 2, 4, 1]}}\n" + CURATORS
CLOUD = """\
space: {cloud: {uniform: {lower: [-5, -5], upper: [5, 5]}, count: 100}}
curators:
  owner:  {reward: {disc: {center: [0, 0], radius: 1, slope: 2}}, temperature: 0.5}
  public: {reward: {disc: {center: [3, 0], radius: 1, slope: 2}}, temperature: 0.5}
"""
TEXT = """\
space: {text: {grammar: {}, sentences: 60, held_out: 20}}
curators:
  owner:  {reward: {word_count: {min: 2, max: 4}}, pool: 4, temperature: 0.5}
  public: {reward: {word_count: {min: 4, max: 6}}, pool: 2}
"""
GPT2 = ("generator: {gpt2: {layers: 1, width: 8, heads: 1, context: 16, vocabulary: 260, "
        "start_epochs: 1, epochs: 1, length: 8%s}}\n")
SOME = "samples: {generate: %d, keep: {owner: 40, public: 20}, selection: %s, dataset: %s}\n"

# Some tenths of a second each: the number of generations stands apart, so that an attack may have
# fewer of them.
GAMES = {
    "exact": (3000, ATOMS + "loop: {order: [owner, public], real_share: 0.1}\n"),
    "plane": (60, CLOUD.replace("cloud: {uniform: {", "box: {").replace("}, count: 100}",
                                                                       ", cells: [60, 60]}")),
    "samples": (150, ATOMS + "engine: samples\nreplicates: 3\n" +
                SOME % (60, "pools", "accumulate")),
    "gmm": (60, CLOUD + "generator: {gmm: {components: 3}}\nreplicates: 3\n" +
            SOME % (60, "softmax", "accumulate")),
    "kde": (100, CLOUD + "generator: kde\nreplicates: 2\n" + SOME % (60, "pools", "{window: 3}")),
    "ngram": (40, TEXT + "generator: {ngram: {order: 3}}\nreplicates: 2\n"
              "loop: {reading: accumulate}\n" + SOME % (60, "pools", "accumulate")),
    "judged": (40, TEXT.replace("{word_count: {min: 4, max: 6}}", "{likelihood: {model: current}}") +
               "generator: {ngram: {order: 2}}\n" + SOME % (60, "pools", "accumulate")),
    "gpt2": (6, TEXT + GPT2 % "" + SOME % (60, "pools", "replace")),
    "gpt2-continued": (6, TEXT + GPT2 % ", continue: true" + SOME % (60, "top", "accumulate")),
}


def scratch():
    """A folder in memory, where there is such a thing: no disk decides how long an attack takes."""
    where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="aligngame-torture-", dir=where)


def write_game(folder, name, scale=1.0):
    generations, text = GAMES[name]
    generations = max(3, int(generations * scale))
    write(folder, f"{name}.yaml", f"name: {name}\nseed: 5\ngenerations: {generations}\n{text}")
    return generations


def begin(folder, *words, threads=1, **options):
    return subprocess.Popen([PROGRAM, *map(str, words)], cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                            env={**CALM, "OMP_NUM_THREADS": str(threads)}, **options)


def call(folder, *words, env=None, **options):
    """One that is killed where it hangs; a crash shows as a negative status."""
    return subprocess.run([PROGRAM, *map(str, words)], cwd=folder, stdin=subprocess.DEVNULL,
                          env={**CALM, **(env or {})}, capture_output=True, timeout=PATIENCE,
                          check=False, **options)


def results(directory):
    """The files that hold what came of a run, by name; none of them names a moment."""
    return {path.name: path.read_bytes() for path in sorted(Path(directory).iterdir())
            if path.name in RESULTS or path.stem in RESULTS}


class Tally:
    """How often something was tried, and what went wrong; its end prints the attack's one line."""

    def __init__(self, attack):
        self.attack, self.tries, self.survived, self.stories = attack, 0, 0, []
        print(f"# seed {SEED}", flush=True)

    @contextlib.contextmanager
    def attempt(self, tries=1):
        self.tries += tries
        try:
            yield
            self.survived += tries
        except (AssertionError, subprocess.TimeoutExpired) as story:
            self.stories.append(str(story)[:1000])

    def end(self):
        print(f"# torture: {self.attack} | {self.tries} | {self.survived}", flush=True)
        expect(not self.stories, f"{len(self.stories)} failed:\n" + "\n".join(self.stories[:8]))
