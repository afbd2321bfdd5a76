#!/usr/bin/python3
"""Facts about games on texts, from the outside. Prints TAP.

Usage: test_text.py PROGRAM
"""
import collections
import csv
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

from outside import (CUT_OFF, PROGRAM, call, document, expect, main, scratch, succeed, test,
                     write)

GAME = """\
name: sentences
seed: 7
generations: %d
replicates: %d
space: {text: {grammar: {}, sentences: 500, held_out: 60}}
curators:
  owner:  {reward: {word_count: {min: 2, max: 4}}, pool: 8, temperature: 0.5}
  public: {reward: {word_count: {min: 4, max: 6}}, pool: 4}
generator: {ngram: {order: 3}}
samples: {generate: 150, keep: {owner: 120, public: 60}, dataset: accumulate}
"""

TABLES = ("metrics.csv", "dataset.csv", "outcome.safetensors")


def rows(path):
    with open(path, encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def words(text):
    """Tokens between white space with a letter or a digit in them."""
    return sum(any(c.isalnum() for c in token) for token in text.split())


def reward(text, least, most):
    outside = max(least - words(text), words(text) - most, 0)
    return -2 * outside if outside else 1


# ---- what a game leaves behind ----


@test
def the_dataset_explains_the_metrics():
    with scratch() as folder:
        write(folder, "game.yaml", GAME % (5, 1))
        got = document("run", "game.yaml", "-o", "out", cwd=folder)
        dataset = rows(Path(folder) / "out" / "dataset.csv")
        expect(len(dataset) == 500 + 5 * 60, len(dataset))
        born = collections.Counter(int(row["generation"]) for row in dataset)
        expect(born == {0: 500, **{g: 60 for g in range(1, 6)}}, born)
        expect({row["origin"] for row in dataset} == {"start", "model"}, "origins")
        texts = [row["text"] for row in dataset]
        metrics = {name: values[-1] for name, values in got["metrics"].items()}
        count = len(texts)
        # sums of whole numbers are exact: a division and a rounding are left
        for name, expected in (
                ("word_count", sum(map(words, texts)) / count),
                ("mean_reward.owner", sum(reward(t, 2, 4) for t in texts) / count),
                ("satisfaction.public", sum(reward(t, 4, 6) == 1 for t in texts) / count),
                ("duplicates", 1 - len(set(texts)) / count)):
            expect(abs(metrics[name] - expected) < 1e-12, name, metrics[name], expected)
        expect(metrics["perplexity"] > 1, metrics)
        top = collections.Counter(texts).most_common(1)[0][1]
        expect(abs(got["texts"]["frequent"][0]["share"] - top / count) < 1e-12,
               got["texts"]["frequent"][0], top / count)


@test
def every_generation_shows_what_it_has_published():
    with scratch() as folder:
        write(folder, "game.yaml", GAME % (4, 2))
        got = document("run", "game.yaml", "-o", "out", cwd=folder)
        shown = got["texts"]["shown"]
        expect(list(shown) == ["0", "1", "2", "3", "4"], list(shown))
        kept = {(row["generation"], row["text"]) for row in rows(Path(folder) / "out/dataset.csv")}
        for generation, texts in shown.items():
            expect(1 <= len(texts) <= 8, generation, texts)
            for text in texts:
                expect((generation, text) in kept, generation, text)
        page = Path(folder) / "page.html"
        succeed("report", "out", "-o", page, cwd=folder)
        expect(shown["4"][0] in page.read_text(encoding="utf-8"), "the page lacks the texts")
        summary = succeed("run", "--resume", "-o", "out", cwd=folder)
        expect("Published in generation 4" in summary and shown["4"][0][:60] in summary, summary)


@test
def the_exact_counterpart_is_beside():
    with scratch() as folder:
        write(folder, "game.yaml", GAME % (5, 1))
        got = document("run", "game.yaml", "--no-save", "-s", "generator=categorical", "-s",
                       "samples.initial=500", cwd=folder)
        text = document("run", "game.yaml", "--no-save", cwd=folder)
        # the corpus is where both begin
        start = text["exact"]["word_count"][0]
        expect(abs(text["metrics"]["word_count"][0] - start) < 1e-9, start)
        expect(abs(text["exact"]["mean_reward.owner"][5] - got["exact"]["mean_reward.owner"][5])
               < 1e-9, "one corpus has two exact games")


# ---- the same bits ----


@test
def threads_and_seeds():
    with scratch() as folder:
        write(folder, "game.yaml", GAME % (4, 3))
        seen = set()
        for threads in (1, 2, 5):
            succeed("run", "game.yaml", "-o", f"t{threads}", "--json", "--threads", threads,
                    cwd=folder)
            seen.add(tuple((Path(folder) / f"t{threads}" / name).read_bytes() for name in TABLES))
        expect(len(seen) == 1, "threads change the result")
        other = succeed("run", "game.yaml", "--no-save", "--json", "--seed", 8, cwd=folder)
        expect(other != succeed("run", "game.yaml", "--no-save", "--json", cwd=folder), "seeds")


def start(folder, *words_):
    return subprocess.Popen([PROGRAM, "run", *words_], cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
                            env=CUT_OFF)


JUDGED = GAME.replace("{reward: {word_count: {min: 4, max: 6}}, pool: 4}",
                      "{reward: {likelihood: {model: current}}, pool: 4}")
SMALL = ("gpt2: {layers: 1, width: 16, heads: 2, context: 24, vocabulary: 300, start_epochs: 1, "
         "epochs: 1, continue: %s}")


def check_stopped(game, names):
    """A run that is stopped at a random moment and goes on ends with the same bytes."""
    seed = random.randrange(2**32)
    print(f"# moments from seed {seed}")
    moments = random.Random(seed)
    with scratch() as folder:
        write(folder, "game.yaml", game)
        began = time.monotonic()
        succeed("run", "game.yaml", "-o", "whole", "--json", cwd=folder)
        seconds = time.monotonic() - began
        whole = [(Path(folder) / "whole" / name).read_bytes() for name in TABLES]
        for number, name in enumerate(names):
            options = ["-o", f"out-{number}", "--checkpoint-interval", "0.01"]
            process = start(folder, "game.yaml", *options)
            time.sleep((0.2 + 0.7 * moments.random()) * seconds)
            process.send_signal(name)
            message = process.communicate()[1]
            expect(process.returncode in (0, 130), process.returncode, message)
            succeed("run", "game.yaml", "--resume", "--json", *options, cwd=folder)
            resumed = [(Path(folder) / f"out-{number}" / n).read_bytes() for n in TABLES]
            expect(resumed == whole, name, "other bytes")


# kills are tests/torture's


@test
def an_interrupted_game_goes_on_with_the_same_bytes():
    check_stopped(JUDGED % (25, 2), (signal.SIGINT,))


@test
def an_interrupted_transformer_goes_on_with_the_same_bytes():
    check_stopped(GAME.replace("ngram: {order: 3}", SMALL % "false") % (6, 2), (signal.SIGINT,))


@test
def the_kept_model_is_a_folder_that_plays():
    game = GAME.replace("ngram: {order: 3}", SMALL % "true")
    with scratch() as folder:
        write(folder, "game.yaml", game % (2, 1))
        succeed("run", "game.yaml", "-o", "out", "--keep-model", "--quiet", cwd=folder)
        model = Path(folder) / "out" / "model"
        expect({path.name for path in model.iterdir()} ==
               {"config.json", "model.safetensors", "vocab.json", "merges.txt"}, "files")
        write(folder, "again.yaml", GAME.replace("ngram: {order: 3}", "gpt2: {model: out/model}")
              % (1, 1))
        succeed("run", "again.yaml", "-o", "again", "--quiet", cwd=folder)
        # the report of a run whose model is gone says so, and is the same
        noted = document("run", "--resume", "-o", "again", cwd=folder)["inputs"]
        expect({Path(entry["path"]).name for entry in noted} >=
               {"config.json", "model.safetensors"}, noted)
        succeed("report", "again", "-o", "before.html", cwd=folder)
        (Path(folder) / "out").rename(Path(folder) / "away")
        done = call("report", "again", "-o", "after.html", cwd=folder)
        expect(done.returncode == 0 and "model.safetensors is gone" in done.stderr, done)
        # what the folder says of the model is not there to be said
        before, after = (re.sub(r" The model: [^.]*\.", "", (Path(folder) / f"{name}.html").read_text())
                         for name in ("before", "after"))
        notes = [line for line in after.splitlines() if " is gone since the run" in line]
        expect(notes and "\n".join(line for line in after.splitlines() if line not in notes) + "\n"
               == before, "another page")
        (Path(folder) / "away").rename(Path(folder) / "out")
        weights = (model / "model.safetensors").read_bytes()
        (model / "model.safetensors").write_bytes(weights[:-1])
        done = call("run", "again.yaml", "--no-save", cwd=folder)
        expect(done.returncode == 2 and "model.safetensors" in done.stderr, done)


@test
def a_changed_corpus_is_named_and_the_copy_is_played():
    with scratch() as folder:
        write(folder, "corpus.txt", "".join(f"This is line {i}.\n\n" for i in range(80)))
        game = GAME.replace("{grammar: {}, sentences: 500, held_out: 60}", "{file: corpus.txt}")
        game = game.replace("keep: {owner: 120, public: 60}", "keep: 40")
        write(folder, "game.yaml", game % (3, 1))
        process = start(folder, "game.yaml", "-o", "out")
        process.communicate()
        write(folder, "corpus.txt", "".join(f"That is line {i}.\n\n" for i in range(80)))
        done = call("run", "--resume", "-o", "out", cwd=folder)
        expect(done.returncode == 0 and "corpus.txt has changed" in done.stderr, done)
        expect("That" not in (Path(folder) / "out" / "dataset.csv").read_text(), "another corpus")


# ---- bad input ----

BAD_GAMES = {
    "no texts": ("space: {text: {grammar: {}, sentences: 500, held_out: 60}}",
                 "space: {atoms: {mass: [1, 2]}}", r"9:\d+|7:\d+", "text"),
    "item reward": ("{word_count: {min: 2, max: 4}}", "{column: a}", r"7:\d+", "column"),
    "no words": ("{min: 2, max: 4}", "{min: 4, max: 2}", r"7:\d+", "max"),
    "no order": ("order: 3", "order: 0", r"9:\d+", "order"),
    "no metric": ("replicates: 1", "metrics: [kl_initial]", r"4:\d+", "kl_initial"),
    "preferences": ("{reward: {word_count: {min: 2, max: 4}}, pool: 8, temperature: 0.5}",
                    "{preferences: [[0.5]]}", r"7:\d+", "reward"),
    "no file": ("grammar: {}, sentences: 500, held_out: 60", "file: nowhere.txt", r"5:\d+",
                "nowhere.txt"),
    "held out": ("held_out: 60", "held_out: -1", r"5:\d+", "held_out"),
    "judge": ("{word_count: {min: 2, max: 4}}", "{likelihood: {model: corrent}}", r"7:\d+",
              "current"),
}


@test
def bad_games_are_refused_at_their_place():
    with scratch() as folder:
        for name, (old, new, place, word) in BAD_GAMES.items():
            text = GAME % (3, 1)
            expect(old in text, name)
            write(folder, "bad.yaml", text.replace(old, new))
            done = call("run", "bad.yaml", "-o", "there", cwd=folder)
            expect(done.returncode == 2 and done.stdout == "", name, done)
            expect(re.match(rf"bad\.yaml:({place}): error: .", done.stderr), name, done.stderr)
            expect(word in done.stderr, name, "does not say", word, done.stderr)
            expect(not (Path(folder) / "there").exists(), name)


if __name__ == "__main__":
    sys.exit(main())
