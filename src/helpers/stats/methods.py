"""The methods that are tried in simulated worlds, as functions of :class:`~helpers.stats.worlds.Panels`.

:func:`bounds_of` is one rung of a ladder of assumptions. Beside it stand the simpler methods: totals alone, the
slope on audited accuracy, one group of cells against another, and the explained cells against negative controls.
Each returns a mapping of quantity to :class:`~helpers.stats.worlds.Answer`, and knows whether the world keeps its
assumptions.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from scipy.optimize import nnls
from scipy.special import stdtrit

from helpers.stats.bounds import share_bounds_many
from helpers.stats.clusters import effective_dof, national_changes
from helpers.stats.controls import calibrated_tails
from helpers.stats.corners import Corners
from helpers.stats.line import CommonError
from helpers.stats.rungs import Rung, anywhere
from helpers.stats.worlds import Answer, Method, Panels, World

_LARGE = 50  # offences a year: smaller forces have no log ratio to speak of


def keeps(parts: Mapping[str, np.ndarray], rung: Rung) -> bool:
    """Whether these parts keep the rung's patterns.

    Examples
    --------
    >>> from helpers.stats.rungs import alike
    >>> rung = Rung("alike", {"recording": alike([1, 1])})
    >>> keeps({"recording": np.array([0.2, 0.2])}, rung), keeps({"recording": np.array([0.2, 0.1])}, rung)
    (True, False)
    """
    for name, part in parts.items():
        pattern = np.asarray(rung.patterns[name], dtype=float)
        short = nnls(pattern.T, part)[1] if len(pattern) else float(np.linalg.norm(part))
        if short > 1e-9:
            return False
    return True


def kept_by(world: World, rung: Rung, published: int = 0) -> bool:
    """Whether a world keeps a rung: its patterns, and the error assumed of published changes where it relies on them.

    The last `published` cells have no counts. A rung relies on them where one of its directions moves them together with others.

    Examples
    --------
    >>> from helpers.stats.rungs import alike
    >>> world = World("less sure", {"recording": np.array([0.2, 0.2])}, ["recording"], published_error=2)
    >>> rung = Rung("alike", {"recording": alike([1, 1])})
    >>> kept_by(world, rung), kept_by(world, rung, published=1)
    (True, False)
    """
    patterns = np.vstack(list(rung.patterns.values())).astype(bool)
    counted = patterns[:, : patterns.shape[1] - published].any(axis=1)
    tied = (counted & patterns[:, patterns.shape[1] - published :].any(axis=1)).any()
    return keeps(world.parts, rung) and not (bool(tied) and world.published_error > 1)


def bounds_of(rung: Rung, *, together: Sequence[tuple[str, ...]] = (), claim: float = 0.5) -> Method:
    """The bounds of one rung, with those of the explanations named together; it claims shares of more than `claim`."""
    corners = Corners(rung)
    names = [*rung.explanations, *(" + ".join(group) for group in together)]

    def method(panels: Panels) -> dict[str, Answer]:
        changes, covariance, dof = panels.changes
        fit = share_bounds_many(corners, changes, covariance, panels.weights, together=together, dof=dof)
        holds = kept_by(panels.world, rung, panels.published.shape[1])
        # Where the rung is not refuted but nothing rose there is no share to speak of: any share will do.
        silent = fit["feasible"][:, None] & np.isnan(fit["im_low"])
        low, high = np.where(silent, 0.0, fit["im_low"]), np.where(silent, 1.0, fit["im_high"])
        true = [sum(panels.shares[part] for part in name.split(" + ")) for name in names]
        return {name: Answer(low[:, i], high[:, i], true[i], claim, holds) for i, name in enumerate(names)}

    return method


def totals_only(panels: Panels, *, claim: float = 0.5) -> dict[str, Answer]:
    """The total of the explained cells alone, as freedom-of-information figures give it; it claims as :func:`bounds_of`."""
    one = Corners(Rung("totals", {name: anywhere([True]) for name in panels.shares}))
    before, after = (counts[..., None] for counts in panels.explained())
    fit = share_bounds_many(one, *national_changes(before, after), [1.0], dof=effective_dof(before))
    low, high = np.nan_to_num(fit["im_low"], nan=0.0), np.nan_to_num(fit["im_high"], nan=1.0)
    names = enumerate(one.rung.explanations)
    return {name: Answer(low[:, i], high[:, i], panels.shares[name], claim) for i, name in names}


def dose_response(panels: Panels) -> dict[str, Answer]:
    """The slope of each large force's log ratio on minus its audited log accuracy, against none."""
    large = panels.shape.base[:, panels.shape.explained].sum(axis=1) >= _LARGE
    before, after = (counts + 0.5 for counts in panels.explained(large))
    limit = stdtrit(large.sum() - 2, 0.975) ** 2
    lines = CommonError(panels.audited[:, large], np.log(after / before), max(panels.shape.audit_se, 1e-6))
    low, high = lines.intervals(limit)
    # A change that does not differ between forces adds nothing to the slope, so every world keeps its terms.
    return {"slope": Answer(low, high, panels.slope, 0.0)}


