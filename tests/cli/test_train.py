#!/usr/bin/env python3
"""aligngame train: a model of a corpus whose law is known, its files, and wrong input."""
import json
import math
import os
import signal
import struct
import subprocess
import sys
import time
import xml.etree.ElementTree as xml
from pathlib import Path

from outside import (PROGRAM, call, document, expect, listing, main, plain, scratch, succeed,
                     test, write)

TINY = ["--grammar", "200", "--vocabulary", "300", "--width", "32", "--layers", "1", "--context",
        "32", "--batch", "512", "--epochs", "3", "--warm-up", "5", "--dropout", "0.1"]
FILES = ["config.json", "merges.txt", "model.safetensors", "train.json", "train.png", "train.svg",
         "vocab.json"]
MODELS = ["unigram", "bigram", "5-gram", "GPT-2"]
PLAIN = " ".join(f"The {a} {b} saw a {c}." for a in ("old", "red", "kind") for b in ("cat", "dog", "fox")
                 for c in ("bird", "mouse", "tree", "ship"))


def header(path):
    data = path.read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    return json.loads(data[8:8 + length])


@test
def the_grammar_is_learnt_up_to_its_entropy():
    """A model q of sentences drawn from p has E q/p = 1, so that by Markov's inequality its nats
    are below p's by 14 with a probability of e^-14 at most: less than 10^-6."""
    with scratch() as folder:
        found = document("train", "--grammar", 10000, "--vocabulary", 600, "--width", 64, "--layers", 2,
                         "--context", 64, "--batch", 1024, "--epochs", 6, "--dropout", 0,
                         "--learning-rate", 0.005, "-o", "out", cwd=folder)
        judge, held_out = found["judge"], found["held_out"]
        expect(judge["unknown"] == 0, "unknown words", judge["unknown"])
        truth = judge["words"] * math.log(judge["truth"])
        for name in MODELS:
            expect(judge["models"][name]["nats"] > truth - 14, name, "knows more than the law itself")
        ours, five = (held_out["models"][name]["perplexity"] for name in ("GPT-2", "5-gram"))
        print(f"# the law {held_out['truth']:.2f}, GPT-2 {ours:.2f}, 5-gram {five:.2f}, "
              f"bigram {held_out['models']['bigram']['perplexity']:.2f}")
        expect(ours < 1.3 * held_out["truth"] and ours < 0.75 * five, ours, held_out["truth"], five)


@test
def the_document_has_its_keys():
    with scratch() as folder:
        found = document("train", *TINY, "-o", "out", cwd=folder)
        expect(list(found) == ["schema", "version", "settings", "corpus", "sentences", "tokens", "cut_at_context", "parameters",
                               "unknown_words", "epochs",
                               "best_epoch", "judge", "held_out", "seconds", "tokens_per_second",
                               "interrupted"], list(found))
        expect(list(found["settings"]) == [
            "corpus", "grammar", "held_out", "held_out_share", "judge_share", "base", "separate", "layers",
            "width", "heads", "context", "vocabulary", "epochs", "patience", "batch", "warm_up", "dropout",
            "learning_rate", "decay", "average", "seed"], list(found["settings"]))
        expect(len(found["epochs"]) == 3 and set(found["epochs"][0]) == {"loss", "perplexity", "seconds"},
               found["epochs"])
        for text in (found["judge"], found["held_out"]):
            expect(list(text) == ["sentences", "words", "unknown", "tokens", "models", "truth"], list(text))
            expect(list(text["models"]) == MODELS, list(text["models"]))
            for name, model in text["models"].items():
                expect(abs(model["perplexity"] / math.exp(model["nats"] / text["words"]) - 1) < 1e-12, name)
        best = min(epoch["perplexity"] for epoch in found["epochs"])
        expect(found["epochs"][found["best_epoch"] - 1]["perplexity"] == best, found["best_epoch"])
        expect(found["judge"]["models"]["GPT-2"]["perplexity"] == best, best)
        expect(json.loads((Path(folder) / "out/train.json").read_text()) == found, "the file differs")
        expect(listing(Path(folder) / "out") == FILES, listing(folder))


@test
def the_folder_is_a_gpt2():
    with scratch() as folder:
        succeed("train", *TINY, "-o", "a/model", "-q", cwd=folder)
        out = Path(folder) / "a/model"
        config = json.loads((out / "config.json").read_text())
        words = json.loads((out / "vocab.json").read_text())
        shapes = {name: entry["shape"] for name, entry in header(out / "model.safetensors").items()
                  if name != "__metadata__"}
        expect(config["model_type"] == "gpt2" and config["vocab_size"] == len(words), config)
        expect((config["n_embd"], config["n_layer"], config["n_head"], config["n_positions"]) ==
               (32, 1, 4, 32), config)
        wte = [shape for name, shape in shapes.items() if name.endswith("wte.weight")]
        expect(wte == [[len(words), 32]], wte)
        text = "".join(xml.parse(out / "train.svg").getroot().itertext())
        for word in ("perplexity per word", "5-gram", "GPT-2", "the grammar", "epoch"):
            expect(word in text, "the picture lacks", word)


