#!/usr/bin/python3
"""Texts and models as people have them: files, encodings, separators, formats, folders.
Prints TAP.

Usage: test_text_files.py PROGRAM
"""
import gzip
import json
import shutil
import struct
import sys
from pathlib import Path

from outside import call, document, expect, main, plain, scratch, succeed, test, write

GAME = """\
name: texts
generations: 1
space: {text: {%s}}
curators: {owner: {reward: {word_count: {min: 2, max: 20}}, pool: 2}}
generator: {%s}
samples: {generate: 40, keep: {owner: 20}}
"""
NGRAM = "ngram: {order: 2}"
SMALL = ("gpt2: {layers: 1, width: 32, heads: 2, vocabulary: 300, start_epochs: %d, epochs: 1, "
         "context: %d}")
PROSE = "".join(f"The cat sees dog number {n}.\n" for n in range(1, 41))


def game(folder, space, generator=NGRAM):
    return write(folder, "game.yaml", GAME % (space, generator))


def corpus(summary):
    """The line about the corpus, joined."""
    text = plain(summary)
    return text[text.index("Corpus ") + 7:text.index(" Curators")]


def read(folder, space):
    game(folder, space)
    return corpus(succeed("run", "game.yaml", "--no-save", cwd=folder))


def refused(folder, space, generator=NGRAM):
    game(folder, space, generator)
    done = call("run", "game.yaml", "--no-save", cwd=folder)
    expect(done.returncode == 2, space, done.returncode, done.stdout, done.stderr)
    return plain(done.stderr)


# ---- what stands in a corpus ----


@test
def a_separator_in_a_corpus_is_a_break():
    with scratch() as folder:
        write(folder, "a.txt", PROSE.replace("\n", "\n<|endoftext|>\n"))
        game(folder, "file: a.txt", SMALL % (6, 64))
        got = document("run", "game.yaml", "--no-save", "-s", "measure=generated", cwd=folder)
        # of 40 texts none but a few are empty, and none is the separator
        expect(abs(got["metrics"]["word_count"][0] - 6) < 1e-9, got["metrics"]["word_count"])
        expect(got["metrics"]["word_count"][1] > 3, got["metrics"]["word_count"])
        expect("endoftext" not in json.dumps(got["texts"]), got["texts"])
        expect(read(folder, "file: a.txt") == "plain text, 40 sentences: 40 separators", "told")


@test
def a_text_that_spells_the_end_is_a_text():
    with scratch() as folder:
        lines = "".join(f"say <|endoftext|> now {n}\n" for n in range(40))
        write(folder, "a.txt", lines)
        game(folder, "file: a.txt, format: lines", SMALL % (40, 64))
        got = document("run", "game.yaml", "--no-save", "-s", "measure=generated", cwd=folder)
        shown = got["texts"]["shown"]
        expect(all("<|endoftext|>" in text for text in shown["0"]), shown)
        # a model that took it for its end would write "say" alone
        expect(any("<|endoftext|> now" in text for text in shown["1"]), shown)


@test
def a_format_needs_evidence():
    with scratch() as folder:
        write(folder, "wrapped.txt", "It was the best of\ntimes. It was the worst\nof times.\n\n"
              "= = = = =\n\nNext part goes on\nand on.\n")
        told = read(folder, "file: wrapped.txt")
        expect(told == "plain text, 3 sentences: 1 separator", told)
        write(folder, "one.txt", "It was the best of\ntimes. It was the worst\nof times.\n\n"
              "= Two =\n\nNext part goes on\nand on.\n")
        told = read(folder, "file: one.txt")
        expect("WikiText's marks in 1 of 6 lines are too few: `format` decides" in told, told)
        expect(read(folder, "file: one.txt, format: wikitext").startswith("WikiText, "), "key")
        write(folder, "wiki.txt", " = One = \n\n The cat , too , is half @-@ blind . \n" * 3)
        told = read(folder, "file: wiki.txt")
        expect(told.startswith("WikiText (6 of 6 lines show it), 3 sentences"), told)


