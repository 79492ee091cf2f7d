"""Small tables, written down row by row."""

import pandas as pd


def frame(columns: str, *rows: tuple, **constants) -> pd.DataFrame:
    """A frame of these rows under the names in `columns`; each of `constants` fills a column of its own.

    >>> frame("force count", ("Kent", 1), ("Essex", 2), year="2014/15")["count"].tolist()
    [1, 2]
    """
    return pd.DataFrame(rows, columns=columns.split()).assign(**constants)
