#!/usr/bin/python3
"""scikit-learn's GaussianMixture, as a peer for bench/mixture.c.

usage: gmm_sklearn.py FILE COMPONENTS ITERATIONS  one fit to the points of FILE, as
           mixture.c makes it: equal weights, the first points as means, variance one,
           so many iterations of EM
       gmm_sklearn.py FILE game  fits with default settings and five components to each
           set of 100 points of FILE, and 200 points generated from each

Prints one line of JSON. Times: the least of several rounds, data in memory.
"""
import json
import sys
import time
import warnings

import numpy as np
import sklearn
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

ROUNDS, LEARNT, MADE = 3, 100, 200


def one_fit(points, components, iterations):
    best = np.inf
    for _ in range(ROUNDS):
        model = GaussianMixture(components, max_iter=iterations, tol=0, reg_covar=1e-6,
                                init_params="random_from_data", random_state=0,
                                weights_init=np.full(components, 1 / components),
                                means_init=points[:components],
                                precisions_init=np.array([np.eye(2)] * components))
        start = time.perf_counter()
        model.fit(points)
        best = min(best, time.perf_counter() - start)
    return {"seconds": best, "iterations": int(model.n_iter_),
            "log_likelihood": float(model.score(points))}


def game(points):
    fits, draws, iterations = [], [], 0
    sets = points.reshape(-1, LEARNT, 2)
    for _ in range(ROUNDS):
        fit = draw = 0.0
        iterations = 0
        for number, learnt in enumerate(sets):
            model = GaussianMixture(5, random_state=number)
            start = time.perf_counter()
            model.fit(learnt)
            middle = time.perf_counter()
            model.sample(MADE)
            fit += middle - start
            draw += time.perf_counter() - middle
            iterations += model.n_iter_
        fits.append(1e6 * fit / len(sets))
        draws.append(1e6 * draw / len(sets))
    return {"fit_us": min(fits), "sample_us": min(draws), "iterations": iterations / len(sets)}


def main(words):
    if len(words) not in (2, 3):
        sys.exit(__doc__)
    warnings.simplefilter("ignore", ConvergenceWarning)  # tol 0 is meant
    points = np.fromfile(words[0]).reshape(-1, 2)
    row = game(points) if words[1] == "game" else one_fit(points, int(words[1]), int(words[2]))
    print(json.dumps({"scikit_learn": sklearn.__version__, "numpy": np.__version__, **row}))


if __name__ == "__main__":
    main(sys.argv[1:])
