#!/usr/bin/env python3
"""Runs the benchmarks of sampled games beside their peers, and prints what they took.

usage: run_samples.py BUILD_DIR
"""
import json
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROUNDS = 3
POINTS, COMPONENTS, ITERATIONS = 10**5, 10, 50


def environment(threads):
    """So many threads for OpenMP and for every BLAS."""
    env = dict(os.environ, OMP_WAIT_POLICY="active")
    for library in ("OMP", "OPENBLAS", "MKL", "BLIS"):
        env[f"{library}_NUM_THREADS"] = str(threads)
    return env


def output_of(command, threads):
    done = subprocess.run([str(word) for word in command], env=environment(threads),
                          capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{command[0]} failed: {done.stderr.strip()[-500:]}")
    return json.loads(done.stdout.splitlines()[-1])


def python_with_sklearn():
    """Debian's python3, or the one that runs this."""
    for python in ("/usr/bin/python3", sys.executable):
        if os.path.exists(python) and subprocess.run([python, "-c", "import sklearn"],
                                                     capture_output=True).returncode == 0:
            return python
    sys.exit("scikit-learn is missing: install python3-sklearn")


def in_turn(ours, peer, threads):
    """The least of several rounds of each, one after the other: (ours, peer)."""
    rows = [(output_of(ours, threads), output_of(peer, threads)) for _ in range(ROUNDS)]
    key = "seconds" if "seconds" in rows[0][0] else "fit_us"
    return min((row[0] for row in rows), key=lambda row: row[key]), \
        min((row[1] for row in rows), key=lambda row: row[key])


def mixtures(build, python, folder):
    program, script = build / "bench" / "bench_mixture", HERE / "peers" / "gmm_sklearn.py"
    data = pathlib.Path(folder) / "points.bin"
    print(f"Gaussian mixture: {POINTS} points of the plane, {COMPONENTS} components, "
          f"{ITERATIONS} iterations of EM from the same start")
    for threads in (1, 2):
        ours, peer = in_turn([program, POINTS, COMPONENTS, ITERATIONS, data],
                             [python, script, data, COMPONENTS, ITERATIONS], threads)
        print(f"  {threads} thread(s): {1e3 * ours['seconds']:.1f} ms, {ours['ns']:.2f} ns a point, "
              f"component and iteration; scikit-learn {peer['scikit_learn']} "
              f"{1e3 * peer['seconds']:.0f} ms: {peer['seconds'] / ours['seconds']:.0f} times; "
              f"log-likelihoods differ by {abs(ours['log_likelihood'] - peer['log_likelihood']):.0e}")
    ours, peer = in_turn([program, "game", data], [python, script, data, "game"], 1)
    total, theirs = ours["fit_us"] + ours["sample_us"], peer["fit_us"] + peer["sample_us"]
    print("Fit of 100 points, 5 components, random start, to convergence; 200 points generated")
    print(f"  {ours['fit_us']:.1f} + {ours['sample_us']:.1f} us ({ours['iterations']:.1f} iterations);"
          f" scikit-learn {peer['fit_us']:.0f} + {peer['sample_us']:.0f} us "
          f"({peer['iterations']:.1f} iterations): {theirs / total:.0f} times")


def main(build):
    with tempfile.TemporaryDirectory() as folder:
        mixtures(build, python_with_sklearn(), folder)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]).resolve())
