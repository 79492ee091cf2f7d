"""Did forces grow where audits had found most unrecorded? Every window of the register, with its controls.

The register `windows` says between which periods each force's growth is taken, what its audit found, and the sign that
better recording gives. :func:`force_windows` runs each on offences against children, on minor violence, which better
recording moves as well, and on offences that it cannot move much. A window in which one of these follows the dose has
failed its control. P-values come from dealing the audits to forces at random.
"""

from collections.abc import Callable

import numpy as np
import pandas as pd

from helpers.official.audits import DATES, adoption_panel, dose_windows, period, timing
from helpers.official.phases import codes_in_text
from helpers.stats.dose import errors_in_variables, permutation_p_value
from helpers.stats.missing import NotAvailable
from helpers.stats.multiverse import shuffles
from helpers.stats.staggered import NEVER, Staggered
from helpers.tables import vocabularies
from helpers.tables.package import columns

_OFFENCES = vocabularies.rows("window_offences", "role")
ROLES = {row["offences"]: row["role"] for row in _OFFENCES}
CODES = {row["offences"]: codes_in_text(row["families"]) for row in _OFFENCES}
DOSES = vocabularies.labels("doses")
LEAST = int(vocabularies.threshold("fewest_in_window"))
SLOPE = "slope of log growth on what the audit found"
STEP = "mean effect on the log of quarterly counts"


def force_windows(
    register, doses, counts, *, first_year, last_year, left_out=None, draws=199, seed=2017, level=0.95
) -> pd.DataFrame:
    """Every window of the register, by every dose, on every kind of offence.

    Parameters
    ----------
    register : DataFrame
        The register `windows`.
    doses : mapping
        What :func:`helpers.official.audits.doses` returns.
    counts : mapping
        Kind of offence (:data:`CODES`) → what :func:`helpers.official.series_notes.drop_unreliable` returns.
    first_year, last_year : str
        The two years compared.
    left_out : mapping, optional
        What :func:`helpers.official.series_notes.misdated_forces` returns.
    draws, seed : int
        Random exchanges of dates between forces for a step, and a tenth of those of audits for a slope, which take no time.
    level : float

    Returns
    -------
    DataFrame
        The columns of the table of that name, `meaning` empty, one row a window, dose and kind of offence. `control` is "stayed", or names the negative controls that moved
        (a p-value below 1 - level). Where fewer forces than :data:`LEAST` reach a window there is no value, and `reason` says why.
    """
    rows, years = [], {"first_year": first_year, "last_year": last_year}
    options = left_out, draws, seed, level
    for entry in register.itertuples():
        words = {"window": entry.window, "label": entry.label, "expected": entry.expected or None}
        ends = [years.get(end, end) for end in (entry.early, entry.late)]
        for dose in entry.doses.split():
            if entry.kind == "step":
                found = _steps(entry, doses[dose], counts, *options)
            else:
                audits = doses[dose] if pd.isna(entry.ends) else _later(doses[dose], ends[1])
                found = [_slope(audits, table, ends, *options) for table in counts.values()]
            of = ({"dose": dose, "offences": name, "role": ROLES[name]} for name in counts)
            made = [words | each | row for each, row in zip(of, found, strict=True)]
            rows += [row | {"control": _control(made, level)} for row in made]
    return pd.DataFrame(rows, columns=columns("force_windows"))


def _slope(audits, counts, ends, left_out, draws, seed, level) -> dict:
    found = dose_windows(counts, audits, *ends, left_out=left_out)
    start = {"statistic": SLOPE, "n": len(found)}
    if len(found) < LEAST or found["dose"].nunique() < 2:
        held = f"only {len(found)} of {len(audits)}" if len(found) else "no"
        return start | {"reason": str(NotAvailable(f"{held} forces with such an audit reach this window"))}
    x, y, se = (found[column] for column in ("dose", "growth", "dose_se"))
    slope = errors_in_variables(x, y, x_se=se, level=level)
    if not np.isfinite([slope.low, slope.high]).all():
        return start | {"reason": str(NotAvailable("the audits are too inexact for so few forces"))}
    naive = errors_in_variables(x, y, x_se=0, level=level)
    p = permutation_p_value(x, y, draws=10 * draws, seed=seed)
    numbers = slope.row("value") | {"least_squares": naive.value, "p_value": p}
    return start | _where(audits, found, ends) | numbers