@test
def encodings_are_read_or_named():
    accents = "Le caf\u00e9 est l\u00e0. O\u00f9 vas-tu? L'\u00e9t\u00e9 est fini.\n" * 8
    with scratch() as folder:
        plain_ones = {"a.txt": PROSE.encode(), "a.txt.gz": gzip.compress(PROSE.encode()),
                      "u.txt": PROSE.encode("utf-16"), "le.txt": PROSE.encode("utf-16-le"),
                      "be.txt": b"\xfe\xff" + PROSE.encode("utf-16-be"),
                      "bom.txt": b"\xef\xbb\xbf" + PROSE.encode()}
        seen = set()
        for name, data in plain_ones.items():
            write(folder, name, data)
            game(folder, f"file: {name}")
            got = document("run", "game.yaml", "--no-save", cwd=folder)
            seen.add(json.dumps([got["metrics"], got["texts"]]))
        expect(len(seen) == 1, "one text in many encodings")
        expect("UTF-16LE" in read(folder, "file: u.txt"), "told")
        write(folder, "l1.txt", accents.encode("latin-1"))
        expect("are not UTF-8, the first of them 0xE9: name the `encoding`"
               in refused(folder, "file: l1.txt"), "named")
        write(folder, "u8.txt", accents)
        first = document("run", game(folder, "file: u8.txt"), "--no-save", cwd=folder)
        again = document("run", game(folder, "file: l1.txt, encoding: latin1"), "--no-save",
                         cwd=folder)
        expect(first["texts"] == again["texts"], "latin-1")
        header = b"{}"
        binary = {"m.safetensors": struct.pack("<Q", 2) + header + b"\0\0\0\0",
                  "m.gguf": b"GGUF" + bytes(range(256)),
                  "noise.txt": bytes(i * 7919 % 256 for i in range(4000)),
                  "x.xlsx": b"PK\3\4" + b"xl/workbook.xml" + bytes(range(200))}
        names = {"m.safetensors": "safetensors", "m.gguf": "GGUF", "noise.txt": "not UTF-8",
                 "x.xlsx": "Excel"}
        for name, data in binary.items():
            write(folder, name, data)
            expect(names[name] in refused(folder, f"file: {name}"), name)


@test
def tables_have_texts_in_a_column():
    with scratch() as folder:
        texts = [f'The cat sees "{n}",\n<|endoftext|> now. It is {n}.' for n in range(30)]
        lines = [json.dumps({"id": n, "text": text, "meta": {"tags": [1]}, "none": None})
                 for n, text in enumerate(texts)]
        prompts = [json.dumps({"id": n, "prompt": text}) for n, text in enumerate(texts)]
        table = "".join('{},"{}",0.5\n'.format(n, text.replace('"', '""'))
                        for n, text in enumerate(texts))
        files = {"a.jsonl": ("\n".join(lines) + '\n{"id": 30, "text": null}\n', ""),
                 "b.jsonl": ("\n".join(prompts), ", column: prompt"),
                 "c.csv": ("id,prompt,score\n" + table, ", column: prompt"),
                 "d.tsv": ("id\tprompt\n" + "".join(
                     '{}\t"{}"\n'.format(n, text.replace('"', '""'))
                     for n, text in enumerate(texts)), ", column: prompt")}
        seen = set()
        for name, (text, key) in files.items():
            write(folder, name, text)
            write(folder, name + ".gz", gzip.compress(text.encode()))
            for path in (name, name + ".gz"):
                game(folder, f"file: {path}{key}")
                got = document("run", "game.yaml", "--no-save", cwd=folder)
                seen.add(json.dumps([got["metrics"], got["texts"]]))
        expect(len(seen) == 1, len(seen), "plays of one list of texts")
        expect("<|endoftext|> now. It is" in seen.pop(), "a text is a text, whatever it spells")
        told = read(folder, "file: a.jsonl")
        expect(told == "`text` of 31 rows (1 of them empty), 30 sentences", told)
        told = read(folder, "file: c.csv, column: prompt, format: plain")
        expect(told.startswith("`prompt` of 30 rows, plain text, 90 sentences"), told)
        expect("name the key of their texts as `column`; found: id, prompt"
               in refused(folder, "file: b.jsonl"), "keys")
        expect("name its column of texts as `column`" in refused(folder, "file: c.csv"), "CSV")
        expect("did you mean `prompt`" in refused(folder, "file: c.csv, column: promt"), "names")
        got = document("train", "c.csv", "--column", "prompt", "--layers", 1, "--width", 16,
                       "--heads", 2, "--vocabulary", 300, "--epochs", 1, "-o", "m", cwd=folder)
        expect(got["corpus"] == "`prompt` of 30 rows, 30 sentences", got["corpus"])


