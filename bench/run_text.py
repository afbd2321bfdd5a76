#!/usr/bin/env python3
"""Runs the benchmark of GPT-2 (124 million weights) beside PyTorch, prints its tables and rewrites
their part of bench/RESULTS.md.

usage: run_text.py BUILD_DIR
"""
import os
import pathlib
import subprocess
import sys
import time

import run
from run import HERE, median, output_of, progress, table

BEGIN, END = "<!-- text: begin -->", "<!-- text: end -->"
ROUNDS = 2
PEER_PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's PyTorch
CASES = {"training, 4 x 64 tokens": (("train", 4, 64, 6), 900),
         "training, 8 x 16 tokens": (("train", 8, 16, 6), 500),
         "sampling, 64 side by side, 64 tokens": (("sample", 64, 64), 1500)}
PLAIN_CASES = (("train", 4, 64, 2), ("sample", 64, 16))
PROCESSORS = {"AVX-512, f32": "AVX512_CORE", "AVX2, f32": "AVX2"}



def ours(build, words, environment=()):
    """Waiting threads sleep, as in the program's own runs."""
    return output_of(["env", "OMP_WAIT_POLICY=passive", *environment,
                      build / "bench" / "bench_transformer", *words])


def has_torch():
    return subprocess.run([PEER_PYTHON, "-c", "import torch"], capture_output=True).returncode == 0


def measure(build, peer):
    """What was measured: ours [case] rows, theirs [case] rows."""
    mine, theirs = {}, {}
    for turn in range(ROUNDS):
        for case, (words, _) in CASES.items():
            mine.setdefault(case, []).append(ours(build, words))
            words_told = f"{mine[case][-1]['tokens_per_s']:.0f} tokens/s"
            if peer:
                theirs.setdefault(case, []).append(
                    output_of([PEER_PYTHON, HERE / "peers" / "gpt2_torch.py", *words]))
                words_told += f"; PyTorch {theirs[case][-1]['tokens_per_s']:.0f}"
            progress(f"round {turn + 1}: {case}: {words_told}")
    return mine, theirs


def measure_plain(build):
    """Ours where the processor had no matrix tiles: oneDNN is told so."""
    rows = []
    for name, word in PROCESSORS.items():
        speeds = [ours(build, words, [f"ONEDNN_MAX_CPU_ISA={word}"])["tokens_per_s"]
                  for words in PLAIN_CASES]
        rows.append([name, *(f"{speed:.0f}" for speed in speeds)])
        progress(f"{name}: " + ", ".join(rows[-1][1:]) + " tokens/s")
    return rows


# -- telling ------------------------------------------------------------------

def speed_row(case, mine, theirs):
    peer = f"{median(theirs[case], 'tokens_per_s'):.0f}" if case in theirs else "-"
    ratio = "-"
    if case in theirs:
        pairs = zip(mine[case], theirs[case])
        ratio = median([{"x": a["tokens_per_s"] / b["tokens_per_s"]} for a, b in pairs], "x")
        ratio = f"{ratio:.1f} x"
    best = max(mine[case], key=lambda row: row["tokens_per_s"])
    memory = max(row["peak_memory"] for row in mine[case]) / 1e9
    return [case, f"{median(mine[case], 'tokens_per_s'):.0f}", CASES[case][1], peer, ratio,
            f"{best['limit']:.0f}", f"{median(mine[case], 'share'):.0%}", f"{memory:.2f} GB"]


def report(mine, theirs, plain, peer):
    rows = [speed_row(case, mine, theirs) for case in CASES]
    parts = [*table(["what", "tokens/s", "aim", "PyTorch", "ratio", "limit", "share", "memory"],
                    rows), ""]
    if theirs:
        row = next(iter(theirs.values()))[0]
        parts += [f"PyTorch {row['torch']}, {row['threads']} threads; its memory: " +
                  ", ".join(f"{max(r['peak_memory'] for r in rows) / 1e9:.2f} GB"
                            for rows in theirs.values()) + "."]
    elif not peer:
        parts += ["PyTorch is not installed: no peer was measured."]
    return "\n".join(["### GPT-2, 124 million weights", "", *parts, "",
                      "### Without AMX, tokens/s", "",
                      *table(["products", "training, 4 x 64", "sampling, 64 x 16"], plain), ""])


def main(build):
    peer = has_torch()
    mine, theirs = measure(build, peer)
    measured = report(mine, theirs, measure_plain(build), peer)
    print(measured)
    run.write_results(measured, BEGIN, END)
    print("Written to bench/RESULTS.md.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    run.STARTED, run.LOAD = time.perf_counter(), os.getloadavg()[0]
    main(pathlib.Path(sys.argv[1]))
