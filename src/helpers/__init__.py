"""Why recorded child sexual offences rose: the code behind the notebooks.

What an analyst tries first needs no other import::

    import helpers

    helpers.table("recorded_crime")                        # any table by its name, as a frame
    helpers.area("Northumbria Police")                     # its published and official figures, with the sources
    helpers.compare("Cleveland", "2014/15", "2015/16")     # two years, with intervals
    helpers.chart("Cleveland", "Northumbria")              # official counts side by side

They stand in :mod:`helpers.first_look`, which is loaded when one of them is first used. Everything else stands in
the rooms: ``stats``, ``tables``, ``official``, ``foi``, ``intake``, ``ledger``, ``charts``, ``publish``, ``runner``.
"""

FIRST = __all__ = ("area", "areas", "chart", "compare", "table")


def __getattr__(name: str):
    if name in FIRST:
        from helpers import first_look

        return getattr(first_look, name)
    raise AttributeError(f"helpers has no {name!r}; to begin with, it has {', '.join(FIRST)}")


def __dir__() -> list[str]:
    return sorted([*globals(), *FIRST])
