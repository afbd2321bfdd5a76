#!/usr/bin/env python3
"""Writes GPT-2 124M with random weights as a folder in Hugging Face's layout, so that a whole
generation of the paper's experiment can be timed at its size without the real weights.

Usage: gpt2_folder.py DIR [VOCABULARY_DIR]

The vocabulary has GPT-2's size: that of VOCABULARY_DIR (vocab.json and merges.txt, as
`aligngame train` writes them), and words that nothing merges to behind it.
"""
import json
import struct
import sys
from pathlib import Path

import numpy

WIDTH, LAYERS, CONTEXT, VOCABULARY = 768, 12, 1024, 50257
END = "<|endoftext|>"


def bytes_alphabet():
    """GPT-2's printable stand-ins for the 256 bytes."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    rest = [b for b in range(256) if b not in plain]
    letters = {b: chr(b) for b in plain}
    letters.update({b: chr(256 + i) for i, b in enumerate(rest)})
    return [letters[b] for b in range(256)]


def write_vocabulary(folder, given):
    tokens, merges = bytes_alphabet(), "#version: 0.2\n"
    if given:
        tokens = [t for t in json.loads((given / "vocab.json").read_text("utf-8")) if t != END]
        merges = (given / "merges.txt").read_text("utf-8")
    tokens += [f"unused{i}" for i in range(VOCABULARY - 1 - len(tokens))] + [END]
    vocabulary = {token: number for number, token in enumerate(tokens)}
    (folder / "vocab.json").write_text(json.dumps(vocabulary, ensure_ascii=False), "utf-8")
    (folder / "merges.txt").write_text(merges, "utf-8")


def shapes():
    yield "wte.weight", (VOCABULARY, WIDTH)
    yield "wpe.weight", (CONTEXT, WIDTH)
    for layer in range(LAYERS):
        for name, shape in (("ln_1.weight", (WIDTH,)), ("ln_1.bias", (WIDTH,)),
                            ("attn.c_attn.weight", (WIDTH, 3 * WIDTH)),
                            ("attn.c_attn.bias", (3 * WIDTH,)),
                            ("attn.c_proj.weight", (WIDTH, WIDTH)), ("attn.c_proj.bias", (WIDTH,)),
                            ("ln_2.weight", (WIDTH,)), ("ln_2.bias", (WIDTH,)),
                            ("mlp.c_fc.weight", (WIDTH, 4 * WIDTH)), ("mlp.c_fc.bias", (4 * WIDTH,)),
                            ("mlp.c_proj.weight", (4 * WIDTH, WIDTH)),
                            ("mlp.c_proj.bias", (WIDTH,))):
            yield f"h.{layer}.{name}", shape
    yield "ln_f.weight", (WIDTH,)
    yield "ln_f.bias", (WIDTH,)


def values(name, shape, generator):
    if len(shape) == 1:
        return numpy.full(shape, 1 if name.endswith("weight") else 0, "<f4")
    deviation = 0.02 / (2 * LAYERS) ** 0.5 if "c_proj" in name else 0.02
    return generator.standard_normal(shape, "f4") * numpy.float32(deviation)


def write_weights(folder):
    header, at = {}, 0
    for name, shape in shapes():
        size = 4 * int(numpy.prod(shape))
        header[name] = {"dtype": "F32", "shape": shape, "data_offsets": [at, at + size]}
        at += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    generator = numpy.random.default_rng(1)
    with open(folder / "model.safetensors", "wb") as stream:
        stream.write(struct.pack("<Q", len(text)) + text)
        for name, shape in shapes():
            stream.write(values(name, shape, generator).astype("<f4").tobytes())


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    write_vocabulary(folder, Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    (folder / "config.json").write_text(json.dumps({
        "model_type": "gpt2", "architectures": ["GPT2LMHeadModel"],
        "activation_function": "gelu_new", "vocab_size": VOCABULARY, "n_positions": CONTEXT,
        "n_embd": WIDTH, "n_layer": LAYERS, "n_head": 12, "layer_norm_epsilon": 1e-5}), "utf-8")
    write_weights(folder)


main()
