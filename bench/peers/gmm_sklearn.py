#!/usr/bin/env python3
"""scikit-learn's EM on the points that bench/mixture.c wrote, from the same start: equal weights,
the first points as means, variance one.

usage: gmm_sklearn.py FILE COMPONENTS ITERATIONS
Prints one line of JSON: nanoseconds for one point, component and iteration (the least of three
runs), and the log likelihood a point.
"""
import json
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

ROUNDS = 3


def main(path, components, iterations):
    warnings.simplefilter("ignore", ConvergenceWarning)
    points = np.fromfile(path).reshape(-1, 2)
    best = np.inf
    for _ in range(ROUNDS):
        model = GaussianMixture(
            components, tol=0, max_iter=iterations, init_params="random_from_data", random_state=1,
            weights_init=np.full(components, 1 / components), means_init=points[:components],
            precisions_init=np.tile(np.eye(2), (components, 1, 1)))
        start = time.perf_counter()
        model.fit(points)
        best = min(best, time.perf_counter() - start)
    print(json.dumps({"ns": 1e9 * best / (len(points) * components * model.n_iter_),
                      "iterations": model.n_iter_, "log_likelihood": model.score(points),
                      "sklearn": sklearn.__version__}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
