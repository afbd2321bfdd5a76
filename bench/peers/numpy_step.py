#!/usr/bin/python3
"""One generation of curation in NumPy, as a peer for the benchmarks.

usage: numpy_step.py ATOMS POOL              time three forms of the step
       numpy_step.py ATOMS POOL --against P  error of `P weights` on the same atoms

The game: ATOMS atoms of equal mass, two curators with standard normal rewards
at temperature 1 and the same pool size K. A curation multiplies p by

    H(x) = K int_0^oo u(x) exp(-s u(x)) L(s)^(K-1) ds,   L(s) = E_p exp(-s u),

u = exp(reward). Three forms, from plain to clever:

textbook    256 equal steps in log s, exponentials computed in every generation
cached      as few nodes as log H to 1e-11 allows, s = exp(t - exp(-t)) / K;
            exp(-s u) kept in memory, so a curation is two matrix-vector products
compressed  the cached matrix replaced by a basis of its numerical row space

Prints one line of JSON. Times: microseconds per atom and generation, medians.
"""
import io
import json
import os
import statistics
import subprocess
import sys
import time

import numpy as np

CACHE_BYTES = 2 * 2**30  # that both curators' cached matrices may take
BLOCK = 1 << 16          # doubles in a block that stays in the cache
TOLERANCE = 1e-11        # of log H, for the cached and the compressed form
REPEATS = 5
SPENT = 1.5              # seconds after which no repeat is begun


def hashed_uniform(x):
    """splitmix64 of an index, in (0, 1): the C benchmarks' generator."""
    x = x + np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    x ^= x >> np.uint64(31)
    return ((x >> np.uint64(11)).astype(float) + 0.5) * 2.0**-53


def draw_rewards(n, key):
    """Standard normal [n], the values that the C benchmarks draw."""
    i = 2 * np.arange(n, dtype=np.uint64) + np.uint64(key << 40)
    return (np.sqrt(-2 * np.log(hashed_uniform(i)))
            * np.cos(6.283185307179586 * hashed_uniform(i + np.uint64(1))))


# -- nodes: H = u sum_k weight_k exp(-s_k u) L(s_k)^(K-1) ---------------------

def log_nodes(u, pool, count):
    """Equal steps in log s, wide enough for every atom: (s, weight)."""
    z = np.linspace(-np.log(pool) - 34, np.log(50 / u.min()), count)
    s = np.exp(z)
    return s, pool * s * (z[1] - z[0])


def folded_nodes(pool, step):
    """s = exp(t - exp(-t)) / K with equal steps in t, untrimmed: (s, weight)."""
    t = np.arange(-4.5, 22, step)
    s = np.exp(t - np.exp(-t)) / pool
    return s, pool * s * (1 + np.exp(-t)) * step


def small_matrix(s, u):
    return np.exp(-np.multiply.outer(s, u))


def small_weight(p, u, pool, s, weight, matrix):
    """H [n] where the whole matrix is at hand."""
    return u * ((weight * (matrix @ p)**(pool - 1)) @ matrix)


