"""The methods that go on trial in the made-up worlds, and the assumptions that each makes.

:data:`LADDER` is the ladder of assumptions about the cells of :mod:`~helpers.stats.worlds`, from nothing but
"each explanation adds or does nothing" to a full signature for every explanation. :func:`standard_methods` sets
each rung beside the simpler methods: children's totals alone, the slope on audited accuracy, children against
adults, old offences against recent ones, and children's offences against negative controls.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.optimize import nnls
from scipy.special import stdtrit

from .bounds import Corners, share_bounds_many
from .clusters import effective_dof, national_changes
from .controls import EmpiricalNull
from .dose import errors_in_variables
from .rungs import Rung, alike, anywhere, nowhere, rising
from .worlds import (
    ADULT,
    CELLS,
    CHILD,
    EXPLANATIONS,
    OLDEST,
    ONLINE,
    RECENT,
    Answer,
    Method,
    Panels,
)

ALL = np.ones(len(CELLS), dtype=bool)
HALF = 0.5

_only_adds = Rung(
    "each adds or does nothing",
    {name: anywhere(ALL) for name in EXPLANATIONS},
    says="No explanation lowers a count; nothing else is assumed.",
)
_no_artefact = _only_adds.then(
    "no artefact", "The counts are complete and made alike in both years.", artefact=nowhere(ALL)
)
_online = _no_artefact.then(
    "online: children, under a year",
    "Online offending moves children's offences reported within a year, and nothing else.",
    online=anywhere(ONLINE),
)
_flat = _online.then(
    "recording alike", "Better recording moves every cell by the same ratio.", recording=alike(ALL)
)
_growing = _flat.then(
    "confidence grows with delay",
    "Confidence moves adults' and children's reports alike, and older offences at least as much as recent ones.",
    confidence=rising(RECENT, ~RECENT & ~OLDEST, OLDEST),
)
_recent = _growing.then(
    "real change: recent only",
    "A real change in offending moves offences reported within a year, and nothing else.",
    other=anywhere(RECENT),
)
_nothing_else = _recent.then("nothing else", "There was no other change.", other=nowhere(ALL))
_doubles = _nothing_else.then(
    "confidence doubles with delay",
    "Confidence moves offences over 20 years old at least twice as much as recent ones.",
    confidence=np.vstack(
        [np.where(OLDEST, 2.0, np.where(RECENT, 1.0, 1.5)), rising(~RECENT & ~OLDEST, OLDEST)]
    ),
)
LADDER = (_only_adds, _no_artefact, _online, _flat, _growing, _recent, _nothing_else, _doubles)


def keeps(parts: Mapping[str, np.ndarray], rung: Rung) -> bool:
    """Whether these parts keep the rung's patterns (caps are not looked at).

    Examples
    --------
    >>> keeps({"recording": np.ones(7)}, LADDER[3])
    True
    >>> keeps({"recording": np.arange(7.0)}, LADDER[3])
    False
    """
    for name, part in parts.items():
        pattern = np.asarray(rung.patterns[name], dtype=float)
        short = nnls(pattern.T, part)[1] if len(pattern) else float(np.linalg.norm(part))
        if short > 1e-9:
            return False
    return True


def standard_methods(*, slow_panels: int = 100) -> dict[str, Method]:
    """Name to method, for :func:`~helpers.stats.worlds.study`.

    Parameters
    ----------
    slow_panels : int
        How many panels of each batch the two methods that fit a model to each panel look at.

    Returns
    -------
    dict
        "totals only", one "bounds: ..." for each rung of the ladder, "dose-response", "children against adults",
        "old against recent", "negative controls".
    """
    methods: dict[str, Method] = {"totals only": _totals_only}
    methods |= {f"bounds: {rung.name}": _bounds(rung) for rung in LADDER}
    return methods | {
        "dose-response": _dose_response(slow_panels),
        "children against adults": _contrast(CHILD & RECENT, ADULT & RECENT, "online"),
        "old against recent": _contrast(OLDEST, RECENT, "confidence"),
        "negative controls": _negative_controls(slow_panels),
    }


def _bounds(rung: Rung) -> Method:
    corners = Corners(rung)

    def method(panels: Panels) -> dict[str, Answer]:
        changes, covariance = panels.national()
        fit = share_bounds_many(
            corners, changes, covariance, panels.weights, dof=effective_dof(panels.before)
        )
        holds = keeps(panels.parts, rung)
        # Where the rung is not refuted but nothing rose there is no share to speak of: any share will do.
        silent = fit["feasible"][:, None] & np.isnan(fit["im_low"])
        low, high = np.where(silent, 0.0, fit["im_low"]), np.where(silent, 1.0, fit["im_high"])
        return {
            name: Answer(low[:, i], high[:, i], panels.shares[name], HALF, holds)
            for i, name in enumerate(corners.program.explanations)
        }

    return method


def _totals_only(panels: Panels) -> dict[str, Answer]:
    """The children's total alone, as freedom-of-information figures give it."""
    one = Corners(Rung("totals", {name: anywhere([True]) for name in EXPLANATIONS}))
    before = panels.before[..., CHILD].sum(axis=2, keepdims=True)
    after = panels.after[..., CHILD].sum(axis=2, keepdims=True)
    fit = share_bounds_many(one, *national_changes(before, after), [1.0], dof=effective_dof(before))
    low, high = np.nan_to_num(fit["im_low"], nan=0.0), np.nan_to_num(fit["im_high"], nan=1.0)
    return {
        name: Answer(low[:, i], high[:, i], panels.shares[name], HALF)
        for i, name in enumerate(one.program.explanations)
    }


