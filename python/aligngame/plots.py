"""Pictures on matplotlib axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from aligngame.results import Run
    from aligngame.studies import Phase


def _axes(ax: Any) -> Any:
    if ax is not None:
        return ax
    from matplotlib import pyplot

    return pyplot.subplots()[1]


def _columns(run: Run, what: str) -> list[str]:
    names = [name for name in run.metric_names if name == what or name.startswith(what + ".")]
    if not names:
        raise KeyError(f"{what!r} was not measured; there are {', '.join(run.metric_names)}")
    return names


def run(run: Run, what: str | None, ax: Any, most: int) -> Any:
    """See Run.plot."""
    shares = run._result.item_count > 0 and len(run.snapshots) > 1
    what = what or ("shares" if shares else "effective_number")
    ax = _axes(ax)
    if what == "shares":
        course = np.stack([run.mass(g) for g in run.snapshots])
        for item in np.argsort(-course[-1], kind="stable")[:most]:
            ax.plot(run.snapshots, course[:, item], label=run.game.label(int(item)))
        ax.set_ylabel("share of the population")
    else:
        names = _columns(run, what)
        for name in names:
            ax.plot(run.metric(name), label=name)
            if run.replicates > 1:
                many = np.stack([run.metric(name, r) for r in range(run.replicates)])
                low, high = np.nanquantile(many, (0.05, 0.95), axis=0)
                ax.fill_between(range(len(low)), low, high, alpha=0.2)
        ax.set_ylabel(what.replace("_", " "))
    ax.set_xlabel("generation")
    ax.legend()
    return ax


def phase(phase: Phase, ax: Any) -> Any:
    """See Phase.plot."""
    ax = _axes(ax)
    words = sorted(set(phase.winner.ravel()))
    number = np.searchsorted(words, phase.winner)
    mesh = ax.pcolormesh(phase.x, phase.y, number, shading="nearest", vmin=-0.5,
                         vmax=len(words) - 0.5)
    bar = ax.figure.colorbar(mesh, ax=ax, ticks=range(len(words)))
    bar.ax.set_yticklabels(words)
    ax.set_xlabel(phase.x_path)
    ax.set_ylabel(phase.y_path)
    return ax
