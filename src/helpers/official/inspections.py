"""How much reported crime each force recorded: the inspections, one row each, as accuracy with a standard error.

What one inspection found is often known from two or three pages, each of which prints some of it and rounds some of
it. ``merge`` joins the pages field by field and never averages: the value of the most direct source stands, a more
precise printing of the same value replaces it, and any other value is listed as a conflict.

``accuracy`` gives the share of reported crime that was recorded, with a standard error on the log scale from the
printed 95% margin. ``dip_samples`` does the same for the small 2014 audits, from their counts.

The audits from 2015 on measure accuracy after most of the rise had happened; only the 2014 samples come before.
"""

from __future__ import annotations

import re
from datetime import date

import numpy as np
import pandas as pd
from scipy.special import betaincinv

from helpers.stats.estimate import check_level, normal_quantile
from helpers.tables.periods import parse_period
from helpers.tables.vocabularies import threshold

# Most direct first. Where two pages disagree, the one nearer to the inspectorate stands.
RANK = (
    "HMICFRS report page", "HMICFRS news", "HMIC news", "BBC Data Unit dataset",
    "PCC letter", "PCC statement", "force statement", "press",
)  # fmt: skip
NUMBERS = (
    "all_crime_percent", "violence_percent", "sexual_percent",
    "unrecorded_per_year", "violence_unrecorded_per_year", "sexual_unrecorded_per_year",
    "rape_reports_audited", "rape_reports_wrong",
)  # fmt: skip
TEXTS = (
    "report_date", "audit_start", "audit_end", "all_crime_margin", "violence_margin", "sexual_margin",
    "grade", "sexual_remark",
)  # fmt: skip
KINDS = ("all_crime", "violence", "sexual")
SAMPLE = ("recorded", "should", "accuracy", "low", "high", "se_log")
SAME_INSPECTION = int(threshold("same_inspection"))


def merge(frame: pd.DataFrame) -> pd.DataFrame:
    """One row an inspection, from one row a page.

    Parameters
    ----------
    frame : DataFrame
        The raw table `inspections`.

    Returns
    -------
    DataFrame
        `force`, `inspection`, every figure and text of the raw table, `pages` (how many were joined), `sources`
        (their ids, joined by blanks) and `conflicts` (fields on which they disagree, with both values; empty when
        none). Sorted by force and report date.

    Raises
    ------
    ValueError
        For a kind of source that has no rank.

    Examples
    --------
    >>> from helpers.tables import read_table
    >>> merged = merge(read_table("inspections"))
    >>> merged.loc[merged["force"] == "Wiltshire", ["inspection", "all_crime_percent", "pages"]].values.tolist()
    [['initial', 90.9, 2], ['peel_or_later', 92.4, 1]]
    """
    unknown = set(frame["source_kind"]) - set(RANK)
    if unknown:
        raise ValueError(f"inspections has a kind of source without a rank: {sorted(unknown)[0]}")
    pages = frame.astype(object).where(frame.notna(), None).to_dict("records")
    inspections: dict[tuple, list[dict]] = {}
    for page, visit in zip(pages, _visits(pages), strict=True):
        inspections.setdefault((page["force"], page["inspection"], visit), []).append(page)
    table = pd.DataFrame(_join(found) for found in inspections.values())
    return table.sort_values(["force", "report_date", "inspection"], na_position="first", ignore_index=True)


