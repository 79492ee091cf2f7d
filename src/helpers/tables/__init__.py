"""Tables: what every table must look like, and the only way they are read and written.

A notebook needs three names from here::

    from helpers.tables import TableError, read_table, write_table

- ``store`` reads and writes them, ``reading`` and ``validation`` with ``checks`` find what is wrong, ``faults`` says it
- ``package``: data/schemas; ``dictionary``: data/README.md, made from these; ``vocabularies``: data/vocabularies
- ``forces``, ``measures``, ``offences``, ``periods``: names and codes as they are published, and what they mean
- ``rounding``: how a number is printed; ``files``: where files live, and how they are written

Importing this room is cheap: pandas and pandera are loaded when the first table is read.
"""

from helpers.tables.faults import TableError
from helpers.tables.store import read_table, write_table

__all__ = ["TableError", "read_table", "write_table"]
