"""What a run makes of steps, values and grids."""

import pytest

from helpers.runner.errors import UsageError
from helpers.runner.session import Session


def names(plan):
    return [instance.name for instance in plan.instances]


def test_a_run_is_everything_with_the_notebooks_own_values_or_a_step_and_what_it_depends_on(tiny):
    (plan,) = tiny.plans()
    assert names(plan) == ["10_counts", "20_total", "50_force.cleveland"]
    assert (plan.instances[0].values, plan.instances[0].changed) == ({"vintage": "latest"}, {})
    assert names(*tiny.plans("20")) == ["10_counts", "20_total"]


def test_briefings_stand_side_by_side_and_are_kept_up_to_date(tiny):
    (plan,) = tiny.plans("50_force", p=["force=all"])
    assert names(plan) == ["10_counts", "50_force.cleveland", "50_force.northumbria"]
    assert plan.out == tiny.out
    tiny.run("50_force", p=["force=Northumbria"])
    assert names(*tiny.plans()) == ["10_counts", "20_total", "50_force.cleveland", "50_force.northumbria"]
    assert names(*tiny.plans("50_force")) == ["10_counts", "50_force.cleveland"]


def test_several_values_are_a_grid_of_folders_and_one_needs_none_of_its_own(tiny):
    plans = tiny.plans(p=["vintage=first,as_of:2017-03", "force=all"])
    assert [plan.out.name for plan in plans] == ["vintage=first", "vintage=as-of-2017-03"]
    values = [plan.instances[0].values["vintage"] for plan in plans]
    assert values == ["first", "as_of:2017-03"] and len(plans[0].instances) == 4
    (plan,) = tiny.plans(p=["vintage=first"])
    assert (plan.out, plan.instances[0].changed) == (tiny.out, {"vintage": "first"})


def test_values_that_cannot_be_together_are_refused_before_anything_starts(tiny):
    tiny.notebook("30_years", '#parameters\nfirst_year: str = "2014/15"\nlast_year: str = "2015/16"')
    for p in (["first_year=2016/17"], ["first_year=2014/15,2016/17", "vintage=first,latest"]):
        with pytest.raises(UsageError, match="30_years: first_year 2016/17 is not before last_year 2015/16"):
            tiny.plans(p=p)


def test_a_parameter_that_nothing_uses_is_refused(tiny):
    for p, said in ((["vintage=first", "level=0.9"], '"level"'), (["force=all"], '"force"; 50_force would')):
        with pytest.raises(UsageError, match=f"no step of this run has a parameter {said}"):
            tiny.plans("20", p=p)


def test_a_briefing_of_a_force_that_is_no_more_is_removed(tiny):
    tiny.run("50_force", p=["force=Northumbria"])
    tiny.write("data/vocabularies/forces.csv", "force,slug\nCleveland,cleveland\n")
    assert set(tiny.run()) == {"10_counts", "20_total", "50_force.cleveland"}
    assert not (tiny.out / "notebooks/50_force.northumbria.ipynb").exists()


@pytest.mark.parametrize("name", ["findings.json", "claims.json", "tables/total.csv", "figures/a.svg"])
def test_a_report_is_made_again_where_what_it_publishes_was_altered(tiny, monkeypatch, name):
    tiny.write(f"reports/build/{name}", "1")
    monkeypatch.setenv("RISE_ROOT", str(tiny.root))
    session = Session()
    monkeypatch.setattr(session, "call", lambda function: "")
    assert [session.publish(), session.publish()] == [True, False]
    tiny.write(f"reports/build/{name}", "2")
    assert session.publish()
