#!/usr/bin/env python3
"""The game of synthetic_sklearn.py, the fastest that we can write it in NumPy for one seed.

Weights of the candidates are kept, and a race of exponential numbers draws by them; arrays are
made once. The mixture is two-dimensional, so that its log densities are quadratic forms: the
products of all points with (1, x, y, xx, xy, yy), made once a fit, turn the E step and the M
step into one small matrix product each. The start is k-means++ (the best of three draws, as in
scikit-learn) and five of Lloyd's iterations at most; EM stops by scikit-learn's rule.

usage: synthetic_numpy.py [SEEDS]
Prints what synthetic_sklearn.py prints.
"""
import json
import math
import statistics
import sys
import time

import numpy as np

CENTRES = np.array([[0.0, 0.0], [3.0, 0.0]])  # of the Owner and the Public
RADIUS, SLOPE, TEMPERATURE = 1.0, 2.0, 0.5
START, KEEP, GENERATE, PUBLISH, GENERATIONS, COMPONENTS = 1000, 100, 200, 50, 100, 5
TRIALS, LLOYD_MOST, EM_MOST, TOLERANCE, ADDED = 3, 5, 100, 1e-3, 1e-6
HALF_LOG_TWO_PI = 0.5 * math.log(2 * math.pi)
EYE = np.eye(COMPONENTS)


def distances(points):
    """To both centres, [2, points]."""
    steps = points - CENTRES[:, None]
    return np.sqrt(np.einsum("cnd,cnd->cn", steps, steps))


def weights(distance):
    return np.exp(np.where(distance <= RADIUS, 1.0, -SLOPE * (distance - RADIUS)) / TEMPERATURE)


def choose(rng, weight, count):
    """The first of exponential clocks that run at the weights' rates."""
    return np.argpartition(rng.standard_exponential(weight.size) / weight, count)[:count]


def squares(points, centres):
    """Squared distances, [centres, points]."""
    steps = points - centres[:, None]
    return np.einsum("cnd,cnd->cn", steps, steps)


def start(rng, points):
    """Clusters as [points, components] of zeros and ones: k-means++, then Lloyd."""
    centres = np.empty((COMPONENTS, 2))
    centres[0] = points[rng.integers(KEEP)]
    closest = squares(points, centres[:1])[0]
    uniform = rng.random((COMPONENTS, TRIALS))
    for k in range(1, COMPONENTS):
        running = closest.cumsum()
        drawn = running.searchsorted(uniform[k] * running[-1])
        trial = np.minimum(squares(points, points[drawn]), closest)
        best = trial.sum(axis=1).argmin()
        centres[k], closest = points[drawn[best]], trial[best]
    before = math.inf
    for turn in range(LLOYD_MOST):
        square = squares(points, centres)
        nearest = square.argmin(axis=0)
        member = EYE[nearest]
        total = square.min(axis=0).sum()
        if not total < before * (1 - 1e-4) or turn + 1 == LLOYD_MOST:
            break
        before, counts = total, member.sum(axis=0)
        centres = member.T @ points / np.maximum(counts, 1)[:, None]
    return member


def update(moments):
    """M step: weights, means, variances and the coefficients of the log densities, from the
    sums of 1, x, y, xx, xy, yy of each component."""
    total = moments[0] + 10 * np.finfo(float).eps
    mean = moments[1:3] / total
    second = moments[3:] / total
    x, y = mean
    xx, xy, yy = second[0] - x * x + ADDED, second[1] - x * y, second[2] - y * y + ADDED
    determinant = xx * yy - xy * xy
    a, b, c = yy / determinant, -xy / determinant, xx / determinant  # the inverse
    weight = total / KEEP
    constant = (np.log(weight / np.sqrt(determinant)) - 2 * HALF_LOG_TWO_PI -
                0.5 * (a * x * x + c * y * y) - b * x * y)
    return (weight, mean, xx, xy, yy), np.array(
        [constant, a * x + b * y, b * x + c * y, -0.5 * a, -b, -0.5 * c])


def fit(rng, points):
    """A mixture of five, by EM from k-means++."""
    middle = points.mean(axis=0)
    points = points - middle
    x, y = points.T
    feature = np.empty((KEEP, 6))
    feature[:, 0] = 1
    feature[:, 1:3] = points
    feature[:, 3], feature[:, 4], feature[:, 5] = x * x, x * y, y * y
    transposed = np.ascontiguousarray(feature.T)
    mixture, coefficients = update(transposed @ start(rng, points))
    before = -math.inf
    for _ in range(EM_MOST):
        density = np.exp(feature @ coefficients)
        total = density.sum(axis=1)
        likelihood = np.log(total).mean()
        density /= total[:, None]
        mixture, coefficients = update(transposed @ density)
        if abs(likelihood - before) < TOLERANCE:
            break
        before = likelihood
    return mixture, middle


def generate(rng, mixture, middle):
    weight, mean, xx, xy, yy = mixture
    cumulative = weight.cumsum()
    k = cumulative.searchsorted(rng.random(GENERATE) * cumulative[-1])
    u, v = rng.standard_normal((2, GENERATE))
    root = np.sqrt(xx)
    slope = xy / root
    rest = np.sqrt(yy - slope * slope)
    points = np.empty((GENERATE, 2))
    points[:, 0] = mean[0, k] + root[k] * u
    points[:, 1] = mean[1, k] + slope[k] * u + rest[k] * v
    points += middle
    return points


def play(seed):
    """What was published, [generation, measure]."""
    rng = np.random.Generator(np.random.SFC64(seed))
    points = np.empty((START + GENERATIONS * PUBLISH, 2))
    weight = np.empty(len(points))
    points[:START] = rng.uniform(-5, 5, size=(START, 2))
    weight[:START] = weights(distances(points[:START])[0])
    trajectory = np.empty((GENERATIONS, 4))
    count = START
    for t in range(GENERATIONS):
        kept = points[choose(rng, weight[:count], KEEP)]
        generated = generate(rng, *fit(rng, kept))
        distance = distances(generated)
        chosen = choose(rng, weights(distance[1]), PUBLISH)
        points[count:count + PUBLISH] = generated[chosen]
        distance = distance[:, chosen]
        weight[count:count + PUBLISH] = weights(distance[0])
        count += PUBLISH
        trajectory[t, :2] = distance.sum(axis=1) / PUBLISH
        trajectory[t, 2:] = (distance <= RADIUS).sum(axis=1) / PUBLISH
    return trajectory


def main(seeds):
    took, ends = [], []
    for seed in range(seeds + 1):
        begun = time.perf_counter()
        ends.append(play(seed)[-1])
        took.append(time.perf_counter() - begun)
    end = np.mean(ends[1:], axis=0)
    print(json.dumps({"seconds": statistics.median(took[1:]), "seeds": seeds,
                      "distance": list(end[:2]), "satisfaction": list(end[2:]),
                      "numpy": np.__version__}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
