#!/usr/bin/python3
"""GPT-2 (124 million random weights) in PyTorch, as a peer for bench/transformer.c.

usage: gpt2_torch.py train SEQUENCES LENGTH STEPS
       gpt2_torch.py sample BATCH LENGTH

The same steps: forward, backward, clipping to norm 1, AdamW on f32 weights; and sampling with
temperature 0.8, top-k 50, top-p 0.95 and a cache of keys and values. Matrix products in bf16:
while training by autocast, for sampling weights and activations are bf16. Prints one line of JSON.
"""
import ctypes
import json
import math
import os
import resource
import statistics
import sys
import time

import torch
from torch.nn import functional as F

VOCABULARY, CONTEXT, WIDTH, LAYERS, HEADS = 50257, 1024, 768, 12, 12
TEMPERATURE, TOP_K, TOP_P = 0.8, 50, 0.95


def parameter(*shape, deviation=0.02):
    return torch.nn.Parameter(torch.randn(*shape) * deviation)


class Layer(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.norm_1, self.norm_2 = torch.nn.LayerNorm(WIDTH), torch.nn.LayerNorm(WIDTH)
        self.qkv = torch.nn.Linear(WIDTH, 3 * WIDTH)
        self.out = torch.nn.Linear(WIDTH, WIDTH)
        self.feed = torch.nn.Linear(WIDTH, 4 * WIDTH)
        self.feed_out = torch.nn.Linear(4 * WIDTH, WIDTH)

    def attend(self, x, mask, cache, at):
        batch, length, _ = x.shape
        q, k, v = (part.view(batch, length, HEADS, -1).transpose(1, 2)
                   for part in self.qkv(x).split(WIDTH, dim=2))
        if cache is not None:
            cache[0][:, :, at:at + length], cache[1][:, :, at:at + length] = k, v
            k, v = cache[0][:, :, :at + length], cache[1][:, :, :at + length]
        scores = q @ k.transpose(2, 3) / math.sqrt(WIDTH // HEADS)
        shares = torch.softmax(scores if mask is None else scores + mask, dim=3)
        return self.out((shares.to(v.dtype) @ v).transpose(1, 2).reshape(batch, length, WIDTH))

    def forward(self, x, mask, cache=None, at=0):
        x = x + self.attend(self.norm_1(x), mask, cache, at)
        hidden = F.gelu(self.feed(self.norm_2(x)), approximate="tanh")
        return x + self.feed_out(hidden)


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.word, self.place = parameter(VOCABULARY, WIDTH), parameter(CONTEXT, WIDTH)
        self.layers = torch.nn.ModuleList(Layer() for _ in range(LAYERS))
        self.norm = torch.nn.LayerNorm(WIDTH)

    def forward(self, token, mask, cache=None, at=0):
        x = F.embedding(token, self.word) + self.place[at:at + token.shape[1]]
        for number, layer in enumerate(self.layers):
            x = layer(x, mask, None if cache is None else cache[number], at)
        return F.linear(self.norm(x), self.word)


def train(model, sequences, length, steps):
    text = torch.randint(VOCABULARY, (sequences, length + 1))
    mask = torch.full((length, length), -math.inf).triu(1)
    optimizer = torch.optim.AdamW(model.parameters(), lr=5e-5, weight_decay=0.01, foreach=True)
    times = []
    for _ in range(steps + 2):
        start = time.perf_counter()
        with torch.autocast("cpu", dtype=torch.bfloat16):
            logits = model(text[:, :-1], mask)
        loss = F.cross_entropy(logits.float().view(-1, VOCABULARY), text[:, 1:].reshape(-1))
        optimizer.zero_grad(set_to_none=False)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimizer.step()
        times.append(time.perf_counter() - start)
    return sequences * length / statistics.median(times[2:])


def draw(logits):
    weights, order = torch.topk(logits.float() / TEMPERATURE, TOP_K)
    shares = torch.softmax(weights, dim=1)
    shares[shares.cumsum(1) - shares >= TOP_P] = 0
    return order.gather(1, torch.multinomial(shares, 1))


def sample_once(model, batch, length):
    token = torch.full((batch, 1), VOCABULARY - 1)
    shape = (batch, HEADS, length, WIDTH // HEADS)
    cache = [(torch.empty(shape, dtype=torch.bfloat16), torch.empty(shape, dtype=torch.bfloat16))
             for _ in range(LAYERS)]
    start = time.perf_counter()
    for at in range(length - 1):
        token = draw(model(token, None, cache, at)[:, 0])
    return batch * (length - 1) / (time.perf_counter() - start)


def sample(model, batch, length):
    model = model.to(torch.bfloat16)
    with torch.inference_mode():
        return max(sample_once(model, batch, length) for _ in range(2))


def keep_memory():
    """glibc would return each step's memory to the system, which clears it page by page."""
    trim_threshold, mmap_max = -1, -4
    libc = ctypes.CDLL(None)
    libc.mallopt(mmap_max, 0)
    libc.mallopt(trim_threshold, 2**31 - 1)


def main(words):
    keep_memory()
    torch.manual_seed(1)
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", os.cpu_count())))
    if len(words) == 4 and words[0] == "train":
        speed = train(Model(), *map(int, words[1:]))
    elif len(words) == 3 and words[0] == "sample":
        speed = sample(Model(), *map(int, words[1:]))
    else:
        sys.exit(__doc__)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads(),
                      "tokens_per_s": speed, "peak_memory": peak}))


if __name__ == "__main__":
    main(sys.argv[1:])