def _steps(entry, audits, counts, left_out, draws, seed, level) -> list[dict]:
    again = "second_report" in audits
    if again:  # forces that were not inspected again are never reached
        audits = audits.assign(report_date=audits["second_report"])
    kept = {"date": entry.date, "keep_unreached": again, "left_out": left_out or ()}
    panels = [adoption_panel(table.dropna(), audits, **kept) for table in counts.values()]
    wide = [panel.pivot(index="unit", columns="time", values="outcome") for panel in panels]
    units = sorted(set.intersection(*(set(table.index) for table in wide)))
    logs = np.stack([table.loc[units].to_numpy() for table in wide])
    starts = panels[0].groupby("unit")["adopted"].first().loc[units].fillna(NEVER).to_numpy()
    options = {"leads": 1, "lags": int(entry.lags), "anticipation": int(entry.anticipation)}
    plan = Staggered(starts, logs.shape[2], **options)
    fit = plan.fit(logs, numbers=[-1], level=level)
    value, low, high = (ends[:, -1] for ends in (fit.effect, fit.low, fit.high))
    orders = shuffles(len(units), draws, seed)
    dealt = [Staggered(starts[order], logs.shape[2], **options).value(logs)[:, -1] for order in orders]
    p = (1 + (np.abs(dealt) >= np.abs(value) - 1e-12).sum(axis=0)) / (1 + draws)
    numbers = pd.DataFrame({"value": value, "low": low, "high": high, "p_value": p}).to_dict("records")
    return [{"statistic": STEP, "n": plan.treated_units} | row for row in numbers]


def _later(audits: pd.DataFrame, year: str) -> pd.DataFrame:
    """Forces whose audited records begin after a financial year has ended."""
    return audits[audits["audit_start"].fillna("").astype(str) > f"{int(year[:4]) + 1}-03-31"]


def _where(audits: pd.DataFrame, found: pd.DataFrame, ends: list[str]) -> dict[str, float]:
    """Mean number of quarters of both periods in each place, over forces whose dates are all printed."""
    dated = audits[audits["force"].isin(found["force"])].dropna(subset=list(DATES))
    places = {}
    for side, words in zip(("early", "late"), ends, strict=True):
        seen = pd.DataFrame([timing(audit, period(words, audit)) for audit in dated.itertuples()])
        places |= seen.mean().add_prefix(f"{side}_").to_dict()
    return places


def _control(rows: list[dict], level: float) -> str | None:
    """What the negative controls of one window did."""
    controls = [row for row in rows if row["role"] == "negative control" and "p_value" in row]
    moved = [row["offences"] for row in controls if row["p_value"] < 1 - level]
    return (f"failed: {', '.join(moved)} moved" if moved else "stayed") if controls else None


def meanings(table: pd.DataFrame, bearing: Callable[..., str], *, level: float = 0.95) -> list[str]:
    """What each row says of better recording, judged by `bearing` where a sign is expected and the controls stayed."""

    def of(row) -> str:
        if pd.isna(row.value):
            return "not available"
        if row.role == "negative control":
            return "moved" if row.p_value < 1 - level else "stayed"
        if pd.isna(row.expected):
            return "no sign expected"
        if row.control != "stayed":
            return "control failed"
        return bearing("afterwards", row.expected, row.value, row.low, row.high, row.p_value, level=level)

    return [of(row) for row in table.itertuples()]


def answer(table: pd.DataFrame) -> str:
    """One sentence on the windows that recording gives a sign for, from the table with its `meaning`."""
    rows = table[(table["role"] == "children") & table["expected"].notna() & table["value"].notna()]
    failed = rows["control"].str.startswith("failed")
    right = (rows["value"] > 0) == (rows["expected"] == "above 0")
    told = (~failed).sum(), (right & ~failed).sum(), (rows["meaning"] == "as predicted").sum()
    sound, leaned, plain = (int(count) or "none" for count in told)
    return (
        f"Of {len(rows)} windows in which better recording gives a sign, the controls stayed in {sound}. Of these, "
        f"children's offences leaned as better recording predicts in {leaned}, and plainly so in {plain}."
    )
