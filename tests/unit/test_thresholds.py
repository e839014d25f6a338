"""The dated figures of the law, to the cent and to the day, as the domain file gives them (droit.md, § 2 and 7)."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction

import pytest
from cases import LIBRARY

from drafter.dated import Status
from drafter.vocabulary import Buyer, ContractKind, Nature

FIGURES = (
    # parameter, from, to (None: until further notice), value
    ("seuils.europeen.fs-central", "2020-01-01", "2021-12-31", "139000"),
    ("seuils.europeen.fs-central", "2022-01-01", "2023-12-31", "140000"),
    ("seuils.europeen.fs-central", "2024-01-01", "2025-12-31", "143000"),
    ("seuils.europeen.fs-central", "2026-01-01", "2027-12-31", "140000"),
    ("seuils.europeen.fs-autres", "2020-01-01", "2021-12-31", "214000"),
    ("seuils.europeen.fs-autres", "2022-01-01", "2023-12-31", "215000"),
    ("seuils.europeen.fs-autres", "2024-01-01", "2025-12-31", "221000"),
    ("seuils.europeen.fs-autres", "2026-01-01", "2027-12-31", "216000"),
    ("seuils.europeen.fs-entites", "2020-01-01", "2021-12-31", "428000"),
    ("seuils.europeen.fs-entites", "2022-01-01", "2023-12-31", "431000"),
    ("seuils.europeen.fs-entites", "2024-01-01", "2025-12-31", "443000"),
    ("seuils.europeen.fs-entites", "2026-01-01", "2027-12-31", "432000"),
    ("seuils.europeen.travaux", "2020-01-01", "2021-12-31", "5350000"),
    ("seuils.europeen.travaux", "2022-01-01", "2023-12-31", "5382000"),
    ("seuils.europeen.travaux", "2024-01-01", "2025-12-31", "5538000"),
    ("seuils.europeen.travaux", "2026-01-01", "2027-12-31", "5404000"),
    ("seuils.europeen.concession", "2020-01-01", "2021-12-31", "5350000"),
    ("seuils.europeen.concession", "2022-01-01", "2023-12-31", "5382000"),
    ("seuils.europeen.concession", "2024-01-01", "2025-12-31", "5538000"),
    ("seuils.europeen.concession", "2026-01-01", "2027-12-31", "5404000"),
    ("seuils.dispense.fournitures-services", "2020-01-01", "2026-03-31", "40000"),
    ("seuils.dispense.fournitures-services", "2026-04-01", None, "60000"),
    ("seuils.dispense.travaux", "2020-01-01", "2020-07-23", "40000"),
    ("seuils.dispense.travaux", "2020-07-24", "2020-12-08", "70000"),
    ("seuils.dispense.travaux", "2020-12-09", "2025-12-31", "100000"),
    ("seuils.dispense.travaux", "2026-01-01", None, "100000"),
    ("seuils.profil-acheteur", "2020-01-01", "2026-03-31", "40000"),
    ("seuils.profil-acheteur", "2026-04-01", None, "60000"),
    ("seuils.decp", "2020-01-01", "2023-12-31", "40000"),
    ("seuils.decp", "2024-01-01", None, "40000"),
    ("seuils.spaser", "2020-01-01", "2022-12-31", "100000000"),
    ("seuils.spaser", "2023-01-01", None, "50000000"),
    ("smic.horaire", "2022-08-01", "2022-12-31", "11.07"),
    ("smic.horaire", "2023-01-01", "2023-04-30", "11.27"),
    ("smic.horaire", "2023-05-01", "2023-12-31", "11.52"),
    ("smic.horaire", "2024-01-01", "2024-10-31", "11.65"),
    ("smic.horaire", "2024-11-01", "2025-12-31", "11.88"),
    ("smic.horaire", "2026-01-01", "2026-05-31", "12.02"),
    ("smic.horaire", "2026-06-01", "2026-12-31", "12.31"),
    ("smic.horaire", "2027-01-01", None, "12.31"),  # of 2026, and said to be
)
DAY = timedelta(days=1)


@pytest.mark.parametrize(("name", "start", "end", "figure"), FIGURES)
def test_a_figure_holds_from_its_first_day_to_its_last(name: str, start: str, end: str | None, figure: str) -> None:
    first = date.fromisoformat(start)
    last = date.fromisoformat(end) if end else date(2035, 1, 1)
    for on in (first, last):
        entry = LIBRARY.entry(name, on)
        assert entry is not None
        assert (entry.start, entry.end) == (first, date.fromisoformat(end) if end else None)
        assert entry.value.value == Fraction(figure)
    before = LIBRARY.entry(name, first - DAY)
    assert before is None or before.end == first - DAY
    if end:
        after = LIBRARY.entry(name, last + DAY)
        assert after is None or after.start == last + DAY


def test_no_figure_of_the_law_escapes_this_table() -> None:
    told = {(name, start) for name, start, _, _ in FIGURES}
    kept = {
        (parameter.id, entry.start.isoformat())
        for parameter in LIBRARY.parameters.values()
        if parameter.id.startswith(("seuils.", "smic."))
        for entry in parameter.values
    }
    assert kept - told == {("seuils.publicite", "2020-01-01")}


@pytest.mark.parametrize("contract", ContractKind)
@pytest.mark.parametrize("nature", Nature)
@pytest.mark.parametrize("buyer", Buyer)
def test_one_threshold_for_each_buyer_and_nature(contract: ContractKind, nature: Nature, buyer: Buyer) -> None:
    rows = [
        row for row in LIBRARY.thresholds if row.contract is contract and nature in row.natures and buyer in row.buyers
    ]
    assert len(rows) == 1


def test_a_figure_that_was_not_read_in_the_text_says_so() -> None:
    entry = LIBRARY.entry("seuils.dispense.travaux", date(2025, 6, 1))
    assert entry is not None
    assert entry.status is Status.PROBABLE
    smic = LIBRARY.entry("smic.horaire", date(2027, 1, 1))
    assert smic is not None
    assert smic.status is Status.TO_VERIFY
    for name, _, _, _ in FIGURES:
        for value in LIBRARY.parameters[name].values:
            assert value.source.link, name


def test_a_day_without_table_has_no_value() -> None:
    for name in ("seuils.europeen.fs-autres", "seuils.europeen.travaux", "seuils.europeen.concession"):
        assert LIBRARY.value(name, date(2028, 1, 1)) is None
        assert LIBRARY.value(name, date(2019, 12, 31)) is None
