"""Tables: what every table must look like, and the only way they are read and written.

A notebook needs three names from here::

    from helpers.tables import TableError, read_table, write_table

Importing this room is cheap: pandas and pandera are loaded when the first table is read.
"""

from helpers.tables.faults import TableError
from helpers.tables.store import read_table, write_table

__all__ = ["TableError", "read_table", "write_table"]
