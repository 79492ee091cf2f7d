"""Pages about one inspection are merged field by field, never averaged, and disagreement is kept."""

import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from helpers.official import inspections
from helpers.tables import read_table


def page(**fields):
    usual = {"force": "Kent", "inspection": "initial", "report_date": "2017-06-15"}
    usual |= {"source_kind": "press", "source": "a-paper"}
    return dict.fromkeys(read_table("inspections").columns) | usual | fields


def pages(*rows):
    return pd.DataFrame(rows).astype(read_table("inspections").dtypes)


REPORT = {"source_kind": "HMICFRS report page", "source": "the-report"}


def test_fields_come_from_whichever_page_has_them():
    press = page(sexual_percent=94.4, violence_percent=86.3)
    merged = inspections.merge(pages(press, page(all_crime_percent=90.4, all_crime_margin="1.49", **REPORT)))
    fields = ["all_crime_percent", "violence_percent", "sexual_percent"]
    assert merged[fields].values.tolist() == [[90.4, 86.3, 94.4]]


def test_two_later_checks_a_year_apart_are_two_inspections():
    later = page(inspection="peel_or_later")
    printed = {"2021-05-07": 87.6, "2022": 91.6}
    checks = [later | {"report_date": day, "all_crime_percent": share} for day, share in printed.items()]
    merged = inspections.merge(pages(*checks))
    assert merged["all_crime_percent"].tolist() == [87.6, 91.6]


def test_a_limit_counts_as_the_margin_and_none_as_the_largest():
    printed = (("A", 95.01, "<3"), ("B", 90.01, "2.16"), ("C", 90.01, None))
    names = "force", "all_crime_percent", "all_crime_margin"
    rows = [page(**dict(zip(names, cells, strict=True))) for cells in printed]
    table = inspections.accuracy(pages(*rows)).set_index("force")
    assert table.loc["A", "se_log"] * 95.01 == pytest.approx(3 / 1.96, rel=1e-3)
    assert table.loc["C", "se_log"] > table.loc["B", "se_log"]
    assert table.loc["C", "se_log"] * 90.01 == pytest.approx(table.loc["A", "se_log"] * 95.01, rel=1e-3)


def sample(force="Kent", review="HMIC CDI 2014", **fields):
    names = "incidents_examined crimes_should_be_recorded crimes_recorded recorded_pct_as_published".split()
    return dict.fromkeys(names) | {"force": force, "review": review} | fields


def sampled(*rows):
    return inspections.dip_samples(pd.DataFrame(rows))


def test_a_dip_sample_has_a_jeffreys_interval():
    table = sampled(sample(crimes_should_be_recorded=10, crimes_recorded=9))
    expected = proportion_confint(9, 10, alpha=0.05, method="jeffreys")
    assert table.loc[0, ["low", "high"]].tolist() == pytest.approx(expected)
    assert table.loc[0, "accuracy"] == 0.9


def test_a_percentage_alone_has_no_interval_and_earlier_reviews_no_place():
    old = "HMIC crime and incident review (published 2012)"
    earlier = sample(force="Surrey", review=old, recorded_pct_as_published=97.0)
    table = sampled(sample(force="Sussex", recorded_pct_as_published=83.4), earlier)
    assert table["force"].tolist() == ["Sussex"]
    assert table[["low", "high", "se_log"]].isna().all(axis=None)