def _dose_response(most: int) -> Method:
    """The slope of each force's log ratio on minus its audited log accuracy, against none."""

    def method(panels: Panels) -> dict[str, Answer]:
        rows = slice(0, most)
        before, after = (
            counts[rows][..., CHILD].sum(axis=2) + 0.5 for counts in (panels.before, panels.after)
        )
        fits = [
            errors_in_variables(x, y, x_se=panels.audit_se)
            for x, y in zip(panels.audited[rows], np.log(after / before), strict=True)
        ]
        low, high = (np.array([getattr(fit, end) for fit in fits]) for end in ("low", "high"))
        # A change that does not differ between forces adds nothing to the slope, so every world keeps its terms.
        return {"slope": Answer(low, high, panels.slope, 0.0)}

    return method


def _contrast(more: np.ndarray, fewer: np.ndarray, explanation: str) -> Method:
    """How much further one group of cells rose than another: read as a sign of one explanation."""

    def method(panels: Panels) -> dict[str, Answer]:
        groups = np.stack([fewer, more], axis=1).astype(float)
        changes, covariance = national_changes(panels.before @ groups, panels.after @ groups)
        difference = changes[:, 1] - changes[:, 0]
        variance = covariance[:, 0, 0] + covariance[:, 1, 1] - 2 * covariance[:, 0, 1]
        half = stdtrit(effective_dof(panels.before), 0.975) * np.sqrt(variance)
        truth = 1.0 if explanation in panels.parts else 0.0
        rest = sum((part for name, part in panels.parts.items() if name != explanation), np.zeros(len(CELLS)))
        holds = bool(np.ptp(rest[more | fewer]) < 1e-9)  # nothing else tells the two groups apart
        low, high = difference - half, difference + half
        # The statement is "this explanation is at work": the truth is coded 1 or 0, and an interval wholly above
        # zero claims it. Its coverage means nothing and is reported as missing.
        return {explanation: Answer(low, np.maximum(high, 0), truth, 0.0, holds, covers=False)}

    return method


def _negative_controls(most: int) -> Method:
    """Children's offences against an empirical null from the control codes: did they rise for a reason of their own?"""

    def method(panels: Panels) -> dict[str, Answer]:
        rows = slice(0, most)
        controls, control_error = national_changes(panels.controls_before[rows], panels.controls_after[rows])
        child = [
            counts[rows][..., CHILD].sum(axis=2, keepdims=True) for counts in (panels.before, panels.after)
        ]
        change, error = national_changes(*child)
        low, high = np.empty(len(change)), np.empty(len(change))
        for i in range(len(change)):
            null = EmpiricalNull.fit(controls[i], np.sqrt(np.diagonal(control_error[i])))
            calibrated = null.calibrate(change[i, 0], np.sqrt(error[i, 0, 0]))
            low[i], high[i] = calibrated.low, calibrated.high
        truth = 1.0 if panels.parts else 0.0
        return {"something of its own": Answer(low, np.maximum(high, 0), truth, 0.0, covers=False)}

    return method