# ---- what is told of a run ----


@test
def cuts_are_told():
    with scratch() as folder:
        letters = "a b c d e f g h i j k l m n o p q r s t u v w x y z the end of number "
        write(folder, "long.txt", "".join(f"{letters}{n}\n" for n in range(40)))
        game(folder, "file: long.txt, format: lines", SMALL % (3, 16))
        got = document("run", "game.yaml", "-o", "out", cwd=folder)["facts"]["texts"]
        # D_1 and what was kept of it; every text is longer than 16 tokens
        expect(got["learnt"] == 40 + 20 and got["cut_at_context"] == 60, got)
        expect(got["written"] == 40 and 0 <= got["cut_at_length"] <= 40, got)
        told = plain(succeed("run", "--resume", "-o", "out", cwd=folder))
        expect("Cut 60 of 60 texts that were learnt were cut at the model's context" in told, told)
        succeed("report", "out", "-o", "page.html", cwd=folder)
        page = (Path(folder) / "page.html").read_text(encoding="utf-8")
        expect("60 of 60 texts that were learnt were cut" in page, "the page")
        # with room for all of them none is cut
        write(folder, "short.txt", PROSE)
        game(folder, "file: short.txt", SMALL % (6, 64))
        got = document("run", "game.yaml", "--no-save", cwd=folder)["facts"]["texts"]
        expect(got["cut_at_context"] == 0, got)
        # a game whose texts may have 4 tokens cuts at `length`, and the context cuts none
        done = document("run", "game.yaml", "--no-save", "-s", "generator.gpt2.length=4",
                        cwd=folder)["facts"]["texts"]
        expect(done["cut_at_context"] == 0 and done["cut_at_length"] == done["written"], done)


@test
def training_tells_cuts_too():
    with scratch() as folder:
        write(folder, "a.txt", PROSE * 2)
        words = ("train", "a.txt", "--separate", "--context", 4, "--layers", 1, "--width", 16,
                 "--heads", 2, "--vocabulary", 300, "--epochs", 1, "-o", "m")
        got = document(*words, cwd=folder)
        expect(got["cut_at_context"] == got["sentences"] > 0, got["cut_at_context"])


# ---- perplexity ----


def perplexity(folder, generator, space):
    game(folder, space, generator)
    got = document("run", "game.yaml", "--no-save", cwd=folder)
    return got["metrics"]["perplexity"][0], got["facts"]["held_out"]


@test
def unknown_words_are_left_out_and_counted():
    with scratch() as folder:
        write(folder, "a.txt", "cats run!\ncats sleep\n")
        value, words = perplexity(folder, "ngram: {order: 1}",
                                  "file: a.txt, format: lines, held_out: 1")
        # either sentence may be held out: p = 1/3 each, or 1/4
        known = {2: 3, 3: 4}
        expect(words["words"] == 2 and words["unknown"] in (1, 2), words)
        expect(abs(value - known[words["unknown"] == 1 and 3 or 2]) < 1e-9, value, words)
        told = plain(succeed("run", "game.yaml", "-v", "--no-save", cwd=folder))
        expect("Unknown perplexity is about 2 held-out words, marks and ends" in told, told)


