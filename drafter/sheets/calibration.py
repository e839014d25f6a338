"""The calibrage as a workbook that recomputes: the steps of the screen, their inputs open, their results live.

Every formula is compared with the engine before it is written. Where the two differ (a step that this
page does not know yet), the engine's figure is written, locked, and said to be fixed: a workbook may be
less alive than the service, never different from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from drafter import french
from drafter.calibration import LotCalibration, Step
from drafter.calibration.calibrate import COMPUTED, QUALIFIED
from drafter.calibration.rates import COMPENSATED, LOCAL_FLOOR, TYPED, rate_keys, rates_of
from drafter.calibration.territories import own_library
from drafter.dated import DatedValue, Status, Unit
from drafter.draft.fields import penalty_per_hour
from drafter.facts import HoursDecision, Method
from drafter.library import Library
from drafter.library.models import Family
from drafter.pipeline import Result
from drafter.sheets import book as b
from drafter.sheets.book import Book, Sheet
from drafter.sheets.formula import (
    Formula,
    any_of,
    ceiling_to,
    choose,
    floor_tenth,
    floor_to,
    is_empty,
    larger,
    literal,
    rounded,
    smaller,
    steady,
    total,
)
from drafter.understanding import Understood
from drafter.values import Euros, Hours, Quantity
from drafter.vocabulary import RESERVED_FLAGS, Form, Nature, Technicity

FILE_NAME = "calcul-des-heures.xlsx"
FIXED = "Chiffre fixé par le service : il ne se recalcule pas ici."

_NONE, _POOLED, _CLAUSE = (
    literal(french.typeset(decision.label))
    for decision in (HoursDecision.NONE, HoursDecision.POOLED, HoursDecision.CLAUSE)
)
_YES, _NO = literal("oui"), literal("non")
_UP, _DOWN = literal("supérieure"), literal("inférieure")
_ZERO, _ONE = literal(0), literal(1)

_LOT_WIDTHS = (42, 15, 24, 15, 14, 34, 23, 48)
_FACT, _SETTING = "Description du marché", "Réglage"
_OURS = (COMPUTED, TYPED, _FACT, _SETTING)
_LOT_HEADER = ("Étape", "Bas", "Retenu", "Haut", "Unité", "Source", "Certitude", "Précision")
_WIDTH = len(_LOT_HEADER)

_SETTINGS = {
    "heures-min": "seuil_heures",
    "heures-min-technique": "seuil_heures_technique",
    "heures-parcours": "seuil_parcours",
    "reprise.heures-min": "seuil_reprise",
    "duree-min": "seuil_duree",
    "duree-alerte": "alerte_duree",
    "arrondi": "pas_arrondi",
    "heures-semaine": "heures_semaine",
    "heures-mois": "heures_mois",
    "etp": "heures_an",
    "etp-payes": "heures_an_payees",
    "taux-max-travaux": "plafond_travaux",
    "taux-max-services": "plafond_services",
    "ratio-min": "ratio_minimal",
    "ratio-max": "ratio_maximal",
    "tranche-commande": "tranche_commandes",
}
"""The settings that formulas use, and the name each bears in the workbook."""

_FORMATS = {
    Unit.EUROS: b.EUROS,
    Unit.HOURLY: b.HOURLY,
    Unit.RATE: b.PERCENT,
    Unit.HOURS: b.PLAIN,
    Unit.MONTHS: b.PLAIN,
    Unit.DAYS: b.PLAIN,
    Unit.NUMBER: b.PLAIN,
}
_UNITS = {
    Unit.EUROS: "€ HT",
    Unit.HOURLY: "€/h",
    Unit.RATE: "%",
    Unit.HOURS: "h",
    Unit.MONTHS: "mois",
    Unit.DAYS: "jours",
    Unit.NUMBER: "nombre",
}


def calibration_workbook(result: Result) -> bytes:
    """The calibrage of a market as an .xlsx with live formulas. Same result, same bytes."""
    book = Book(f"Calibrage des heures d'insertion – {result.market.object}", result.on)
    summary = book.sheet("Synthèse", (10, 48, 30, 34, 11, 11, 11, 12, 10, 19, 13))
    sheets = [book.sheet(_sheet_name(lot), _LOT_WIDTHS) for lot in result.calibration.lots]
    settings = _hypotheses(book, result)
    lots = [
        _LotSheet(sheet, result, understood, lot, settings).write()
        for sheet, understood, lot in zip(sheets, result.understanding.lots, result.calibration.lots, strict=True)
    ]
    _summary(summary, result, lots, settings)
    return book.save()


def _sheet_name(lot: LotCalibration) -> str:
    return "Marché" if lot.lot is None else f"Lot {lot.lot}"


# --- one lot -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Three:
    """The three hypotheses of one line, as cells; a fact has the same cell for the three."""

    low: Formula
    central: Formula
    high: Formula

    def __iter__(self) -> Iterator[Formula]:
        return iter((self.low, self.central, self.high))

    def with_(self, other: _Three, join: Callable[[Formula, Formula], Formula]) -> _Three:
        return _Three(join(self.low, other.low), join(self.central, other.central), join(self.high, other.high))

    def each(self, change: Callable[[Formula], Formula]) -> _Three:
        return _Three(change(self.low), change(self.central), change(self.high))


@dataclass
class _Cells:
    """What the other sheets refer to in the sheet of a lot."""

    sheet: Sheet
    lot: LotCalibration
    decision: Formula
    hours: _Three
    exact: Formula | None = None
    duration: Formula | None = None
    amount: Formula | None = None
    ceiling_amount: Formula | None = None


@dataclass(frozen=True)
class _Rule:
    """How a figure that may be changed is written, and what it accepts."""

    fmt: str
    over: str = "0"
    most: str = ""


_AMOUNT = "Montant HT de l'assiette"
_DURATION = "Durée d'exécution"
_SHARE, _COST, _EFFORT = "Part de main-d'œuvre", "Coût horaire chargé", "Taux d'effort d'insertion"
_STAFF = "Effectif prévu (équivalent temps plein)"
_YEARLY = "Heures annuelles d'un temps plein"
_BILL = "Heures d'exécution prévues (DPGF, BPU ou économiste)"
_TAKEN = "Heures mensuelles du personnel transférable"
_REVENUE = "Chiffre d'affaires par heure de travail"
_AVAILABLE = "Part du marché disponible après reprise"
_WORKED, _LEFT = "Heures de travail du marché", "Heures de travail disponibles"
_EXACT, _COMPARED = "Heures d'insertion calculées", "Heures d'insertion calculées, pour comparaison"
_PREVIOUS = "Heures réellement travaillées du marché précédent"
_FORMER = "Montant HT du marché précédent"
_ABOVE = "Part des commandes au-dessus de ce montant"
_LEAST_ORDER = "Montant minimal d'un bon de commande qui porte des heures"
_HOLDERS = "Attributaires de l'accord-cadre"
_CEILING = "Plafond du taux d'effort"
_KEPT = "Heures retenues"
_FACTOR, _RISE = "coefficient", "du coût horaire"

_INPUTS = {
    _AMOUNT: _Rule(b.EUROS),
    _DURATION: _Rule(b.PLAIN, ">0"),
    _SHARE: _Rule(b.PERCENT, "0", "1"),
    _COST: _Rule(b.HOURLY, ">0"),
    _EFFORT: _Rule(b.PERCENT, "0", "1"),
    _STAFF: _Rule(b.PLAIN),
    _BILL: _Rule(b.TENTH),
    _TAKEN: _Rule(b.PLAIN),
    _REVENUE: _Rule(b.HOURLY, ">0"),
    _PREVIOUS: _Rule(b.PLAIN),
    _FORMER: _Rule(b.EUROS, ">0"),
    _ABOVE: _Rule(b.PERCENT, "0", "1"),
    LOCAL_FLOOR: _Rule(b.PERCENT, "0", "1"),
}
_TOLD = {_LEAST_ORDER: b.EUROS, _HOLDERS: b.PLAIN}
"""Facts that are shown and that no formula uses."""
_BY_UNIT = {_FACTOR: _Rule(b.PLAIN), _RISE: _Rule(b.PERCENT, "0", "1")}


@dataclass
class _LotSheet:
    sheet: Sheet
    result: Result
    understood: Understood
    lot: LotCalibration
    settings: dict[str, Formula]
    known: dict[str, _Three] = field(default_factory=dict)
    factors: list[_Three] = field(default_factory=list)
    rises: list[_Three] = field(default_factory=list)

    def write(self) -> _Cells:
        self._head()
        self._territories()
        self.sheet.section("Calcul", _WIDTH)
        typed = self.understood.scope.overrides.hours is not None
        if self.understood.scope.amount is None and self.lot.method in (Method.AMOUNT, Method.RATIO) and not typed:
            self._fact(_AMOUNT, None, "€ HT", "Montant inconnu : écrivez-le pour obtenir les heures.")
        for step in self.lot.steps:
            self._step(step)
        if not typed and _EXACT not in self.known:
            self._unknown_amount()
        if typed:
            decision, hours = self._typed()
        else:
            decision, hours = self._decided()
        cells = _Cells(self.sheet, self.lot, decision, hours)
        exact = self.known.get(_EXACT) or self.known.get(_COMPARED)
        cells.exact = exact.central if exact and not typed else hours.central
        cells.duration = self.known[_DURATION].central
        cells.amount = self.known[_AMOUNT].central if _AMOUNT in self.known else None
        self._equivalents(hours.central)
        if self.lot.method is Method.RATIO:
            cells.ceiling_amount = self._orders(hours.central, typed)
        self._tranches(hours.central)
        self._checks(exact, decision)
        self._words()
        return cells

    def _head(self) -> None:
        lot, market = self.lot, self.result.market
        where = "Calcul des heures d'insertion" if lot.lot is None else f"Lot n° {lot.lot} : {b.short(lot.title, 120)}"
        self.sheet.heading(where, f"{b.short(market.object, 160)}. Méthode : {lot.method.label.lower()}.")
        self.sheet.legend()
        self.sheet.header(_LOT_HEADER, freeze=True)

    @property
    def library(self) -> Library:
        """The library as the overlays of this lot change it."""
        return own_library(self.understood, self.result.library, self.result.on)

    def _territories(self) -> None:
        """Settings that an overlay changes for this lot: they stand here, over those of the common sheet."""
        national, local = self.result.library, self.library
        changed = [
            key
            for key in _SETTINGS
            if local.parameters.get(f"calibrage.{key}") is not national.parameters.get(f"calibrage.{key}")
        ]
        if not changed:
            return
        self.sheet.section("Réglages du territoire, à la place de ceux de la feuille Hypothèses", _WIDTH)
        self.settings = dict(self.settings)
        for key in changed:
            parameter = local.parameters[f"calibrage.{key}"]
            entry = local.entry(parameter.id, self.result.on) or parameter.values[0]
            self._label(
                Step(
                    parameter.label,
                    entry.value,
                    _UNITS[parameter.unit],
                    entry.source.title,
                    entry.status,
                    note=entry.note or "",
                    link=entry.source.link or "",
                )
            )
            cell = self.sheet.input(3, entry.value.value, _FORMATS[parameter.unit], bold=True, over="0")
            self.settings[key] = cell
            self.sheet.row += 1

    # --- lines ---

    def _label(self, step: Step, *, bold: bool = False) -> None:
        sheet = self.sheet
        sheet.frame(range(1, _WIDTH + 1))
        sheet.text(1, step.name, bold=bold)
        sheet.text(5, step.unit)
        sheet.text(6, step.source, link=step.link)
        sheet.text(7, "" if step.source in _OURS else step.status.label)
        sheet.text(8, step.note)

    def _own(self, name: str, unit: str = "", note: str = "", *, source: str = COMPUTED, bold: bool = False) -> None:
        """The label of a line that is ours: a result, or a fact beside the steps."""
        self._label(Step(name, Hours(0), unit, source, Status.CERTAIN, note=note), bold=bold)

    def _step(self, step: Step) -> None:
        if step.name == _KEPT:
            return  # written with the decision it depends on
        rule = _INPUTS.get(step.name) or _BY_UNIT.get(step.unit)
        if rule is not None:
            self._input_step(step, rule)
            return
        if step.name in _TOLD:
            self._label(step)
            self.sheet.constant(3, step.value.value, _TOLD[step.name], bold=True)
            self.sheet.row += 1
            return
        computed = self._computed(step)
        if computed is None or not _agree(computed, step):
            self._fixed(step)
            return
        formulas, fmt, note = computed
        one = step.low is None or step.high is None
        self._label(Step(step.name, step.value, step.unit, step.source, step.status, note=step.note or note))
        self.known[step.name] = self._results(formulas, fmt, one=one)
        self.sheet.row += 1

    def _input_step(self, step: Step, rule: _Rule) -> None:
        self._label(step)
        name, sheet = step.name, self.sheet
        low, value, high = step.low, step.value, step.high
        if low is not None and high is not None and not low == value == high:
            cells = [
                sheet.input(column, figure.value, rule.fmt, over=rule.over, most=rule.most, bold=column == 3)
                for column, figure in ((2, low), (3, value), (4, high))
            ]
            three = _Three(*cells)
        else:
            cell = sheet.input(3, value.value, rule.fmt, over=rule.over, most=rule.most, bold=True)
            three = _Three(cell, cell, cell)
            if low is not None:
                three = _Three(sheet.formula(2, cell, rule.fmt), cell, sheet.formula(4, cell, rule.fmt))
        sheet.row += 1
        if step.unit == _FACTOR:
            self.factors.append(three)
        elif step.unit == _RISE:
            self.rises.append(three)
        else:
            self.known[name] = three

    def _fact(self, name: str, value: Quantity | None, unit: str, note: str = "") -> None:
        """A fact that decides, and that the steps of this method do not show."""
        rule = _INPUTS[name]
        self._own(name, unit, note, source=_FACT)
        cell = self.sheet.input(3, None if value is None else value.value, rule.fmt, over=rule.over, bold=True)
        self.known[name] = _Three(cell, cell, cell)
        self.sheet.row += 1

    def _facts(self) -> None:
        scope = self.understood.scope
        if _AMOUNT not in self.known and scope.amount is not None:
            self._fact(_AMOUNT, scope.amount, "€ HT")
        if _DURATION not in self.known:
            self._fact(_DURATION, scope.duration, "mois")

    def _results(self, formulas: _Three, fmt: str, *, one: bool = False, bold: bool = False) -> _Three:
        central = self.sheet.formula(3, formulas.central, fmt, bold=True)
        if one:
            return _Three(central, central, central)
        return _Three(
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
        self.known[step.name] = _Three(cells[0] or central, central, cells[2] or central)
        self.sheet.row += 1

    # --- the calculation ---

    def _computed(self, step: Step) -> tuple[_Three, str, str] | None:
        """The formulas of a result, their format, and what they say in words."""
        known = self.known
        if step.name == _YEARLY:
            cell = self.settings["etp"]
            return _Three(cell, cell, cell), b.PLAIN, "Réglage de la feuille Hypothèses."
        if step.name == _CEILING:
            cell = self._ceiling()
            return _Three(cell, cell, cell), b.PERCENT, "Réglage de la feuille Hypothèses."
        if step.name == _WORKED:
            return self._worked()
        if step.name == _AVAILABLE and {_AMOUNT, _DURATION, _TAKEN, _REVENUE} <= known.keys():
            amount, months = known[_AMOUNT].central, known[_DURATION].central
            taken, revenue = known[_TAKEN].central, known[_REVENUE].central
            part = choose(amount.same(_ZERO), _ZERO, _ONE - taken * revenue / (amount / months))
            return _Three(part, part, part), b.PERCENT, "1 − (heures transférables × €/h) ÷ (montant ÷ durée)"
        if step.name == _LEFT and {_AVAILABLE, _AMOUNT, _REVENUE} <= known.keys():
            amount, revenue = known[_AMOUNT].central, known[_REVENUE].central
            left = larger(known[_AVAILABLE].central, _ZERO) * amount / revenue
            return _Three(left, left, left), b.TENTH, "part disponible × montant ÷ €/h, jamais négatif"
        if step.name in (_EXACT, _COMPARED):
            worked = known.get(_WORKED) or known.get(_LEFT) or known.get(_BILL)
            effort = self._effort()
            if worked is None or effort is None:
                return None
            return worked.with_(effort, lambda a, c: a * c), b.TENTH, "heures de travail × taux d'effort"
        return None

    def _worked(self) -> tuple[_Three, str, str] | None:
        known = self.known
        if {_STAFF, _YEARLY, _DURATION} <= known.keys():
            hours = known[_STAFF].central * known[_YEARLY].central * known[_DURATION].central / literal(12)
            return _Three(hours, hours, hours), b.TENTH, "effectif × heures annuelles × durée ÷ 12"
        if {_PREVIOUS, _FORMER, _AMOUNT} <= known.keys():
            hours = known[_PREVIOUS].central * (known[_AMOUNT].central / known[_FORMER].central)
            return _Three(hours, hours, hours), b.TENTH, "heures du marché précédent × montant ÷ montant précédent"
        if not {_AMOUNT, _SHARE, _COST} <= known.keys():
            return None
        amount, share, cost = self._base(), known[_SHARE], self._cost()
        pairs = zip(share, (cost.high, cost.central, cost.low), strict=True)
        note = "montant × part ÷ coût ; le bas prend le coût haut, le haut le coût bas"
        return _Three(*(amount * part / hourly for part, hourly in pairs)), b.TENTH, note

    def _base(self) -> Formula:
        """The amount that carries hours: without the orders under the least one."""
        amount = self.known[_AMOUNT].central
        return amount * self.known[_ABOVE].central if _ABOVE in self.known else amount

    def _cost(self) -> _Three:
        """The hourly cost once raised, on a line of its own when it is."""
        cost = self.known[_COST]
        if self.rises and "cost" not in self.known:
            for rise in self.rises:
                cost = cost.with_(rise, lambda a, c: a * (_ONE + c))
            self._own("Coût horaire appliqué", "€/h", "coût × (1 + majoration)")
            self.known["cost"] = self._results(cost, b.HOURLY)
            self.sheet.row += 1
        return self.known.get("cost", cost)

    def _ceiling(self) -> Formula:
        works = self.understood.scope.nature is Nature.WORKS
        return self.settings["taux-max-travaux" if works else "taux-max-services"]

    def _effort(self) -> _Three | None:
        """The effort once multiplied by its factors and capped, on a line of its own when there are any."""
        effort = self.known.get(_EFFORT)
        least = [self.known[name] for name in (COMPENSATED, LOCAL_FLOOR) if name in self.known]
        if effort is None or not (self.factors or least):
            return effort
        if "effort" not in self.known:
            for factor in self.factors:
                effort = effort.with_(factor, lambda a, c: a * c)
            if self.factors:
                effort = effort.each(lambda rate: smaller(rate, self._ceiling()))
            for three in least:
                effort = effort.with_(three, larger)
            note = (
                "taux × coefficients, plafonné" if not least else "taux × coefficients, plafonné, au moins le minimum"
            )
            self._own("Taux d'effort appliqué", "part des heures", note)
            self.known["effort"] = self._results(effort, b.PERCENT)
            self.sheet.row += 1
        return self.known["effort"]

    def _unknown_amount(self) -> None:
        """The engine stopped for want of an amount: the lines that follow wait for it."""
        for name in (_WORKED, _EXACT):
            step = Step(name, Hours(0), "h", COMPUTED, Status.CERTAIN, Hours(0), Hours(0))
            if self.lot.method is not Method.TRANSFER:
                self._step(step)
        if _EXACT not in self.known:
            self._fixed(Step(_EXACT, Hours(0), "h", COMPUTED, Status.CERTAIN, Hours(0), Hours(0)))

    # --- the decision ---

    def _threshold(self) -> Formula:
        """The setting under which this lot has no clause: the engine has a second one for very qualified lots."""
        scope = self.understood.scope
        qualified = scope.technicity is Technicity.HIGH or (
            rate_keys(self.understood, self.library).effort == QUALIFIED
        )
        return self.settings["heures-min-technique" if qualified and scope.nature is Nature.WORKS else "heures-min"]

    def _decided(self) -> tuple[Formula, _Three]:
        sheet, scope, settings = self.sheet, self.understood.scope, self.settings
        sheet.section("Décision", _WIDTH)
        self._facts()
        reserved = self._yes_no("Lot réservé (article L2113-12 et suivants)", bool(scope.flags & RESERVED_FLAGS))
        supplies = self._yes_no("Fournitures", scope.nature is Nature.SUPPLIES)
        duration, exact = self.known[_DURATION].central, self.known[_EXACT]
        hours = steady(exact.central)
        least, course, branch = self._threshold(), settings["heures-parcours"], settings["reprise.heures-min"]
        refusals = [
            *(
                [(self.known[_AMOUNT].central.same(_ZERO), "Montant inconnu")]
                if scope.amount is None and _AMOUNT in self.known
                else []
            ),
            (reserved.same(_YES), "Lot réservé : la réservation porte déjà l'insertion"),
            (supplies.same(_YES), "Fournitures : pas de main-d'œuvre d'exécution"),
            (duration < settings["duree-min"], "Durée d'exécution sous le seuil"),
        ]
        if self.lot.method is Method.TRANSFER:
            refusals += [(hours.same(_ZERO), "Le personnel à reprendre suffit au nouveau marché")]
            refusals += [(hours < branch, "Heures sous le seuil de la branche, après reprise du personnel")]
        refusals += [(hours < least, "Heures sous le seuil")]
        decision = choose(any_of(*(test for test, _ in refusals)), _NONE, choose(hours < course, _POOLED, _CLAUSE))
        reason = choose(hours < course, literal("Parcours court"), literal("Un mois de travail au moins"))
        for test, words in reversed(refusals):
            reason = choose(test, literal(french.typeset(words)), reason)
        cell = self._decision(decision)
        self._own("Motif")
        sheet.formula(3, reason)
        sheet.row += 1
        return cell, self._kept(exact, cell)

    def _decision(self, decision: Formula) -> Formula:
        alive = decision.value == french.typeset(self.lot.decision.label)
        self._own("Décision proposée", note="" if alive else FIXED, bold=True)
        if alive:
            cell = self.sheet.formula(3, decision, bold=True)
        else:
            cell = self.sheet.constant(3, self.lot.decision.label, bold=True)
        self.sheet.row += 1
        return cell

    def _yes_no(self, name: str, value: bool) -> Formula:
        self._own(name, "oui ou non", source=_FACT)
        cell = self.sheet.input(3, "oui" if value else "non", b.PLAIN, words=("oui", "non"))
        self.sheet.row += 1
        return cell

    def _kept(self, exact: _Three, decision: Formula) -> _Three:
        up = rates_of(self.understood, self.library, self.result.on).floor is not None
        self._own("Sens de l'arrondi", "dizaine", "Supérieure quand un texte impose un taux plancher.", source=_SETTING)
        direction = self.sheet.input(
            3, "supérieure" if up else "inférieure", b.PLAIN, words=("inférieure", "supérieure")
        )
        self.sheet.row += 1
        step = self.settings["arrondi"]

        def kept(hours: Formula) -> Formula:
            whole = choose(direction.same(_UP), ceiling_to(hours, step), floor_to(hours, step))
            return choose(decision.same(_NONE), _ZERO, whole)

        hours = self.lot.hours
        found = next((item for item in self.lot.steps if item.name == _KEPT), None)
        shown = found or Step(_KEPT, hours.advised, "h", COMPUTED, Status.CERTAIN, hours.low, hours.high)
        formulas = exact.each(kept)
        return self._hours_line(shown, formulas)

    def _hours_line(self, step: Step, formulas: _Three) -> _Three:
        if not _agree((formulas, "", ""), step):
            self._fixed(step)
            return self.known[_KEPT]
        self._label(step, bold=True)
        three = self._results(formulas, b.WHOLE, bold=True)
        self.sheet.row += 1
        return three

    def _typed(self) -> tuple[Formula, _Three]:
        """Hours agreed elsewhere: taken as they are, compared with the calculation above."""
        sheet = self.sheet
        sheet.section("Décision", _WIDTH)
        self._facts()
        kept = self.lot.steps[-1]
        self._label(kept, bold=True)
        cell = sheet.input(3, kept.value.value, _hours_format(kept.value), bold=True, over="0")
        fmt = _hours_format(kept.value)
        hours = _Three(sheet.formula(2, cell, fmt), cell, sheet.formula(4, cell, fmt))
        sheet.row += 1
        course = self.settings["heures-parcours"]
        decision = choose(cell.same(_ZERO), _NONE, choose(cell < course, _POOLED, _CLAUSE))
        return self._decision(decision), hours

    # --- what follows from the hours ---

    def _line(
        self, name: str, unit: str, what: Formula, fmt: str, note: str = "", verdict: Formula | None = None
    ) -> Formula:
        self._own(name, unit, note)
        cell = self.sheet.formula(3, what, fmt)
        if verdict is not None:
            self.sheet.formula(8, verdict)
        self.sheet.row += 1
        return cell

    def _equivalents(self, hours: Formula) -> None:
        settings = self.settings
        self.sheet.section("Les heures retenues, autrement dites", _WIDTH)
        together = settings["heures-mois"] * self.known[_DURATION].central
        for name, unit, size in (
            ("Semaines de travail d'une personne", "semaines", settings["heures-semaine"]),
            ("Mois de travail d'une personne", "mois", settings["heures-mois"]),
            ("ETP sur un an, heures travaillées", "ETP", settings["etp"]),
            ("ETP sur un an, heures payées", "ETP", settings["etp-payes"]),
            ("Personnes présentes en moyenne sur la durée", "personnes", together),
        ):
            self._line(name, unit, hours / size, b.HUNDREDTH)

    def _orders(self, hours: Formula, typed: bool) -> Formula | None:
        """A framework agreement: the ratio, and the hours at the minimum, the estimate and the maximum."""
        ratio, scope, sheet = self.lot.ratio, self.understood.scope, self.sheet
        sheet.section("Accord-cadre à bons de commande", _WIDTH)
        bounds: dict[str, Formula] = {}
        for name, value in (("minimum", scope.amount_min), ("maximum", scope.amount_max)):
            self._own(f"Montant {name} HT", "€ HT", source=_FACT)
            bounds[name] = sheet.input(3, None if value is None else value.value, b.EUROS, over="0")
            sheet.row += 1
        size = self.settings["tranche-commande"]
        if ratio is None or _AMOUNT not in self.known:
            return bounds["maximum"]
        if typed:
            exact = hours / (self._base() / size)
        else:
            effort = self.known.get("effort") or self.known[_EFFORT]
            exact = size * self.known[_SHARE].central * effort.central / self._cost().central
        exact = self._line("Ratio exact", "h par tranche", exact, b.HUNDREDTH, "Par tranche de commandes.")
        self._checked("Ratio à inscrire au CCAP", "h par tranche", floor_tenth(exact), ratio.per_tranche, b.TENTH)
        for name, amount, expected in (
            ("minimum", scope.amount_min, ratio.at_minimum),
            ("maximum", scope.amount_max, ratio.at_maximum),
        ):
            cell = bounds[name]
            part = cell * self.known[_ABOVE].central if _ABOVE in self.known else cell
            due = floor_to(part / size * exact, self.settings["arrondi"])
            words = literal(f"sans {name}")
            self._checked(
                f"Heures au montant {name}", "h", choose(is_empty(cell, amount is None), words, due), expected, b.WHOLE
            )
            if name == "minimum":
                self._line("Heures à l'estimation", "h", hours, b.WHOLE)
        return bounds["maximum"]

    def _checked(self, name: str, unit: str, what: Formula, expected: Quantity | None, fmt: str) -> None:
        if expected is None or what.value == expected.value:
            self._line(name, unit, what, fmt)
            return
        self._own(name, unit, FIXED)
        self.sheet.constant(3, expected.value, fmt)
        self.sheet.row += 1

    def _tranches(self, hours: Formula) -> None:
        """Hours of each tranche in proportion to its amount, in tens; the last takes the rest."""
        scope, sheet = self.understood.scope, self.sheet
        if self.lot.method is Method.PHASES:
            self._phase_hours()
            return
        if scope.form is not Form.TRANCHES or not scope.tranches:
            return
        sheet.section("Tranches", _WIDTH)
        titles = [b.short(item.title, 100) for item in scope.tranches]
        amounts: list[Formula] = []
        for title, item in zip(titles, scope.tranches, strict=True):
            self._own(f"Montant de : {title}", "€ HT", source=_FACT)
            amounts.append(sheet.input(3, item.amount.value, b.EUROS, over="0"))
            sheet.row += 1
        whole = total(amounts[0], amounts[-1], [amount.number or Fraction(0) for amount in amounts])
        whole = self._line("Montant de toutes les tranches", "€ HT", whole, b.EUROS)
        rest = hours
        for title, amount in zip(titles[:-1], amounts, strict=False):
            part = choose(whole.same(_ZERO), _ZERO, floor_to(hours * amount / whole, self.settings["arrondi"]))
            rest = rest - self._line(f"Heures de : {title}", "h", part, b.WHOLE)
        self._line(f"Heures de : {titles[-1]}", "h", rest, b.WHOLE, "Le reste : les tranches font le total.")

    def _phase_hours(self) -> None:
        """Hours of phases that have rates of their own: the engine's, as the formulas of one rate cannot give them."""
        self.sheet.section("Phases", _WIDTH)
        for item in self.lot.tranches:
            self._own(f"Heures de : {b.short(item.title, 100)}", "h", FIXED)
            self.sheet.constant(3, item.hours.value, b.WHOLE)
            self.sheet.row += 1

    def _checks(self, exact: _Three | None, decision: Formula) -> None:
        """Three of the service's checks, live. Nothing to check where there is no clause."""
        settings, sheet = self.settings, self.sheet
        sheet.section("Contrôles", _WIDTH)

        def told(test: Formula, words: str) -> Formula:
            said = choose(test, literal(french.typeset(words)), literal("Rien à signaler"))
            return choose(decision.same(_NONE), literal("Sans objet"), said)

        if exact is not None and _AMOUNT in self.known:
            amount = self.known[_AMOUNT].central
            ratio = choose(amount.same(_ZERO), _ZERO, exact.central / (amount / literal(10_000)))
            shown = Formula(f"$C${sheet.row}", ratio.value)
            test = any_of(shown < settings["ratio-min"], shown > settings["ratio-max"])
            verdict = told(test, "Hors de l'intervalle habituel : vérifiez le montant et les taux")
            self._line("Heures calculées pour 10 000 € HT", "h", ratio, b.HUNDREDTH, verdict=verdict)
        effort = self.known.get("effort") or self.known.get(_EFFORT)
        if effort is not None:
            test = effort.central > self._ceiling()
            verdict = told(test, "Au-delà du plafond : à confirmer avec le facilitateur")
            self._line("Taux d'effort retenu", "part des heures", effort.central, b.PERCENT, verdict=verdict)
        duration = self.known[_DURATION].central
        verdict = told(duration < settings["duree-alerte"], "Exécution courte : vérifiez qu'un parcours est possible")
        self._line("Durée d'exécution, contrôlée", "mois", duration, b.PLAIN, verdict=verdict)

    def _words(self) -> None:
        """What the service said of the lot when it made the workbook: words, that do not recompute."""
        lot, sheet = self.lot, self.sheet
        lines = [("Motif", lot.reason), ("À la place", lot.alternative)]
        lines += [("Alerte", alert) for alert in lot.alerts] + [("Question", each) for each in lot.questions]
        sheet.section("Ce que le service en disait à la création du classeur", _WIDTH)
        for name, words in lines:
            if words:
                sheet.text(1, name, frame=False)
                sheet.prose(2, words, 150)