def sample_of(reward):
    """Some 1000 of the atoms by rank, each with the share of the atoms that it
    stands for, then 1000 places without mass between both extremes: weights
    must be right there too. (reward, mass)"""
    n, order = len(reward), np.argsort(reward)
    place = np.unique(np.linspace(0, n - 1, 1000).astype(int))
    bound = np.concatenate(([0], (place[1:] + place[:-1] + 1) // 2, [n]))
    between = np.linspace(reward.min(), reward.max(), 1000)
    return (np.concatenate((reward[order[place]], between)),
            np.concatenate((np.diff(bound) / n, np.zeros(len(between)))))


def later_masses(p, u, pool, s, weight):
    """p of the sample in generations 0, 4 and 8: nodes must serve them all."""
    kept, matrix = [], small_matrix(s, u)
    for generation in range(9):
        if generation % 4 == 0:
            kept.append(p)
        p = p * small_weight(p, u, pool, s, weight, matrix)
        p /= p.sum()
    return kept


def worst_error(masses, exact, u, pool, s, weight, matrix):
    return max(np.abs(np.log(small_weight(p, u, pool, s, weight, matrix) / h)).max()
               for p, h in zip(masses, exact))


def choose_nodes(reward, pool):
    """The fewest folded nodes, and the smallest basis of their matrix, that
    give log H to TOLERANCE on the sample: (s, weight, basis [nodes, rank])."""
    sample, p = sample_of(reward)
    u = np.exp(sample)
    s, weight = log_nodes(u, pool, 768)
    fine = small_matrix(s, u)
    masses = later_masses(p, u, pool, s, weight)
    exact = [small_weight(p, u, pool, s, weight, fine) for p in masses]
    for step in np.arange(0.6, 0.1, -0.02):
        s, weight = folded_nodes(pool, step)
        matrix = small_matrix(s, u)
        share = np.max([((weight * (matrix @ p)**(pool - 1))[:, None] * matrix * (u / h)).max(1)
                        for p, h in zip(masses, exact)], axis=0)
        kept = share > TOLERANCE / 30
        s, weight, matrix = s[kept], weight[kept], matrix[kept]
        if worst_error(masses, exact, u, pool, s, weight, matrix) < TOLERANCE / 2:
            break
    left = np.linalg.svd(matrix, full_matrices=False)[0]
    for rank in range(4, len(s) + 1):
        basis = left[:, :rank]
        if worst_error(masses, exact, u, pool, s, weight,
                       basis @ (basis.T @ matrix)) < TOLERANCE / 2:
            break
    return s, weight, basis


# -- the three forms: each returns step(p), which changes p in place -----------

def textbook_blocks(u, pool):
    """Exponentials in blocks that stay in the cache, once for L, once for H."""
    s, weight = log_nodes(u, pool, 256)
    n, rows = len(u), max(1, BLOCK // len(u))
    width = min(n, BLOCK)
    scratch = np.empty((rows, width))

    def exponentials(nodes, atoms):
        part = scratch[:len(s[nodes]), :len(u[atoms])]
        np.multiply.outer(-s[nodes], u[atoms], out=part)
        return np.exp(part, out=part)

    def curate(p):
        L = np.zeros(len(s))
        parts = [(slice(k, k + rows), slice(i, i + width))
                 for i in range(0, n, width) for k in range(0, len(s), rows)]
        for nodes, atoms in parts:
            L[nodes] += exponentials(nodes, atoms) @ p[atoms]
        factor = weight * L**(pool - 1)
        H = np.zeros(n)
        for nodes, atoms in parts:
            H[atoms] += factor[nodes] @ exponentials(nodes, atoms)
        p *= u
        p *= H
    return curate


def textbook_matrix(u, pool):
    """The whole matrix of exponentials once in every curation, used twice."""
    s, weight = log_nodes(u, pool, 256)
    matrix = np.empty((len(s), len(u)))

    def curate(p):
        np.multiply.outer(-s, u, out=matrix)
        np.exp(matrix, out=matrix)
        H = (weight * (matrix @ p)**(pool - 1)) @ matrix
        p *= u
        p *= H
    return curate


def block_count(n):
    return -(-n // 10_000)


def padded(x, filler):
    """x [n] with filler behind, so that it divides into equal blocks."""
    return np.concatenate((x, np.full(-len(x) % block_count(len(x)), filler)))


def in_blocks(u, s, basis=None):
    """exp(-s u), or its components in the basis: [block, row, atom]. Blocks of
    about 10^4 atoms let NumPy's matrix-vector products run closest to the memory's speed."""
    blocks = padded(u, 1.0).reshape(block_count(len(u)), -1)
    matrix = np.empty((len(blocks), len(s) if basis is None else basis.shape[1], blocks.shape[1]))
    for part, atoms in zip(matrix, blocks):
        exponentials = small_matrix(s, atoms)
        part[:] = exponentials if basis is None else basis.T @ exponentials
    return padded(u, 1.0), matrix


def cached(u, pool, s, weight, basis=None):
    """One matrix; its rows are the nodes or, with a basis, their components."""
    u, matrix = in_blocks(u, s, basis)
    H = np.empty((len(matrix), matrix.shape[2]))

    def curate(p):
        L = np.matmul(matrix, p.reshape(H.shape)[:, :, None]).sum(0)[:, 0]
        factor = weight * (L if basis is None else basis @ L)**(pool - 1)
        np.matmul(factor if basis is None else factor @ basis, matrix, out=H)
        np.multiply(p, u, out=p)
        np.multiply(p, H.ravel(), out=p)
    return curate


# -- timing -------------------------------------------------------------------

def play(curators, p):
    for curate in curators:
        curate(p)
    p /= p.sum()


def timed(curators, p, n, generations):
    """(microseconds per atom and generation, log p [n] after `generations`)."""
    for _ in range(generations):
        play(curators, p)
    log_p, times, begun = np.log(p[:n]), [], time.perf_counter()
    while len(times) < REPEATS and (not times or time.perf_counter() - begun < SPENT):
        count, start = max(1, 200_000 // n), time.perf_counter()
        for _ in range(count):
            play(curators, p)
        times.append((time.perf_counter() - start) / count)
    return 1e6 * statistics.median(times) / n, log_p


def blas_name():
    """The BLAS in use, by the file that the process has mapped."""
    try:
        with open("/proc/self/maps") as maps:
            files = {os.path.basename(line.split()[-1]) for line in maps if "/" in line}
    except OSError:
        return "unknown"
    for mark, name in (("openblas", "OpenBLAS"), ("mkl_rt", "MKL"), ("blis", "BLIS"),
                       ("atlas", "ATLAS"), ("libblas", "reference BLAS")):
        if any(mark in file for file in files):
            return name
    return "unknown"


def compare(n, pool):
    rewards = [draw_rewards(n, key) for key in (1, 2)]
    u = [np.exp(r) for r in rewards]
    nodes = [choose_nodes(r, pool) for r in rewards]
    most = max(len(s) for s, _, _ in nodes)
    result = {"atoms": n, "pool": pool, "numpy": np.__version__, "blas": blas_name()}

    forms = {"blocks": lambda c: textbook_blocks(u[c], pool)}
    if 8 * 256 * n <= CACHE_BYTES // 2:  # one curator's at a time, for two curators
        forms["matrix"] = lambda c: textbook_matrix(u[c], pool)
    if 2 * 8 * most * n <= CACHE_BYTES:
        forms["cached"] = lambda c: cached(u[c], pool, *nodes[c][:2])
    forms["compressed"] = lambda c: cached(u[c], pool, *nodes[c])
    times, log_p = {}, {}
    for name, make in forms.items():
        p = np.full(n, 1 / n)
        if name in ("cached", "compressed"):
            p = padded(p, 0.0)
        times[name], log_p[name] = timed([make(0), make(1)], p, n, 2)
    textbook = min(("blocks", "matrix"), key=lambda name: times.get(name, np.inf))
    result.update(
        textbook_us=round(times[textbook], 5), textbook_by=textbook, textbook_nodes=256,
        cached_us=round(times["cached"], 5) if "cached" in times else None, cached_nodes=most,
        compressed_us=round(times["compressed"], 5),
        compressed_rank=max(basis.shape[1] for _, _, basis in nodes),
        # after two generations, that is, four curations
        max_difference=float(max(np.abs(log_p[name] - log_p["blocks"]).max() for name in log_p)))
    return result


def error_of(program, n, pool):
    """Largest error of `program weights` over 1000 atoms spread by rank, against
    the integral in extended precision with 512 nodes and every atom in L."""
    reward = draw_rewards(n, 1)
    table = io.StringIO()
    table.write("mass,reward\n")
    table.writelines(f"1,{r!r}\n" for r in reward.tolist())
    done = subprocess.run([program, "weights", "-q", "--pool", str(pool), "--temperature", "1"],
                          input=table.getvalue(), capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    column = lines[0].split(",").index("log_weight")
    ours = np.array([float(line.split(",")[column]) for line in lines[1:]])
    u = np.exp(reward.astype(np.longdouble))
    s, weight = log_nodes(u, np.longdouble(pool), 512)
    L = np.array([np.exp(-s_k * u).sum() / n for s_k in s])
    some = np.argsort(reward)[np.linspace(0, n - 1, min(n, 1000)).astype(int)]
    factor = weight * L**(pool - 1)
    H = u[some] * (factor @ np.exp(-np.multiply.outer(s, u[some])))
    off = np.abs(ours[some] - np.log(H))
    return {"atoms": n, "pool": pool, "max_error": float(off.max()),
            "rms_error": float(np.sqrt((off**2).mean()))}


def main(words):
    if len(words) not in (2, 4) or (len(words) == 4 and words[2] != "--against"):
        sys.exit(__doc__)
    n, pool = int(float(words[0])), int(words[1])
    print(json.dumps(error_of(words[3], n, pool) if len(words) == 4 else compare(n, pool)))


if __name__ == "__main__":
    main(sys.argv[1:])