GAME = """\
name: trained
generations: 1
space:
  text: {grammar: {}, sentences: 100}
curators:
  owner:  {reward: {word_count: {min: 2, max: 4, slope: 2}}, pool: 4, temperature: 0.5}
generator: {gpt2: {model: model, epochs: 1, batch: 8, length: 32}}
loop: {reading: accumulate}
samples: {generate: 20, keep: {owner: 20}, selection: pools}
"""


@test
def a_game_is_played_with_it():
    with scratch() as folder:
        succeed("train", *TINY, "-o", "model", "-q", cwd=folder)
        write(folder, "game.yaml", GAME)
        succeed("run", "game.yaml", "-o", "played", "-q", cwd=folder)
        expect((Path(folder) / "played").is_dir(), listing(folder))


@test
def a_model_continues():
    with scratch() as folder:
        first = document("train", *TINY, "-o", "model", cwd=folder)
        again = document("train", "--grammar", 200, "--base", "model", "--epochs", 2, "--batch", 512,
                         "--learning-rate", "1e-9", "--average", 0, "-o", "further", cwd=folder)
        expect(again["settings"]["width"] == 32 and again["parameters"] == first["parameters"], again)
        one, other = (found["held_out"]["models"]["GPT-2"]["perplexity"] for found in (first, again))
        expect(abs(other / one - 1) < 1e-3, "a step of nothing changed the model", one, other)


@test
def the_same_bytes_again_and_for_any_threads():
    with scratch() as folder:
        for n in (1, 2, 3):
            succeed("train", *TINY, "--threads", n, "-o", f"out{n}", "-q", cwd=folder)
        succeed("train", *TINY, "--seed", 2, "-o", "other", "-q", cwd=folder)
        kept = {(Path(folder) / f"out{n}" / "model.safetensors").read_bytes() for n in (1, 2, 3)}
        expect(len(kept) == 1, "the weights depend on the number of threads")
        expect((Path(folder) / "other/model.safetensors").read_bytes() not in kept, "not on the seed")


@test
def words_of_files_are_counted():
    with scratch() as folder:
        write(folder, "plain.txt", PLAIN)
        write(folder, "other.txt", "The old zebra saw a cat. The red fox saw a bird.")
        found = document("train", "plain.txt", "--held-out", "other.txt", *TINY[2:], "-o", "out", cwd=folder)
        text = found["held_out"]
        # 6 words and a point a sentence, and its end; without zebra
        expect((text["sentences"], text["words"], text["unknown"]) == (2, 15, 1), text)
        expect(found["unknown_words"] == "left out" and text["truth"] is None, found)
        marked = "\n".join(f"the {a} <unk> saw a {b} ." for a in ("old", "red", "kind")
                           for b in ("cat", "dog", "fox", "bird", "mouse", "tree"))
        write(folder, "marked.txt", f" = Title = \n\n {marked} \n")
        write(folder, "other.txt", " = Title = \n\n the old zebra saw a cat . \n")
        found = document("train", "marked.txt", "--held-out", "other.txt", *TINY[2:], "-o", "marked",
                         cwd=folder)
        text = found["held_out"]
        expect(found["unknown_words"] == "written <unk>", found)
        expect((text["sentences"], text["words"], text["unknown"]) == (1, 8, 1), text)


@test
def the_report_has_its_tables():
    with scratch() as folder:
        lines = succeed("train", *TINY, "-o", "out", cwd=folder).splitlines()
        expect(all(len(line) <= 80 for line in lines), max(lines, key=len))
        expect(["epoch", "training", "loss", "perplexity", "time", "best"] in [line.split() for line in lines],
               lines)
        for word in MODELS + ["the grammar itself", "Held out", "Files"]:
            expect(any(line.startswith(word) for line in lines), word, lines)
        expect(sum("*" in line for line in lines) == 1, lines)


@test
def the_report_of_a_file_says_how_it_was_read():
    marked = "\n".join(f"the {a} <unk> saw a {b} ." for a in ("old", "red", "kind")
                       for b in ("cat", "dog", "fox", "bird", "mouse", "tree"))
    cases = {"plain.txt": (PLAIN, "left out of all models' scores"),
             "marked.txt": (f" = Title = \n\n {marked} \n", "written <unk> for all models")}
    with scratch() as folder:
        for name, (text, unknown) in cases.items():
            write(folder, name, text)
            said = plain(succeed("train", name, *TINY[2:], "-o", name + ".model", cwd=folder))
            expect(f"Unknown {unknown}" in said and "Corpus " in said and "sentences" in said, name, said)
            expect("the grammar itself" not in said and "were cut at the context" not in said, name, said)
        at = TINY.index("--context") + 1
        short = [*TINY[:at], "4", *TINY[at + 1:]]
        said = plain(succeed("train", *short, "--separate", "-o", "short", cwd=folder))
        expect("sentences were cut at the context, 4 tokens" in said, said)