@test
def all_models_are_asked_about_the_same_words():
    with scratch() as folder:
        write(folder, "a.txt", "".join(f"the {a} {b} saw {c}?!\n" for a, b, c in zip(
            "red old big sad new low hot odd".split() * 5, "dog cat ram cow".split() * 10,
            (f"x{n}" for n in range(40)))))
        space = "file: a.txt, format: lines, held_out: 10, seed: 3"
        told = [perplexity(folder, generator, space) for generator in
                ("ngram: {order: 1}", "ngram: {order: 3}", SMALL % (2, 64), SMALL % (2, 8))]
        expect(len({json.dumps(words) for _, words in told}) == 1, told)
        # each held-out text ends with a word that no other has
        words = told[0][1]
        expect(words["unknown"] == 10 and words["words"] == 10 * (4 + 2 + 1), words)
        expect(all(1 < value < 1e6 for value, _ in told), told)


@test
def where_the_corpus_has_unk_unknown_words_are_it():
    with scratch() as folder:
        write(folder, "a.txt", "".join(f"the <unk> {w} saw x{n}\n" for n, w in enumerate(
            "dog cat ram cow".split() * 10)))
        value, words = perplexity(folder, "ngram: {order: 2}",
                                  "file: a.txt, format: lines, held_out: 10")
        expect(words == {"words": 60, "unknown": 10, "as_unk": True}, words)
        expect(1 < value < 1e3, value)


# ---- models ----


def load(path):
    data = path.read_bytes()
    size, = struct.unpack("<Q", data[:8])
    header = json.loads(data[8:8 + size])
    header.pop("__metadata__", None)
    return {name: (entry["shape"], data[8 + size:][slice(*entry["data_offsets"])])
            for name, entry in header.items()}


def store(path, tensors):
    header, at, body = {}, 0, b""
    for name, (shape, data) in tensors.items():
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + len(data)]}
        at += len(data)
        body += data
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + body)


def renamed(tensors, prefix):
    return {prefix + name.removeprefix("transformer."): value for name, value in tensors.items()}


def padded(tensors, rows, name="transformer.wte.weight"):
    (have, width), data = tensors[name]
    # a row that would win every draw, if it were one
    noise = struct.pack(f"<{(rows - have) * width}f", *[3.0] * ((rows - have) * width))
    return {**tensors, name: ([rows, width], data + noise)}


def change(path, **values):
    text = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**text, **values}), encoding="utf-8")


def tokenizer(folder, **changes):
    """A tokenizer.json of vocab.json and merges.txt, which go."""
    words = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    merges = (folder / "merges.txt").read_text(encoding="utf-8").splitlines()[1:]
    end = words["<|endoftext|>"]
    made = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": end, "content": "<|endoftext|>", "special": True}],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True},
        "model": {"type": "BPE", "dropout": None, "vocab": words, "merges": merges}}
    made.update(changes)
    (folder / "tokenizer.json").write_text(json.dumps(made), encoding="utf-8")
    (folder / "vocab.json").unlink()
    (folder / "merges.txt").unlink()
    return made


BASE = {}


def base(folder):
    """A small model in folder/m, and what a game makes of it."""
    if not BASE:
        with scratch() as room:
            succeed("train", "--grammar", 300, "--layers", 1, "--width", 16, "--heads", 2,
                    "--context", 24, "--vocabulary", 290, "--epochs", 1, "-o", "m", cwd=room)
            BASE.update({path.name: path.read_bytes() for path in (Path(room) / "m").iterdir()})
    model = Path(folder) / "m"
    model.mkdir()
    for name, data in BASE.items():
        if not name.startswith("train"):
            (model / name).write_bytes(data)
    return model


PLAY = ("text: {grammar: {}, sentences: 40, held_out: 10}")