def contrast(more: Sequence[bool], fewer: Sequence[bool], explanation: str) -> Method:
    """How much further one group of cells rose than another: read as a sign of one explanation.

    Parameters
    ----------
    more, fewer : sequences of bool, shape (j + s,)
        Counted cells of a group are added up before their change is taken; a published cell stands alone in its group.
    explanation : str
        The claim is "it is at work". Truth is coded 1 or 0, so coverage means nothing and is reported as missing.
    """
    more, fewer = np.asarray(more, dtype=bool), np.asarray(fewer, dtype=bool)

    def method(panels: Panels) -> dict[str, Answer]:
        counted = panels.before.shape[2]
        groups = np.stack([fewer, more], axis=1)[:counted].astype(float)
        published = np.flatnonzero(more[counted:])
        counts = [x @ (groups[:, :1] if published.size else groups) for x in (panels.before, panels.after)]
        changes, covariance = national_changes(*counts)
        dof = panels.changes[2]
        if published.size:
            difference = panels.published[:, published[0]] - changes[:, 0]
            variance = covariance[:, 0, 0] + panels.shape.published_se[published[0]] ** 2
        else:
            difference = changes[:, 1] - changes[:, 0]
            variance = covariance[:, 0, 0] + covariance[:, 1, 1] - 2 * covariance[:, 0, 1]
        half = stdtrit(dof, 0.975) * np.sqrt(variance)
        parts = panels.world.parts
        truth = 1.0 if explanation in parts else 0.0
        others = (part for name, part in parts.items() if name != explanation)
        rest = sum(others, np.zeros(panels.shape.cells))
        holds = bool(np.ptp(rest[more | fewer]) < 1e-9)  # nothing else tells the two groups apart
        low, high = difference - half, difference + half
        return {explanation: Answer(low, np.maximum(high, 0), truth, 0.0, holds, covers=False)}

    return method


def negative_controls(most: int) -> Method:
    """The explained cells against an empirical null from the control codes: did they rise for a reason of their own?"""

    def method(panels: Panels) -> dict[str, Answer]:
        controls, control_error = national_changes(*panels.controls(most))
        change, error = national_changes(*(counts[:most, :, None] for counts in panels.explained()))
        control_se = np.sqrt(np.diagonal(control_error, axis1=1, axis2=2))
        upper = calibrated_tails(change[:, 0], np.sqrt(error[:, 0, 0]), controls, control_se)[1]
        low = np.where(upper < 0.025, 1.0, 0.0)  # on the scale of the truth: at work, or not shown to be
        truth = 1.0 if panels.world.parts else 0.0
        return {"something of its own": Answer(low, np.ones_like(low), truth, 0.0, covers=False)}

    return method