def _agree(computed: tuple[_Three, str, str], step: Step) -> bool:
    formulas = computed[0]
    low, high = (step.value if figure is None else figure for figure in (step.low, step.high))
    figures = (low, step.value, high)
    return all(formula.value == figure.value for formula, figure in zip(formulas, figures, strict=True))


def _format(value: Quantity) -> str:
    return b.EUROS if isinstance(value, Euros) else b.TENTH if isinstance(value, Hours) else b.PLAIN


def _hours_format(value: Quantity) -> str:
    return b.WHOLE if value.value.denominator == 1 else b.HUNDREDTH


# --- hypotheses ----------------------------------------------------------------------------------


def _hypotheses(book: Book, result: Result) -> dict[str, Formula]:
    """The settings, each an input with a name; then what our tables said of each lot."""
    library = result.library
    sheet = book.sheet("Hypothèses", (46, 13, 16, 13, 14, 40, 23, 50, 9))
    sheet.heading(
        "Hypothèses et réglages",
        f"Bibliothèque {library.info.version} ; valeurs lues au {french.day(result.on)}, date de lancement.",
    )
    sheet.legend()
    header = ("Hypothèse", "Bas", "Retenu", "Haut", "Unité", "Source (avec son lien)", "Certitude", "Précision", "Lots")
    sheet.header(header, freeze=True)
    sheet.section("Réglages du calcul, communs à tous les lots", len(header))
    named: dict[str, Formula] = {}
    for key, name in _SETTINGS.items():
        parameter = library.parameters.get(f"calibrage.{key}")
        if parameter is None:
            continue
        entry = library.entry(parameter.id, result.on) or parameter.values[0]
        _setting(sheet, parameter.label, parameter.unit, entry, entry.value, header)
        named[key] = book.name(
            name, sheet.input(3, entry.value.value, _FORMATS[parameter.unit], bold=True, over="0"), sheet
        )
        sheet.row += 1
    _penalty_settings(book, sheet, result, named, header)
    sheet.section("Ce que proposent nos tables, avant tout changement", len(header))
    for step, lots in _tables(result).items():
        sheet.frame(range(1, len(header) + 1))
        sheet.text(1, step.name)
        fmt = (_INPUTS.get(step.name) or _BY_UNIT.get(step.unit) or _Rule(b.PLAIN)).fmt
        for column, figure in ((2, step.low), (3, step.value), (4, step.high)):
            if figure is not None:
                sheet.constant(column, figure.value, fmt)
        sheet.text(5, step.unit)
        sheet.text(6, step.source, link=step.link)
        sheet.text(7, step.status.label)
        sheet.text(8, step.note)
        sheet.text(9, ", ".join("marché" if lot is None else str(lot) for lot in lots))
        sheet.row += 1
    return named