@test
def wrong_input_is_refused():
    with scratch() as folder:
        write(folder, "short.txt", "One sentence. Another one.")
        write(folder, "empty.txt", "")
        write(folder, "plain.txt", PLAIN)
        for words in (["--grammar", "100"], ["-o", "out"], ["plain.txt", "--grammar", "9", "-o", "out"],
                      ["short.txt", "-o", "out"], ["empty.txt", "-o", "out"], ["absent.txt", "-o", "out"],
                      ["plain.txt", "--held-out", "empty.txt", "-o", "out"],
                      ["plain.txt", "--held-out", "absent.txt", "-o", "out"],
                      ["plain.txt", "--held-out", "0", "-o", "out"],
                      ["plain.txt", "--held-out", "0.99", "-o", "out"],
                      ["plain.txt", "--judge", "1", "-o", "out"],
                      ["plain.txt", "--dropout", "1", "-o", "out"],
                      ["plain.txt", "--dropout", "-1", "-o", "out"],
                      ["plain.txt", "--average", "1", "-o", "out"],
                      ["plain.txt", "--heads", "3", "-o", "out"],
                      ["plain.txt", "--vocabulary", "256", "-o", "out"],
                      ["plain.txt", "--context", "1", "-o", "out"],
                      ["plain.txt", "--learning-rate", "0", "-o", "out"],
                      ["plain.txt", "--base", ".", "-o", "out"],
                      ["plain.txt", "--base", ".", "--width", "8", "-o", "out"],
                      ["plain.txt", "--set", "generations=3", "-o", "out"],
                      ["plain.txt", "--epochs", "0", "-o", "out"]):
            done = call("train", *words, cwd=folder)
            expect(done.returncode == 2 and "error: " in done.stderr and done.stdout == "", words,
                   done.returncode, done.stderr)
            expect(not (Path(folder) / "out").exists(), words, "left a folder")


def interrupted(folder, *words, after):
    """Stopped so many seconds after it has begun."""
    done = subprocess.Popen([PROGRAM, "train", *map(str, words)], cwd=folder, stdin=subprocess.DEVNULL,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    time.sleep(after)
    done.send_signal(signal.SIGINT)
    out, errors = done.communicate(timeout=120)
    return done.returncode, out, errors


@test
def an_interrupt_keeps_the_best_model():
    with scratch() as folder:
        words = TINY[:TINY.index("--epochs")] + ["--epochs", 100000, "--patience", 0, "-o", "out"]
        status, out, errors = interrupted(folder, *words, after=5)
        expect(status == 130 and "GPT-2" in out, status, out, errors)
        found = json.loads((Path(folder) / "out/train.json").read_text())
        expect(found["interrupted"] and 1 <= found["best_epoch"] <= len(found["epochs"]) < 100000, found)
        again = document("train", "--grammar", 200, "--base", "out", "--epochs", 1, "--learning-rate",
                         "1e-9", "--average", 0, "-o", "further", cwd=folder)
        one, other = (x["held_out"]["models"]["GPT-2"]["perplexity"] for x in (found, again))
        expect(abs(other / one - 1) < 1e-3, "another model was kept", one, other)


@test
def an_early_interrupt_leaves_no_model():
    with scratch() as folder:
        status, out, errors = interrupted(folder, "--grammar", 20000, "--width", 256, "--layers", 8, "-o",
                                          "out", after=1)
        expect(status == 130 and out == "" and "interrupted" in errors, status, out, errors)
        expect(set(os.listdir(folder)) <= {"out.training"}, os.listdir(folder))


@test
def a_folder_that_holds_something_keeps_it():
    with scratch() as folder:
        (Path(folder) / "out").mkdir()
        succeed("train", *TINY, "-o", "out/", "-q", cwd=folder)  # an empty one is fine
        before = listing(Path(folder) / "out")
        done = call("train", *TINY, "-o", "out", cwd=folder)
        expect(done.returncode == 2 and "out is not empty" in done.stderr, done.returncode, done.stderr)
        expect(listing(Path(folder) / "out") == before and os.listdir(folder) == ["out"],
               os.listdir(folder))


@test
def a_file_in_the_way_is_an_error():
    with scratch() as folder:
        write(folder, "out", "a file")
        done = call("train", *TINY, "-o", "out", cwd=folder)
        expect(done.returncode == 1 and "out" in done.stderr, done.returncode, done.stderr)
        expect((Path(folder) / "out").read_text() == "a file", "it was changed")


if __name__ == "__main__":
    sys.exit(main())
