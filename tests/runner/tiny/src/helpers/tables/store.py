def check_all(names):
    from helpers import tables

    for name in names:
        tables.read_table(name)