def accuracy(frame: pd.DataFrame, kind: str = "all_crime", *, level: float = 0.95) -> pd.DataFrame:
    """Share of reported crime that each inspection found recorded, with a standard error.

    Parameters
    ----------
    frame : DataFrame
        The raw table `inspections`, or what :func:`merge` returns.
    kind : str
        "all_crime", "violence" or "sexual".
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    DataFrame
        One row an inspection with a rate: `force`, `inspection`, `report_date`, `audit_start`, `audit_end` (whole
        dates, empty where not printed; an end before its start is empty, and `audit_dates` says so), `audit_dates`,
        `accuracy` (0 to 1), `se_log` (standard error of its logarithm), `low`, `high`, `se_basis` and `grade`.
        `se_basis` is "margin" (the printed 95% margin), "bound" (only a limit is printed, taken as the margin) or
        "largest" (no margin: the largest one printed for the kind, so that weights do not flatter it). Half a unit
        of the last printed digit is added in quadrature.

    Raises
    ------
    ValueError
        For another kind, or a level outside (0, 1).

    Examples
    --------
    >>> from helpers.tables import read_table
    >>> found = accuracy(read_table("inspections")).set_index(["force", "inspection"])
    >>> found.loc[("Cleveland", "initial"), ["audit_start", "se_basis"]].tolist()
    ['2017-05-01', 'margin']
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(KINDS)}, not {kind!r}")
    reach = normal_quantile(level)
    merged = frame if "conflicts" in frame.columns else merge(frame)
    rows = merged[merged[f"{kind}_percent"].notna()].reset_index(drop=True)
    percent = rows[f"{kind}_percent"].astype(float)
    printed = [_margin(text) for text in rows[f"{kind}_margin"]]
    fallback = _largest_margin(merged, kind)
    margin = np.array([fallback if value is None else value for value, _ in printed])
    rounding = np.array([10.0 ** -_decimals(value) for value in percent]) / np.sqrt(12)
    # the printed margins are 95% margins whatever `level` is asked for
    error = np.hypot(margin / normal_quantile(0.95), rounding)
    share = percent.to_numpy() / 100
    se_log = error / percent.to_numpy()
    dates = [_dates(start, end) for start, end in zip(rows["audit_start"], rows["audit_end"], strict=True)]
    dates = pd.DataFrame(dates, columns=["audit_start", "audit_end", "audit_dates"])
    return (
        rows[["force", "inspection", "report_date"]]
        .join(dates)
        .assign(
            accuracy=share,
            se_log=se_log,
            low=share * np.exp(-reach * se_log),
            high=np.minimum(1.0, share * np.exp(reach * se_log)),
            se_basis=[basis for _, basis in printed],
            grade=rows["grade"],
        )
    )


def dip_samples(frame: pd.DataFrame, *, level: float = 0.95) -> pd.DataFrame:
    """The 2014 audits by force: small samples of incidents, with exact-enough intervals.

    Parameters
    ----------
    frame : DataFrame
        The raw table `inspection_2014_forces`.
    level : float
        Level of the interval, in (0, 1).

    Returns
    -------
    DataFrame
        One row a force: `force`, `review`, `recorded`, `should` (crimes; empty where only a percentage is
        printed), `accuracy` (0 to 1), `low`, `high` (Jeffreys interval), `se_log`, and `other` (what other pages
        say of the same force). The final audit goes before the interim report, counts before percentages, and of
        two pages on one audit the one that names the incidents examined. Earlier reviews are left out.

    References
    ----------
    Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133 (the Jeffreys interval).

    Examples
    --------
    >>> from helpers.tables import read_table
    >>> found = dip_samples(read_table("inspection_2014_forces")).set_index("force")
    >>> found.loc["Cleveland", ["recorded", "should"]].tolist()
    [67, 85]
    """
    check_level(level)
    rows = frame[frame["review"].str.contains("2014|2015")].copy()
    rows["_counts"] = rows["crimes_should_be_recorded"].notna() & rows["crimes_recorded"].notna()
    rows = rows[rows["_counts"] | rows["recorded_pct_as_published"].notna()]
    rows["_final"] = rows["review"].str.startswith("HMIC CDI")
    rows["_named"] = rows["incidents_examined"].notna()
    rows = rows.sort_values(
        ["force", "_counts", "_final", "_named"], ascending=[True, False, False, False], kind="stable"
    )
    table = []
    for force, group in rows.groupby("force", sort=True):
        best = group.iloc[0]
        other = "; ".join(map(_told, group.iloc[1:].to_dict("records")))
        table.append({"force": force, "review": best["review"], **_sample(best, level), "other": other})
    return pd.DataFrame(table).astype({"recorded": "Int64", "should": "Int64"})


def _sample(row: pd.Series, level: float) -> dict:
    if not row["_counts"]:
        share = float(row["recorded_pct_as_published"]) / 100
        return dict(zip(SAMPLE, (None, None, share, np.nan, np.nan, np.nan), strict=True))
    recorded, should = int(row["crimes_recorded"]), int(row["crimes_should_be_recorded"])
    if not 0 < recorded <= should:
        raise ValueError(f"{row['force']}: {recorded} crimes recorded of {should} cannot be a sample")
    a, b, tail = recorded + 0.5, should - recorded + 0.5, (1 - level) / 2
    share = recorded / should
    middle = a / (a + b)  # keeps the standard error above zero where every crime was recorded
    error = float(np.sqrt((1 - middle) / (middle * should)))
    high = 1.0 if recorded == should else float(betaincinv(a, b, 1 - tail))
    found = recorded, should, share, float(betaincinv(a, b, tail)), high, error
    return dict(zip(SAMPLE, found, strict=True))


def _told(row: dict) -> str:
    if row["_counts"]:
        return f"{row['review']}: {int(row['crimes_recorded'])} of {int(row['crimes_should_be_recorded'])}"
    return f"{row['review']}: {row['recorded_pct_as_published']:g}%"


def _visits(pages: list[dict]) -> list[int]:
    """Number the inspections of one force and tag by their dates, so that two later checks stay two."""
    visits = [0] * len(pages)
    tagged: dict[tuple, list[tuple[date, int]]] = {}
    for index, page in enumerate(pages):
        if page["report_date"] is not None:
            dated = tagged.setdefault((page["force"], page["inspection"]), [])
            dated.append((_day(page["report_date"]), index))
    for dated in tagged.values():
        number, last = 0, None
        for day, index in sorted(dated):
            number += last is not None and (day - last).days > SAME_INSPECTION
            visits[index], last = number, day
    return visits


def _join(pages: list[dict]) -> dict:
    """Join the pages of one inspection, in the order of how direct their sources are."""
    pages = sorted(pages, key=lambda page: RANK.index(page["source_kind"]))
    joined = {"force": pages[0]["force"], "inspection": pages[0]["inspection"]}
    conflicts = []
    for name in NUMBERS:
        values = [float(page[name]) for page in pages if page[name] is not None]
        joined[name], others = _most_precise(values)
        conflicts += [f"{name} {joined[name]:g} or {other:g}" for other in others]
    for name in TEXTS:
        texts = list(dict.fromkeys(page[name] for page in pages if page[name] is not None))
        joined[name] = texts[0] if texts else None
        if name == "grade":
            conflicts += [f"grade {texts[0]} or {other}" for other in texts[1:]]
    return joined | {
        "pages": len(pages),
        "sources": " ".join(dict.fromkeys(page["source"] for page in pages)),
        "conflicts": "; ".join(conflicts),
    }


def _most_precise(values: list[float]) -> tuple[float, list[float]]:
    """The first value, in its most precise printing, and the values that do not round to it.

    >>> _most_precise([96.0, 96.4, 95.0])
    (96.4, [95.0])
    """
    if not values:
        return np.nan, []
    chosen = values[0]
    others = []
    for value in values[1:]:
        fewer = min(_decimals(chosen), _decimals(value))
        if abs(value - chosen) <= 0.5 * 10.0**-fewer + 1e-9:
            chosen = value if _decimals(value) > _decimals(chosen) else chosen
        elif value not in others:
            others.append(value)
    return chosen, others


def _decimals(value: float) -> int:
    """Decimals that a percentage was printed with, as far as a float can tell: 96.4 has one, 91.0 none."""
    text = f"{value:.6f}".rstrip("0")
    return len(text.split(".")[1])


def _margin(text) -> tuple[float | None, str]:
    if not isinstance(text, str):
        return None, "largest"
    found = re.fullmatch(r"(<?)\s*(\d+(?:\.\d+)?)", text.strip())
    if found is None:
        raise ValueError(f"margin {text!r} is not a number of percentage points")
    return float(found[2]), "bound" if found[1] else "margin"


def _largest_margin(merged: pd.DataFrame, kind: str) -> float:
    """The largest margin printed for the kind; for sexual offences, which have none, that for violence."""
    for name in (kind, "violence"):
        found = [value for value, _ in map(_margin, merged[f"{name}_margin"]) if value is not None]
        if found:
            return max(found)
    raise ValueError("inspections has no printed margin to go by")


def _day(text: str) -> date:
    """The first day of a date, month or year."""
    return date.fromisoformat(
        text if len(text) == 10 else f"{text}-01" if len(text) == 7 else f"{text}-01-01"
    )


def _dates(start, end) -> tuple[str | None, str | None, str]:
    """Whole dates of an audit, and a remark where they were not printed so."""
    if not (isinstance(start, str) and isinstance(end, str)):
        return None, None, "not printed"
    first = _day(start)
    last = date.fromisoformat(end) if len(end) == 10 else parse_period(end).end
    if last < first:
        return first.isoformat(), None, "end printed before start"
    remark = {10: "", 7: "months only", 4: "year only"}[min(len(start), len(end))]
    return first.isoformat(), last.isoformat(), remark
