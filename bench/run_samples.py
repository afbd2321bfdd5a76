#!/usr/bin/env python3
"""Runs the benchmarks of the sampled engine beside its peers, prints their tables and rewrites
their part of bench/RESULTS.md.

usage: run_samples.py BUILD_DIR
"""
import os
import pathlib
import sys
import tempfile
import time

import run
from run import HERE, count, median, output_of, progress, table

BEGIN, END = "<!-- samples: begin -->", "<!-- samples: end -->"
ROUNDS = 3
SEEDS, PEER_SEEDS = 300, {"scikit-learn": 3, "NumPy": 20}
AIMS = {"scikit-learn": 200, "NumPy": 30}
SCRIPTS = {"scikit-learn": "synthetic_sklearn.py", "NumPy": "synthetic_numpy.py"}
LARGE, LARGE_GENERATIONS, LARGE_AIM = 10**6, 100, 60
MIXTURES = ((10**5, 10, 50, 1), (10**5, 10, 50, 2))  # points, components, iterations, threads
MIXTURE_AIM = 100


def measure_seeds(build):
    """Rounds of one row a program, on one core, in turn."""
    rounds = []
    for turn in range(ROUNDS):
        rows = {"aligngame": output_of([build / "bench" / "bench_synthetic", SEEDS], 1)}
        for name, script in SCRIPTS.items():
            rows[name] = output_of([PYTHON, HERE / "peers" / script, PEER_SEEDS[name]], 1)
            rows[name]["ms"] = 1e3 * rows[name]["seconds"]
        rounds.append(rows)
        progress(f"round {turn + 1}: " + ", ".join(f"{name} {row['ms']:.2f} ms"
                                                   for name, row in rows.items()))
    return rounds


def measure_large(build):
    rows = []
    for generator in ("gmm", "ideal"):
        for threads in (1, 2):
            # waiting threads sleep, as in the program's own runs
            rows.append(output_of(["env", "OMP_WAIT_POLICY=passive",
                                   build / "bench" / "bench_synthetic", "large", generator, LARGE,
                                   LARGE_GENERATIONS, threads], threads))
            progress(f"{count(LARGE)} samples, {generator}, {threads} threads: "
                     f"{rows[-1]['seconds']:.1f} s")
    return rows


def measure_mixtures(build):
    """(ours, peer, threads): EM from one start; and fits of a hundred points with samples."""
    rows, program, script = [], build / "bench" / "bench_mixture", HERE / "peers" / "gmm_sklearn.py"
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder) / "points"
        for points, components, iterations, threads in MIXTURES:
            ours = min((output_of([program, points, components, iterations, path], threads)
                        for _ in range(ROUNDS)), key=lambda row: row["seconds"])
            peer = output_of([PYTHON, script, path, components, iterations], threads)
            rows.append((ours, peer, threads))
            progress(f"EM, {points} points, {components} components, {threads} threads: "
                     f"{1e3 * ours['seconds']:.1f} ms; scikit-learn {1e3 * peer['seconds']:.0f} ms")
        small = (output_of([program, "game", path], 1), output_of([PYTHON, script, path, "game"], 1))
    return rows, small


# -- telling ------------------------------------------------------------------

def ratio(rounds, name):
    return median([{"x": rows[name]["ms"] / rows["aligngame"]["ms"]} for rows in rounds], "x")


def pair(values):
    return " / ".join(f"{value:.2f}" for value in values)


def seeds_table(rounds):
    rows = []
    for name in rounds[0]:
        runs = [programs[name] for programs in rounds]
        low, high = min(r["ms"] for r in runs), max(r["ms"] for r in runs)
        rows.append([name, f"{median(runs, 'ms'):.2f}", f"{low:.2f}-{high:.2f}",
                     f"{ratio(rounds, name):.0f} x", AIMS.get(name, "-"), pair(runs[0]["distance"]),
                     pair(runs[0]["satisfaction"])])
    return table(["program", "ms a seed", "lowest-highest", "ratio", "aim", "distance",
                  "satisfaction"], rows)


def large_table(large):
    return table(["generator", "threads", "seconds", "aim", "bytes a sample", "distance",
                  "satisfaction"],
                 [[row["generator"], row["threads"], f"{row['seconds']:.1f}", LARGE_AIM,
                   f"{row['bytes_a_sample']:.0f}", pair(row["distance"]),
                   pair(row["satisfaction"])] for row in large])


def mixtures_table(mixtures):
    return table(["points", "components", "iterations", "threads", "ours, ms", "scikit-learn, ms",
                  "ratio", "aim", "log likelihoods differ by"],
                 [[count(ours["points"]), ours["components"], peer["iterations"], threads,
                   f"{1e3 * ours['seconds']:.1f}", f"{1e3 * peer['seconds']:.0f}",
                   f"{peer['seconds'] / ours['seconds']:.0f} x", MIXTURE_AIM,
                   f"{abs(ours['log_likelihood'] - peer['log_likelihood']):.1e}"]
                  for ours, peer, threads in mixtures])


def small_table(small):
    return table(["program", "fit, us", "iterations", "200 samples, us"],
                 [[name, f"{row['fit_us']:.1f}", f"{row['iterations']:.1f}",
                   f"{row['sample_us']:.1f}"] for name, row in zip(("aligngame", "scikit-learn"),
                                                                   small)])


def report(build, rounds, large, mixtures, small):
    peer = dict(rounds[0]["scikit-learn"], blas="its own BLAS")
    versions = f"- scikit-learn {peer['sklearn']}"
    parts = [("Machine of the sampled games", [*run.machine(build, peer), versions]),
             ("The paper's synthetic game, one core", seeds_table(rounds)),
             (f"{count(LARGE)} samples a generation, {LARGE_GENERATIONS} generations, pools of "
              "1000", large_table(large)),
             ("EM of a mixture, from the same start", mixtures_table(mixtures)),
             ("A mixture of 5 components fitted to 100 points, one core", small_table(small))]
    return "\n".join(f"### {title}\n\n" + "\n".join(lines) + "\n" for title, lines in parts)


def main(build):
    rounds = measure_seeds(build)
    large = measure_large(build)
    measured = report(build, rounds, large, *measure_mixtures(build))
    print(measured)
    run.write_results(measured, BEGIN, END)
    print("Written to bench/RESULTS.md.")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    run.STARTED, run.LOAD = time.perf_counter(), os.getloadavg()[0]
    PYTHON = run.python_with_numpy()
    main(pathlib.Path(sys.argv[1]))