def _setting(sheet: Sheet, label: str, unit: Unit, entry: DatedValue, value: Quantity, header: tuple[str, ...]) -> None:
    sheet.frame(range(1, len(header) + 1))
    sheet.text(1, label)
    sheet.text(5, _UNITS[unit])
    sheet.text(6, f"{entry.source.title}, lu le {french.day(entry.source.read_on)}", link=entry.source.link or "")
    sheet.text(7, entry.status.label)
    sheet.text(8, entry.note or "")


def _penalty_settings(
    book: Book, sheet: Sheet, result: Result, named: dict[str, Formula], header: tuple[str, ...]
) -> None:
    library = result.library
    entry = library.entry("smic.horaire", result.on)
    if entry is None:
        return
    sheet.section("Pénalité par heure non réalisée", len(header))
    parameter = library.parameters["smic.horaire"]
    _setting(sheet, parameter.label, parameter.unit, entry, entry.value, header)
    named["smic"] = book.name("smic_horaire", sheet.input(3, entry.value.value, b.HOURLY, bold=True, over="0"), sheet)
    sheet.row += 1
    penalty = library.penalties["INS-H"]
    multiple = penalty.parameters["coefficient"]
    kept = next((item for item in result.selection.kept if item.clause.family is Family.INSERTION), None)
    value = (kept.values.get("coefficient") if kept else None) or multiple.default
    sheet.frame(range(1, len(header) + 1))
    sheet.text(1, multiple.label)
    sheet.text(5, "fois le SMIC")
    sheet.text(6, penalty.source.title, link=penalty.source.link or "")
    sheet.text(7, penalty.status.label)
    sheet.text(8, multiple.note or "")
    named["multiple"] = book.name("multiple_smic", sheet.input(3, value.value, b.PLAIN, bold=True, over="0"), sheet)
    sheet.row += 1


