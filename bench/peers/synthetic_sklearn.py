#!/usr/bin/env python3
"""The paper's synthetic game (arXiv 2511.12804, Section 6.1, disjoint circles) as one writes it
with NumPy and scikit-learn: rewards are kept beside the points, selection is vectorised.

usage: synthetic_sklearn.py [SEEDS]
Prints one line of JSON: the median of the seconds a seed takes, after one to warm up, and what
the published points look like at the end, averaged over the seeds.
"""
import json
import statistics
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

CENTRES = np.array([[0.0, 0.0], [3.0, 0.0]])  # of the Owner and the Public
RADIUS, SLOPE, TEMPERATURE = 1.0, 2.0, 0.5
START, KEEP, GENERATE, PUBLISH, GENERATIONS, COMPONENTS = 1000, 100, 200, 50, 100, 5


def reward(points, centre):
    distance = np.linalg.norm(points - centre, axis=1)
    return np.where(distance <= RADIUS, 1.0, -SLOPE * (distance - RADIUS))


def choose(rng, rewards, count):
    """Draws without replacement by softmax: the largest of the perturbed utilities."""
    keys = rewards / TEMPERATURE + rng.gumbel(size=rewards.size)
    return np.argpartition(keys, -count)[-count:]


def measure(points):
    distance = np.linalg.norm(points[:, None] - CENTRES, axis=2)
    return [*distance.mean(axis=0), *(distance <= RADIUS).mean(axis=0)]


def play(seed):
    """What was published, [generation, measure]."""
    rng = np.random.default_rng(seed)
    points = rng.uniform(-5, 5, size=(START, 2))
    rewards = reward(points, CENTRES[0])
    trajectory = []
    for _ in range(GENERATIONS):
        kept = points[choose(rng, rewards, KEEP)]
        model = GaussianMixture(COMPONENTS, covariance_type="full",
                                random_state=int(rng.integers(2**31)))
        model.fit(kept)
        generated, _ = model.sample(GENERATE)
        published = generated[choose(rng, reward(generated, CENTRES[1]), PUBLISH)]
        points = np.concatenate([points, published])
        rewards = np.concatenate([rewards, reward(published, CENTRES[0])])
        trajectory.append(measure(published))
    return trajectory


def main(seeds):
    warnings.simplefilter("ignore", ConvergenceWarning)
    took, ends = [], []
    for seed in range(seeds + 1):
        start = time.perf_counter()
        ends.append(play(seed)[-1])
        took.append(time.perf_counter() - start)
    end = np.mean(ends[1:], axis=0)
    print(json.dumps({"seconds": statistics.median(took[1:]), "seeds": seeds,
                      "distance": list(end[:2]), "satisfaction": list(end[2:]),
                      "numpy": np.__version__, "sklearn": sklearn.__version__}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
