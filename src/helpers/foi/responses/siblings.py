"""Texts that each stand alone over figures, read beside their siblings: titles of tables, sections, lines, sheets.

On its own "21" is a number and "Not recorded" says nothing; among "19D" and "88A" the one is an offence code, after
"Female" and "Male" the other a sex. What such a text leaves open is written into it here, before it is read.
"""

from __future__ import annotations

import re

from helpers.foi.responses.ages import find_sex, settle, spell_sexes
from helpers.foi.responses.axes import are_years
from helpers.foi.responses.context import without_number
from helpers.foi.responses.grids import Table
from helpers.foi.responses.labels import read_label
from helpers.foi.responses.rows import lone_codes
from helpers.foi.responses.spans import find_spans
from helpers.foi.responses.titles import title_meaning
from helpers.foi.responses.values import tidy

LONGEST = 40
_PAIR = re.compile(r"'?(\d\d)\s?[/\-]\s?'?(\d\d)")


def settle_texts(texts: list[str], *, titles: bool = True) -> list[str]:
    """Write into texts what their siblings say of them.

    A lone number among ages is an age where the texts are `titles`; among lines it may well be a count.

    >>> settle_texts(["Female", "Male", "Not recorded"])
    ['Female', 'Male', 'Sex unknown']
    >>> settle_texts(["19D", "21"])
    ['HO code 19D', 'HO code 21']
    >>> settle_texts(["11-12", "12-13"]), settle_texts(["0", "Age 1 - 4"])
    (['2011/12', '2012/13'], ['Age 0', 'Age 1 - 4'])
    """
    bare = [without_number(tidy(text)).strip(" :") if len(text) <= LONGEST + 12 else "" for text in texts]
    codes = lone_codes(bare)
    pairs = list(dict.fromkeys(name for name in bare if _PAIR.fullmatch(name)))
    years = set(pairs) if len(pairs) > 1 and are_years(pairs) else set()
    aged = titles and any(read_label(name).dimensions == {"age"} for name in bare if name not in years)
    settled, kind = [], ""
    for text, name, spelled, ended in zip(texts, bare, spell_sexes(bare), _settled_ends(bare), strict=True):
        if not name or len(name) > LONGEST:
            settled.append(text)
        elif name in codes:
            settled.append(f"HO code {name}")
        elif name in years:
            first, last = _PAIR.fullmatch(name).groups()
            settled.append(f"{'19' if first > '69' else '20'}{first}/{last}")
        elif aged and re.fullmatch(r"\d{1,2}(?:\s?(?:&|and|/)\s?\d{1,2})?", name):
            settled.append(f"Age {name}")
            kind = "Age"
        elif ended != name:
            settled.append(ended)
            kind = "Age"
        elif spelled != name:
            settled.append(spelled)
            kind = "Sex"
        elif kind and not read_label(name).dimensions and find_sex(name, sure=True)[0] == "unknown":
            settled.append(f"{kind} unknown")
        else:
            label = read_label(name)
            dimensions = label.dimensions - {"measure"} if label.understood else frozenset()
            kind = "Sex" if dimensions == {"sex"} else "Age" if dimensions == {"age"} else kind
            settled.append(text)
    return settled


def _settled_ends(names: list[str]) -> list[str]:
    """Names of which "Over 18" says 18 and over where another ends at 17."""
    ages = [read_label(name).age if name else None for name in names]
    known = [age for age in ages if age]
    ends = iter(settle(known))
    settled = [next(ends) if age else None for age in ages]
    return [
        f"Age {after.low} and over" if before and after != before and not after.strict else name
        for name, before, after in zip(names, ages, settled, strict=True)
    ]


_QUARTER = re.compile(r"(?i)\bq\s?(\d)\b")


def without_questions(names: dict[str, str], titles: dict[str, list[str]]) -> dict[str, str]:
    """Take "Q1" out of names of sheets where it numbers a question and no quarter.

    It is a question when the sheet says so, when one is numbered 5 or more, or when the sheet states its own period and
    the names do not make up the four quarters.

    >>> without_questions({"Q1 2022-23": "Q1 2022-23"}, {"Q1 2022-23": ["Q1: Offences, 2022-23"]})
    {'Q1 2022-23': '2022-23'}
    """
    numbers = {found[1] for name in names if (found := _QUARTER.search(name))}
    settled = {}
    for name, text in names.items():
        found = _QUARTER.search(text)
        above = titles.get(name, [])
        asked = found and any(re.match(rf"(?i)\W*q(?:uestion)?\.?\s?{found[1]}\b", line) for line in above)
        dated = any(span.year for line in above for span in find_spans(line).spans)
        question = found and (asked or max(numbers) > "4" or (dated and numbers != set("1234")))
        settled[name] = _QUARTER.sub("", text, count=1).strip(" -_:") if question else text
    return settled


def settle_tables(tables: list[Table]) -> None:
    """Settle the nearest titles of tables among each other, and the sections of each table.

    A line over the first of several tables with titles of one kind is a title of them all.
    """
    titled = [table for table in tables if table.titles]
    shared, own = _without_shared([table.titles[-1][0] for table in titled])
    for table, text in zip(titled, settle_texts(own), strict=True):
        address = table.titles[-1][1]
        table.titles[-1:] = [(shared, address), (text, address)] if shared else [(text, address)]
    for table in tables:
        if not table.sections:
            continue
        above = table.titles[-1:]  # the first section stands there
        texts = settle_texts([text for text, _ in above] + [text for _, text in table.sections])
        table.titles[-1:] = [(text, address) for text, (_, address) in zip(texts, above, strict=False)]
        texts = texts[len(above) :]
        table.sections = [(row, text) for (row, _), text in zip(table.sections, texts, strict=True)]
    for sheet in dict.fromkeys(table.cells.grid.sheet for table in tables):
        _share_title([table for table in tables if table.cells.grid.sheet == sheet])


def _without_shared(texts: list[str]) -> tuple[str, list[str]]:
    """The words that titles share before a colon or a dash, and what each says behind it: "Offences: F", "Offences: M".

    >>> _without_shared(["Offences recorded: F", "Offences recorded: M"])
    ('Offences recorded', ['F', 'M'])
    """
    found = [re.match(r"(?P<shared>.{4,}?)\s*(?::| [-–])\s+(?P<own>\S.{0,40})$", text) for text in texts]
    if len(texts) < 2 or not all(found) or len({one["shared"] for one in found}) > 1:
        return "", texts
    if len({one["own"] for one in found}) == 1:  # "April 2021 - March 2022" over each
        return "", texts
    return found[0]["shared"], [one["own"] for one in found]


def _states(title: tuple[str, str]) -> frozenset[str]:
    return title_meaning([title]).dimensions - {"measure"}


def _share_title(tables: list[Table]) -> None:
    tables = [table for table in tables if table.titles]
    if len(tables) < 2 or len(tables[0].titles) < 2:
        return
    kinds = [_states(table.titles[-1]) for table in tables]
    common = frozenset.intersection(*kinds)
    above = tables[0].titles[-3:-1]
    general = next((title for title in reversed(above) if _states(title)), None)
    stated = _states(general) if general else frozenset()
    if not common or not stated or stated & common or len(general[0]) > 150 or "?" in general[0]:
        return
    for table in tables[1:]:
        if not title_meaning(table.titles[:-1]).dimensions & stated:
            table.titles.insert(0, general)