def play(folder, *words):
    write(folder, "game.yaml", GAME.replace("text: {%s}", PLAY) % "gpt2: {model: m, epochs: 1}")
    got = document("run", "game.yaml", "--no-save", *words, cwd=folder)
    return json.dumps([got["metrics"], got["texts"]])


def variant(change_folder):
    with scratch() as folder:
        change_folder(base(folder))
        return play(folder)


def unchanged(folder):
    return folder


def sharded(folder):
    tensors = load(folder / "model.safetensors")
    (folder / "model.safetensors").unlink()
    names, files = list(tensors), {}
    for part in range(3):
        name = f"model-{part + 1:05}-of-00003.safetensors"
        mine = names[part::3]
        store(folder / name, {tensor: tensors[tensor] for tensor in mine})
        files.update({tensor: name for tensor in mine})
    (folder / "model.safetensors.index.json").write_text(
        json.dumps({"metadata": {"total_size": 1}, "weight_map": files}), encoding="utf-8")


@test
def folders_of_one_model_play_one_game():
    plays = {"as written": variant(unchanged), "shards": variant(sharded)}
    for prefix in ("", "module.", "_orig_mod.", "_orig_mod.module.", "module.transformer.",
                   "_orig_mod.transformer.", "module._orig_mod.transformer."):
        plays[prefix or "no prefix"] = variant(lambda folder, prefix=prefix: store(
            folder / "model.safetensors", renamed(load(folder / "model.safetensors"), prefix)))
    for rows, told in ((304, 304), (320, 290), (512, 512)):
        def pad(folder, rows=rows, told=told):
            store(folder / "model.safetensors", padded(load(folder / "model.safetensors"), rows))
            change(folder / "config.json", vocab_size=told)
        plays[f"{rows} rows"] = variant(pad)

    def headed(folder):
        tensors = padded(load(folder / "model.safetensors"), 304)
        tensors["lm_head.weight"] = tensors["transformer.wte.weight"]
        store(folder / "model.safetensors", tensors)
    plays["a padded head"] = variant(headed)
    plays["tokenizer.json"] = variant(tokenizer)

    def pairs(folder):
        made = tokenizer(folder)
        made["model"]["merges"] = [merge.split() for merge in made["model"]["merges"]]
        (folder / "tokenizer.json").write_text(json.dumps(made), encoding="utf-8")
    plays["merges as pairs"] = variant(pairs)

    def names_of_openai(folder):
        (folder / "vocab.json").rename(folder / "encoder.json")
        (folder / "merges.txt").rename(folder / "vocab.bpe")
    plays["encoder.json"] = variant(names_of_openai)

    def beyond(folder):  # a token that the model has no row for
        (folder / "added_tokens.json").write_text('{"<pad>": 290}', encoding="utf-8")
    plays["an added token without a row"] = variant(beyond)
    odd = [name for name, value in plays.items() if value != plays["as written"]]
    expect(not odd, odd)


@test
def added_tokens_have_rows():
    with scratch() as folder:
        model = base(folder)
        store(model / "model.safetensors", padded(load(model / "model.safetensors"), 292))
        (model / "added_tokens.json").write_text('{"<pad>": 290, "a word": 291}', encoding="utf-8")
        play(folder)
        told = plain(succeed("run", "game.yaml", "-v", "-o", "out", "--keep-model", cwd=folder))
        expect("292 tokens; a text ends with <|endoftext|>, token 289" in told, told)
        # the end is not the last token any more: what is written says so, and is read again
        kept, = Path(folder).glob("out/**/config.json")
        config = json.loads(kept.read_text(encoding="utf-8"))
        words = json.loads((kept.parent / "vocab.json").read_text(encoding="utf-8"))
        end = words["<|endoftext|>"]
        expect(end == 289 and config["vocab_size"] == 292, end, config)
        expect(config["bos_token_id"] == config["eos_token_id"] == end, config)
        shutil.rmtree(model)
        shutil.copytree(kept.parent, model)
        told = plain(succeed("run", "game.yaml", "-v", "--no-save", cwd=folder))
        expect("292 tokens; a text ends with <|endoftext|>, token 289 " in told, told)


