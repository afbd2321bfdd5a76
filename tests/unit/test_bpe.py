#!/usr/bin/env python3
"""The tokenizer against others, on real text: GPT-2's encoder as its authors describe it,
with the module regex, and the package tokenizers, where they are installed."""
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile

PROGRAM = sys.argv[1]
TEXT = pathlib.Path(os.environ.get("ALIGNGAME_DATA", "../shared/data")) / "wikitext2_valid.txt"
SOURCE = pathlib.Path(os.environ.get("ALIGNGAME_SOURCE", "."))
checks = []


def check(name, good, why=""):
    checks.append(good)
    print(f"{'ok' if good else 'not ok'} {len(checks)} - {name}")
    if not good:
        print(f"# {why}")


def skip(name, why):
    checks.append(True)
    print(f"ok {len(checks)} - {name} # SKIP {why}")


def byte_letters():
    """byte -> the letter that stands for it."""
    seen = [*range(ord("!"), ord("~") + 1), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    hidden = [b for b in range(256) if b not in seen]
    return {**{b: chr(b) for b in seen}, **{b: chr(256 + i) for i, b in enumerate(hidden)}}


class Plain:
    def __init__(self, folder, regex):
        self.ids = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
        merges = (folder / "merges.txt").read_text(encoding="utf-8").split("\n")[1:-1]
        self.ranks = {tuple(line.split()): rank for rank, line in enumerate(merges)}
        self.words = regex.compile(
            r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")
        self.letters = byte_letters()
        self.known = {}

    def word(self, word):
        if word not in self.known:
            parts = [self.letters[b] for b in word.encode()]
            while len(parts) > 1:
                best = min(zip(parts, parts[1:]), key=lambda pair: self.ranks.get(pair, 1e9))
                if best not in self.ranks:
                    break
                merged, at = [], 0
                while at < len(parts):
                    here = tuple(parts[at:at + 2]) == best
                    merged.append("".join(best) if here else parts[at])
                    at += 1 + here
                parts = merged
            self.known[word] = [self.ids[part] for part in parts]
        return self.known[word]

    def encode(self, text):
        return [token for word in self.words.findall(text) for token in self.word(word)]


def corpus():
    """Real text where it is there, and characters of many kinds in any order."""
    source = TEXT if TEXT.exists() else SOURCE / "README.md"
    text = source.read_text(encoding="utf-8")[:300000]
    dice = random.Random(1)
    pieces = [" ", "  ", "\n", "\t", "\r\n", "\u00a0", "\u3000", "'s", "'T", "'ll", "a", "Word", "é", "e\u0301",
              "Ж", "日本", "ا", "१२", "½", "Ⅻ", "7", "12.5", "\u180e", "\u200b", "\u0085", "\x1c", "\x00", "😀", "👩‍🚀",
              "-", "@-@", "…", "€", "_", "\u2028"]
    return text + "".join(dice.choice(pieces) for _ in range(40000))


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    path, text = folder / "text", corpus()
    path.write_bytes(text.encode())
    subprocess.run([PROGRAM, "--train", path, "3000", folder], check=True)
    found = [int(line) for line in
             subprocess.run([PROGRAM, "--encode", folder, path], check=True, capture_output=True).stdout.split()]
    try:
        import regex
    except ImportError:
        skip("GPT-2's encoder with the module regex", "the module is not installed")
    else:
        expected = Plain(folder, regex).encode(text)
        check("GPT-2's encoder with the module regex", found == expected,
              next((at for at, pair in enumerate(zip(found, expected)) if pair[0] != pair[1]), "length"))
        print(f"# {len(found)} tokens")
    try:
        from tokenizers import ByteLevelBPETokenizer
    except ImportError:
        skip("the package tokenizers", "the package is not installed")
    else:
        other = ByteLevelBPETokenizer(str(folder / "vocab.json"), str(folder / "merges.txt"))
        check("the package tokenizers", other.encode(text).ids == found)

print(f"1..{len(checks)}")
sys.exit(not all(checks))