def _tables(result: Result) -> dict[Step, list[int | None]]:
    """The figures of the tables that the steps use, once each, with their lots."""
    used: dict[Step, list[int | None]] = {}
    for lot in result.calibration.lots:
        for step in lot.steps:
            if step.unit != "h" and step.source not in (TYPED, COMPUTED):
                used.setdefault(step, []).append(lot.lot)
    return used


# --- summary -------------------------------------------------------------------------------------


def _summary(sheet: Sheet, result: Result, lots: list[_Cells], settings: dict[str, Formula]) -> None:
    market = result.market
    buyer = f"{b.short(market.buyer_name, 120)} – " if market.buyer_name else ""
    sheet.heading(
        "Calibrage des heures d'insertion",
        b.short(market.object, 200),
        f"{buyer}lancement le {french.day(result.on)} ; bibliothèque {result.library.info.version}",
    )
    header = (
        "Lot",
        "Intitulé",
        "Méthode",
        "Décision",
        "Heures : bas",
        "Heures retenues",
        "Heures : haut",
        "Calcul exact",
        "Durée (mois)",
        "Montant HT",
        "Heures pour 10 000 €",
    )
    sheet.header(header, freeze=True)
    first = sheet.row
    columns: dict[int, list[Formula]] = {column: [] for column in (5, 6, 7, 10)}
    for cells in lots:
        _summary_row(sheet, cells, columns, len(header))
    sheet.frame(range(1, len(header) + 1))
    sheet.text(1, "Total", bold=True)
    totals = {}
    for column, formulas in columns.items():
        letter = "ABCDEFGHIJK"[column - 1]
        span = (Formula(f"{letter}{first}", None), Formula(f"{letter}{sheet.row - 1}", None))
        values = [formula.number or Fraction(0) for formula in formulas]
        totals[column] = sheet.formula(column, total(*span, values), b.EUROS if column == 10 else b.WHOLE, bold=True)
    sheet.row += 1
    sheet.prose(
        1,
        "« Bas » et « Haut » réunissent toutes les hypothèses prudentes, puis toutes les hypothèses exigeantes. "
        "Les heures d'un lot sans clause ne sont pas reportées sur les autres.",
        200,
    )
    sheet.row += 1
    if "smic" in settings:
        _penalty(sheet, result, lots, totals[6], settings)