def end_first(folder):
    """The end becomes token 0; the other tokens move up."""
    words = json.loads((folder / "vocab.json").read_text(encoding="utf-8"))
    end = words.pop("<|endoftext|>")
    moved = {"<|endoftext|>": 0, **{word: id_ + 1 for word, id_ in words.items()}}
    (folder / "vocab.json").write_text(json.dumps(moved), encoding="utf-8")
    tensors = load(folder / "model.safetensors")
    (rows, width), data = tensors["transformer.wte.weight"]
    row = 4 * width
    data = data[end * row:(end + 1) * row] + data[:end * row]
    store(folder / "model.safetensors", {**tensors, "transformer.wte.weight": ([rows, width], data)})
    return folder


@test
def the_end_is_where_the_vocabulary_has_it():
    for told in (0, 289, 50256):  # right, a part of words, no token
        with scratch() as folder:
            change(end_first(base(folder)) / "config.json", eos_token_id=told, bos_token_id=told)
            play(folder)
            said = plain(succeed("run", "game.yaml", "-v", "-o", "out", "--keep-model", cwd=folder))
            expect("ends with <|endoftext|>, token 0" in said, said)
            expect(("config.json has" in said) == (told != 0), told, said)
            kept, = Path(folder).glob("out/**/config.json")
            config = json.loads(kept.read_text(encoding="utf-8"))
            expect(config["bos_token_id"] == config["eos_token_id"] == 0, config)
            succeed("train", "--grammar", 100, "--base", "m", "--epochs", 1, "-o", "further",
                    cwd=folder)
            config = json.loads((Path(folder) / "further/config.json").read_text("utf-8"))
            expect(config["bos_token_id"] == config["eos_token_id"] == 0, config)


@test
def what_cannot_be_read_is_named():
    def broken(change_folder):
        with scratch() as folder:
            change_folder(base(folder))
            write(folder, "game.yaml",
                  GAME.replace("text: {%s}", PLAY) % "gpt2: {model: m, epochs: 1}")
            done = call("run", "game.yaml", "--no-save", cwd=folder)
            expect(done.returncode == 2, done.returncode, done.stderr)
            return plain(done.stderr)

    def without_weights(folder):
        (folder / "model.safetensors").rename(folder / "pytorch_model.bin")
    expect("pytorch_model.bin is: save the model with safe_serialization=True"
           in broken(without_weights), "pickled")

    def elsewhere(folder):
        sharded(folder)
        path = folder / "model.safetensors.index.json"
        index = json.loads(path.read_text(encoding="utf-8"))
        index["weight_map"]["transformer.wte.weight"] = "../m.safetensors"
        path.write_text(json.dumps(index), encoding="utf-8")
    expect("no file of the same folder" in broken(elsewhere), "paths")

    def lost(folder):
        sharded(folder)
        (folder / "model-00002-of-00003.safetensors").unlink()
    expect("model-00002-of-00003.safetensors" in broken(lost), "a shard is missing")
    for what, value in (("normalizer", {"type": "NFC"}), ("pre_tokenizer", {"type": "Metaspace"}),
                        ("pre_tokenizer", {"type": "ByteLevel", "add_prefix_space": True})):
        found = broken(lambda folder, what=what, value=value: tokenizer(folder, **{what: value}))
        expect("no other tokenizer than GPT-2's is supported" in found, what, found)

    def too_few(folder):
        store(folder / "model.safetensors", padded(load(folder / "model.safetensors"), 700))
        change(folder / "config.json", vocab_size=700)
    expect("the model has 700 tokens (rows of wte.weight), its vocabulary 290" in broken(too_few),
           "a vocabulary of another model")
    expect("merges.txt" in broken(lambda folder: (folder / "merges.txt").unlink()), "no merges")


sys.exit(main())
