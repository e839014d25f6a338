"""The lines of a sheet: a label and its figures, open, computed or fixed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from drafter.calibration import LotCalibration, Step
from drafter.calibration.rates import COMPUTED
from drafter.calibration.territories import own_library
from drafter.dated import Status
from drafter.library import Library
from drafter.pipeline import Result
from drafter.sheets import book as b
from drafter.sheets.book import Sheet
from drafter.sheets.formula import Formula
from drafter.sheets.names import (
    AMOUNT,
    DURATION,
    FACT,
    FACTOR,
    FIXED,
    INPUTS,
    OURS,
    RISE,
    WIDTH,
    Rule,
)
from drafter.understanding import Understood
from drafter.values import Euros, Hours, Quantity


@dataclass(frozen=True)
class Three:
    """The three hypotheses of one line, as cells; a fact has the same cell for the three."""

    low: Formula
    central: Formula
    high: Formula

    def __iter__(self) -> Iterator[Formula]:
        return iter((self.low, self.central, self.high))

    def with_(self, other: Three, join: Callable[[Formula, Formula], Formula]) -> Three:
        return Three(join(self.low, other.low), join(self.central, other.central), join(self.high, other.high))

    def each(self, change: Callable[[Formula], Formula]) -> Three:
        return Three(change(self.low), change(self.central), change(self.high))


@dataclass
class Cells:
    """What the other sheets refer to in the sheet of a lot."""

    sheet: Sheet
    lot: LotCalibration
    decision: Formula
    hours: Three
    exact: Formula | None = None
    duration: Formula | None = None
    amount: Formula | None = None
    ceiling_amount: Formula | None = None
    worked: Formula | None = None
    moved: list[Moved] = field(default_factory=list)


@dataclass
class PhaseCells:
    """The inputs of one phase, None where it takes the rate of the lot; its hours once computed."""

    amount: Formula
    share: Formula | None
    cost: Formula | None
    effort: Formula | None
    hours: Three | None = None


@dataclass(frozen=True)
class Moved:
    """One rate at its low and its high value, and the hours that follow, as other sheets name them."""

    key: str
    name: str
    fmt: str
    low: Formula
    high: Formula
    at_low: Formula
    at_high: Formula


@dataclass
class Lines:
    """The sheet of one lot, line by line; `known` holds the cells already written."""

    sheet: Sheet
    result: Result
    understood: Understood
    lot: LotCalibration
    settings: dict[str, Formula]
    known: dict[str, Three] = field(default_factory=dict)
    factors: list[Three] = field(default_factory=list)
    rises: list[Three] = field(default_factory=list)
    phases: list[PhaseCells] = field(default_factory=list)
    direction: Formula | None = None
    """The cell that says which way hours are rounded; None when they were typed."""

    @property
    def library(self) -> Library:
        """The library as the overlays of this lot change it."""
        return own_library(self.understood, self.result.library, self.result.on)

    def _label(self, step: Step, *, bold: bool = False) -> None:
        sheet = self.sheet
        sheet.frame(range(1, WIDTH + 1))
        sheet.text(1, step.name, bold=bold)
        sheet.text(5, step.unit)
        sheet.text(6, step.source, link=step.link)
        sheet.text(7, "" if step.source in OURS else step.status.label)
        sheet.text(8, step.note)

    def _own(self, name: str, unit: str = "", note: str = "", *, source: str = COMPUTED, bold: bool = False) -> None:
        """The label of a line that is ours: a result, or a fact beside the steps."""
        self._label(Step(name, Hours(0), unit, source, Status.CERTAIN, note=note), bold=bold)

    def _input_step(self, step: Step, rule: Rule) -> None:
        self._label(step)
        name, sheet = step.name, self.sheet
        low, value, high = step.low, step.value, step.high
        if low is not None and high is not None and not low == value == high:
            cells = [
                sheet.input(column, figure.value, rule.fmt, over=rule.over, most=rule.most, bold=column == 3)
                for column, figure in ((2, low), (3, value), (4, high))
            ]
            three = Three(*cells)
        else:
            cell = sheet.input(3, value.value, rule.fmt, over=rule.over, most=rule.most, bold=True)
            three = Three(cell, cell, cell)
            if low is not None:
                three = Three(sheet.formula(2, cell, rule.fmt), cell, sheet.formula(4, cell, rule.fmt))
        sheet.row += 1
        if step.unit == FACTOR:
            self.factors.append(three)
        elif step.unit == RISE:
            self.rises.append(three)
        else:
            self.known[name] = three

    def _fact(self, name: str, value: Quantity | None, unit: str, note: str = "") -> None:
        """A fact that decides, and that the steps of this method do not show."""
        rule = INPUTS[name]
        self._own(name, unit, note, source=FACT)
        cell = self.sheet.input(3, None if value is None else value.value, rule.fmt, over=rule.over, bold=True)
        self.known[name] = Three(cell, cell, cell)
        self.sheet.row += 1

    def _facts(self) -> None:
        scope = self.understood.scope
        if AMOUNT not in self.known and scope.amount is not None:
            self._fact(AMOUNT, scope.amount, "€ HT")
        if DURATION not in self.known:
            self._fact(DURATION, scope.duration, "mois")

    def _results(self, formulas: Three, fmt: str, *, one: bool = False, bold: bool = False) -> Three:
        central = self.sheet.formula(3, formulas.central, fmt, bold=True)
        if one:
            return Three(central, central, central)
        return Three(
            self.sheet.formula(2, formulas.low, fmt, bold=bold),
            central,
            self.sheet.formula(4, formulas.high, fmt, bold=bold),
        )

    def _fixed(self, step: Step) -> None:
        """A step that this page cannot compute, or computes otherwise: the engine's figures, locked."""
        note = f"{step.note} {FIXED}".strip()
        self._label(Step(step.name, step.value, step.unit, step.source, step.status, note=note, link=step.link))
        fmt = _format(step.value)
        cells = [
            self.sheet.constant(column, figure.value, fmt, bold=column == 3) if figure is not None else None
            for column, figure in ((2, step.low), (3, step.value), (4, step.high))
        ]
        central = cells[1]
        assert central is not None
        self.known[step.name] = Three(cells[0] or central, central, cells[2] or central)
        self.sheet.row += 1

    def _line(
        self, name: str, unit: str, what: Formula, fmt: str, note: str = "", verdict: Formula | None = None
    ) -> Formula:
        self._own(name, unit, note)
        cell = self.sheet.formula(3, what, fmt)
        if verdict is not None:
            self.sheet.formula(8, verdict)
        self.sheet.row += 1
        return cell

    def _checked(self, name: str, unit: str, what: Formula, expected: Quantity | None, fmt: str) -> None:
        if expected is None or what.value == expected.value:
            self._line(name, unit, what, fmt)
            return
        self._own(name, unit, FIXED)
        self.sheet.constant(3, expected.value, fmt)
        self.sheet.row += 1


def agree(computed: tuple[Three, str, str], step: Step) -> bool:
    formulas = computed[0]
    low, high = (step.value if figure is None else figure for figure in (step.low, step.high))
    figures = (low, step.value, high)
    return all(formula.value == figure.value for formula, figure in zip(formulas, figures, strict=True))


def _format(value: Quantity) -> str:
    return b.EUROS if isinstance(value, Euros) else b.TENTH if isinstance(value, Hours) else b.PLAIN


def hours_format(value: Quantity) -> str:
    return b.WHOLE if value.value.denominator == 1 else b.HUNDREDTH
