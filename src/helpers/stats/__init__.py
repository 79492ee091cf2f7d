"""A small library of estimators: arrays in; frozen results, frames or numbers out.

Import what is needed, from the module or from here::

    from helpers.stats import ratios, series
    from helpers.stats import rate_ratio

Names are found on first use, so that importing this package costs nothing. Everything is deterministic: what
is simulated takes a seed. Bad input raises ``ValueError`` naming the argument.
"""

from importlib import import_module

_NAMES = {
    "estimate": ("Estimate",),
    "ratios": (
        "change_funnel",
        "clustered_power",
        "clustered_ratio",
        "funnel",
        "funnel_limits",
        "rate_ratio",
    ),
    "shrinkage": ("shrink_ratios", "spread_difference"),
    "series": ("change_point", "interrupted_series", "line_break"),
    "event_study": (),
    "placebo": ("named_units", "placebo_steps"),
    "dose": ("errors_in_variables",),
    "controls": ("EmpiricalNull",),
    "standardise": ("das_gupta",),
    "sensitivity": ("e_value", "partial_r2", "robustness_value"),
    "bounds": (),
    "multiverse": ("run_specifications",),
    "worlds": (),
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