def _summary_row(sheet: Sheet, cells: _Cells, columns: dict[int, list[Formula]], width: int) -> None:
    lot, there = cells.lot, cells.sheet.there
    sheet.frame(range(1, width + 1))
    sheet.text(1, cells.sheet.title, link=f"#'{cells.sheet.title}'!A1")
    sheet.text(2, b.short(lot.title, 200))
    sheet.text(3, lot.method.label)
    sheet.formula(4, there(cells.decision))
    for column, hours in zip((5, 6, 7), cells.hours, strict=True):
        columns[column].append(sheet.formula(column, there(hours), b.WHOLE, bold=column == 6))
    if cells.exact is not None:
        sheet.formula(8, there(cells.exact), b.TENTH)
    if cells.duration is not None:
        sheet.formula(9, there(cells.duration))
    if cells.amount is not None:
        amount = sheet.formula(10, there(cells.amount), b.EUROS)
        columns[10].append(amount)
        advised = columns[6][-1]
        sheet.formula(11, choose(amount.same(_ZERO), _ZERO, advised / (amount / literal(10_000))), b.TENTH)
    sheet.row += 1


def _penalty(sheet: Sheet, result: Result, lots: list[_Cells], hours: Formula, settings: dict[str, Formula]) -> None:
    """What the whole penalty would weigh against the market: the proportionality figure."""
    sheet.header(("Pénalité, si aucune heure n'était réalisée", "Montant"), start=2)

    def line(name: str, what: Formula, fmt: str) -> Formula:
        sheet.text(2, name)
        cell = sheet.formula(3, what, fmt, bold=True)
        sheet.row += 1
        return cell

    per_hour = rounded(settings["smic"] * settings["multiple"], 2)
    engine = penalty_per_hour(result.context)
    assert engine is None or per_hour.value == engine.value
    per_hour = line("Pénalité par heure non réalisée (multiple du SMIC horaire)", per_hour, b.EUROS)
    stake = line("Pénalité de toutes les heures retenues, avant plafond", per_hour * hours, b.EUROS)
    market = result.market
    parts = []
    for cells in lots:
        ceiling, amount = cells.ceiling_amount, cells.amount
        if ceiling is not None:
            ceiling = cells.sheet.there(ceiling)
        if amount is not None:
            amount = cells.sheet.there(amount)
        if ceiling is not None and amount is not None:
            amount = choose(ceiling.same(_ZERO), amount, ceiling)
        parts += [part for part in (amount,) if part is not None]
    stated = market.amount_max or market.amount
    whole = parts[0] if parts else _ZERO
    for part in parts[1:]:
        whole = whole + part
    if market.lots and stated is not None:
        sheet.text(2, "Montant annoncé du marché")
        typed = sheet.input(3, stated.value, b.EUROS, over="0")
        sheet.row += 1
        whole = larger(typed, whole)
    whole = line("Montant du marché pris en compte", whole, b.EUROS)
    line("Part du montant du marché", choose(whole.same(_ZERO), _ZERO, stake / whole), b.PERCENT)
