"""A small library of estimators: arrays in; frozen results, frames or numbers out.

===========  =====================================================================================================
ratios       a change between two counts, funnels of many, changes of two kinds of count over the same units
changes      the same for many units: pooled, one by one, without each in turn, with some missing
panels       figures of many releases paired, and the rise in one set of units after another
shrinkage    many small units' ratios, pulled towards the others as far as chance warrants
series       a step at a date, an unknown change point, effects that reach units at different dates
placebo      the same at dates, and for units, where nothing happened
dated        the methods about dates on courses with a known effect; courses draws noise that hangs together
dose         a slope on a dose that is itself an estimate
controls     an estimate against what negative controls show
contrasts    differences, quotients, p-values of estimates; many tests at once
standardise  a change in a rate divided between its factors
sensitivity  how strong something left out would have to be
bounds       the shares that explanations can have under a ladder of assumptions
multiverse   every defensible specification, side by side and tested together
worlds       made-up panels with a known answer, and what each method makes of them
missing      a result that the figures do not reach, with the reason
===========  =====================================================================================================

Import what is needed, from the module or from here::

    from helpers.stats import ratios, series
    from helpers.stats import rate_ratio

Names are found on first use, so that importing this package costs nothing. Everything is deterministic: what
is simulated takes a seed. Bad input raises ``ValueError`` naming the argument.
"""

from importlib import import_module

_NAMES = {
    "estimate": ("Estimate",),
    "missing": ("NotAvailable",),
    "ratios": (
        "change_funnel",
        "clustered_power",
        "clustered_ratio",
        "funnel",
        "funnel_limits",
        "rate_ratio",
    ),
    "changes": (),
    "panels": (),
    "shrinkage": ("shrink_ratios", "spread_difference"),
    "series": ("change_point", "event_study", "interrupted_many", "interrupted_series", "line_break"),
    "staggered": ("Staggered",),
    "breaks": ("break_set",),
    "placebo": ("named_units", "placebo_many", "placebo_steps"),
    "dose": ("errors_in_variables", "reliability", "slope_p_value", "slope_power"),
    "controls": ("EmpiricalNull",),
    "contrasts": ("at_level", "difference", "holm", "p_value", "quotient"),
    "standardise": ("das_gupta",),
    "sensitivity": ("e_value", "partial_r2", "robustness_value"),
    "bounds": ("breakdown", "share_bounds", "share_bounds_many"),
    "intervals": ("imbens_manski",),
    "rungs": ("Rung", "alike", "anywhere", "nowhere", "rising"),
    "multiverse": ("joint_test", "run_specifications"),
    "worlds": ("Shape", "World", "simulate", "study"),
    "trials": ("bounds_of", "totals_only"),
}
_HOME = {name: module for module, names in _NAMES.items() for name in names}

__all__ = sorted(_HOME)


def __getattr__(name: str):
    if name in _NAMES:
        return import_module(f"{__name__}.{name}")
    if name in _HOME:
        return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
