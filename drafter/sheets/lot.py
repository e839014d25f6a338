"""The sheet of one lot: its calculation, its decision, then what follows from the hours."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from drafter import french
from drafter.calibration import LotCalibration, Step
from drafter.calibration.orders import RATIO
from drafter.calibration.rates import COST as RATE_COST
from drafter.calibration.rates import EFFORT as RATE_EFFORT
from drafter.calibration.rates import SHARE as RATE_SHARE
from drafter.facts import Method
from drafter.sheets import book as b
from drafter.sheets.decision import Decision
from drafter.sheets.formula import (
    Formula,
    any_of,
    ceiling_tenth,
    ceiling_to,
    choose,
    floor_tenth,
    floor_to,
    is_empty,
    literal,
    summed,
    total,
)
from drafter.sheets.lines import Cells, Moved, PhaseCells, Three
from drafter.sheets.names import (
    ABOVE,
    AMOUNT,
    BILL,
    COMPARED,
    COST,
    DURATION,
    EFFORT,
    EXACT,
    FACT,
    FIXED,
    FORMATS,
    INPUTS,
    LEFT,
    LOT_HEADER,
    NONE,
    SETTINGS,
    SHARE,
    UNITS,
    UP,
    WIDTH,
    WORKED,
    ZERO,
)
from drafter.vocabulary import Form

LOT_WIDTHS = (42, 15, 24, 15, 14, 34, 23, 48)


def sheet_name(lot: LotCalibration) -> str:
    return "Marché" if lot.lot is None else f"Lot {lot.lot}"


class LotSheet(Decision):
    """The whole sheet, in its order."""

    def write(self) -> Cells:
        self._head()
        self._territories()
        if self.lot.method is Method.PHASES:
            self._phase_inputs()
        self.sheet.section("Calcul", WIDTH)
        typed = self.understood.scope.overrides.hours is not None
        if self.understood.scope.amount is None and self.lot.method in (Method.AMOUNT, Method.RATIO) and not typed:
            self._fact(AMOUNT, None, "€ HT", "Montant inconnu : écrivez-le pour obtenir les heures.")
        for step in self.lot.steps:
            self._step(step)
        if not typed and EXACT not in self.known:
            self._unknown_amount()
        if typed:
            decision, hours = self._typed()
        else:
            decision, hours = self._decided()
        cells = Cells(self.sheet, self.lot, decision, hours)
        exact = self.known.get(EXACT) or self.known.get(COMPARED)
        cells.exact = exact.central if exact and not typed else hours.central
        cells.duration = self.known[DURATION].central
        cells.amount = self.known[AMOUNT].central if AMOUNT in self.known else None
        self._equivalents(hours.central)
        worked = next((self.known[name] for name in (WORKED, LEFT, BILL) if name in self.known), None)
        cells.worked = worked.central if worked is not None else None
        if not typed:
            cells.moved = list(self._moved())
        if self.understood.scope.form is Form.ORDERS:
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
        self.sheet.header(LOT_HEADER, freeze=True)

    def _territories(self) -> None:
        """Settings that an overlay changes for this lot: they stand here, over those of the common sheet."""
        national, local = self.result.library, self.library
        changed = [
            key
            for key in SETTINGS
            if local.parameters.get(f"calibrage.{key}") is not national.parameters.get(f"calibrage.{key}")
        ]
        if not changed:
            return
        self.sheet.section("Réglages du territoire, à la place de ceux de la feuille Hypothèses", WIDTH)
        self.settings = dict(self.settings)
        for key in changed:
            parameter = local.parameters[f"calibrage.{key}"]
            entry = local.entry(parameter.id, self.result.on) or parameter.values[0]
            self._label(
                Step(
                    parameter.label,
                    entry.value,
                    UNITS[parameter.unit],
                    entry.source.title,
                    entry.status,
                    note=entry.note or "",
                    link=entry.source.link or "",
                )
            )
            cell = self.sheet.input(3, entry.value.value, FORMATS[parameter.unit], bold=True, over="0")
            self.settings[key] = cell
            self.sheet.row += 1

    def _equivalents(self, hours: Formula) -> None:
        settings = self.settings
        self.sheet.section("Les heures retenues, autrement dites", WIDTH)
        together = settings["heures-mois"] * self.known[DURATION].central
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
        sheet.section("Accord-cadre à bons de commande", WIDTH)
        bounds: dict[str, Formula] = {}
        for name, value in (("minimum", scope.amount_min), ("maximum", scope.amount_max)):
            self._own(f"Montant {name} HT", "€ HT", source=FACT)
            bounds[name] = sheet.input(3, None if value is None else value.value, b.EUROS, over="0")
            sheet.row += 1
        size = self.settings["tranche-commande"]
        if ratio is None or AMOUNT not in self.known:
            return bounds["maximum"]
        if ABOVE not in self.known and scope.overrides.share_above is not None and scope.overrides.order_threshold:
            self._fact(ABOVE, scope.overrides.share_above, "part des commandes")
        if typed or self.lot.method is not Method.RATIO:
            exact = (hours if typed else self.known[EXACT].central) / (self._base() / size)
        else:
            effort = self.known.get("effort") or self.known[EFFORT]
            exact = size * self.known[SHARE].central * effort.central / self._cost().central
        exact = self._line("Ratio exact", "h par tranche", exact, b.HUNDREDTH, "Par tranche de commandes.")
        self._checked(RATIO, "h par tranche", self._to_tenth(exact), ratio.per_tranche, b.TENTH)
        for name, amount, expected in (
            ("minimum", scope.amount_min, ratio.at_minimum),
            ("maximum", scope.amount_max, ratio.at_maximum),
        ):
            cell = bounds[name]
            part = cell * self.known[ABOVE].central if ABOVE in self.known else cell
            due = self._to_step(part / size * exact)
            words = literal(f"sans {name}")
            self._checked(
                f"Heures au montant {name}", "h", choose(is_empty(cell, amount is None), words, due), expected, b.WHOLE
            )
            if name == "minimum":
                self._line("Heures à l'estimation", "h", hours, b.WHOLE)
        return bounds["maximum"]

    def _to_tenth(self, term: Formula) -> Formula:
        if self.direction is None:
            return floor_tenth(term)
        return choose(self.direction.same(UP), ceiling_tenth(term), floor_tenth(term))

    def _to_step(self, term: Formula) -> Formula:
        step = self.settings["arrondi"]
        if self.direction is None:
            return floor_to(term, step)
        return choose(self.direction.same(UP), ceiling_to(term, step), floor_to(term, step))

    def _moved(self) -> Iterator[Moved]:
        """The exact hours with one rate moved, the others at their centre; the same order as the service."""
        if EXACT not in self.known:
            return
        there = self.sheet.there
        effort, worked = self._effort(), next((self.known[n] for n in (WORKED, LEFT, BILL) if n in self.known), None)
        if effort is None or worked is None:
            return
        by_amount = self.lot.method in (Method.AMOUNT, Method.RATIO, Method.PHASES)
        if by_amount and not {AMOUNT, SHARE, COST} <= self.known.keys():
            return
        order = [item.key for item in self.lot.sensitivity]
        rates = [RATE_EFFORT, RATE_SHARE, RATE_COST] if by_amount else [RATE_EFFORT]
        for key, name, _ in sorted(rates, key=lambda rate: order.index(rate[0]) if rate[0] in order else 0):
            three = effort if name == EFFORT else self._cost() if name == COST else self.known[name]
            low, high = there(three.low), there(three.high)
            at_low, at_high = (self._hours_with(name, cell, effort, worked) for cell in (low, high))
            yield Moved(key, name, b.HOURLY if name == COST else b.PERCENT, low, high, at_low, at_high)

    def _hours_with(self, name: str, cell: Formula, effort: Three, worked: Three) -> Formula:
        there = self.sheet.there
        centre = {EFFORT: there(effort.central), **({name: cell})}
        if self.lot.method not in (Method.AMOUNT, Method.RATIO, Method.PHASES):
            return there(worked.central) * centre[EFFORT]
        rates = {SHARE: there(self.known[SHARE].central), COST: there(self._cost().central), **centre}

        def part(amount: Formula, phase: PhaseCells | None) -> Formula:
            share, cost, rate = (
                there(mine) if mine is not None else rates[key]
                for key, mine in (
                    (SHARE, phase.share if phase else None),
                    (COST, phase.cost if phase else None),
                    (EFFORT, phase.effort if phase else None),
                )
            )
            return amount * share / cost * rate

        if not self.phases:
            amount = there(self.known[AMOUNT].central)
            above = self.known.get(ABOVE) if self.lot.method is Method.RATIO else None
            return part(amount * there(above.central) if above is not None else amount, None)
        found = part(there(self.phases[0].amount), self.phases[0])
        for phase in self.phases[1:]:
            found = found + part(there(phase.amount), phase)
        return found

    def _tranches(self, hours: Formula) -> None:
        """Hours of each tranche in proportion to its amount, in tens; the last takes the rest."""
        scope, sheet = self.understood.scope, self.sheet
        if self.lot.method is Method.PHASES:
            self._phase_hours(hours)
            return
        if scope.form is not Form.TRANCHES or not scope.tranches:
            return
        sheet.section("Tranches", WIDTH)
        titles = [b.short(item.title, 100) for item in scope.tranches]
        amounts: list[Formula] = []
        for title, item in zip(titles, scope.tranches, strict=True):
            self._own(f"Montant de : {title}", "€ HT", source=FACT)
            amounts.append(sheet.input(3, item.amount.value, b.EUROS, over="0"))
            sheet.row += 1
        whole = total(amounts[0], amounts[-1], [amount.number or Fraction(0) for amount in amounts])
        whole = self._line("Montant de toutes les tranches", "€ HT", whole, b.EUROS)
        rest = hours
        for title, amount in zip(titles[:-1], amounts, strict=False):
            part = choose(whole.same(ZERO), ZERO, floor_to(hours * amount / whole, self.settings["arrondi"]))
            rest = rest - self._line(f"Heures de : {title}", "h", part, b.WHOLE)
        self._line(f"Heures de : {titles[-1]}", "h", rest, b.WHOLE, "Le reste : les tranches font le total.")

    def _phase_inputs(self) -> None:
        """The amount of each phase, and the rates that are its own."""
        sheet = self.sheet
        sheet.section("Phases : montants et taux propres", WIDTH)
        for number, item in enumerate(self.understood.scope.tranches, 1):
            title = f"phase {number}, {b.short(item.title, 80)}"
            cells: list[Formula | None] = []
            for name, value, rule in (
                ("Montant HT", item.amount, INPUTS[AMOUNT]),
                (SHARE, item.labour_share, INPUTS[SHARE]),
                (COST, item.hourly_cost, INPUTS[COST]),
                (EFFORT, item.effort, INPUTS[EFFORT]),
            ):
                if value is None:
                    cells.append(None)
                    continue
                self._own(f"{name}, {title}", "€ HT" if value is item.amount else "", source=FACT)
                cells.append(sheet.input(3, value.value, rule.fmt, over=rule.over, most=rule.most, bold=True))
                sheet.row += 1
            amount, share, cost, effort = cells
            assert amount is not None
            self.phases.append(PhaseCells(amount, share, cost, effort))

    def _phase_hours(self, hours: Formula) -> None:
        """Hours of each phase in proportion to its own, in tens; the last takes the rest."""
        found = [phase.hours.central for phase in self.phases if phase.hours is not None]
        if not self.lot.tranches or len(found) != len(self.lot.tranches):
            return
        self.sheet.section("Heures retenues, phase par phase", WIDTH)
        whole = self._line("Heures calculées de toutes les phases", "h", summed(found), b.TENTH)
        rest = hours
        *first, last = self.lot.tranches
        for item, cell in zip(first, found, strict=False):
            part = choose(whole.same(ZERO), ZERO, floor_to(hours * cell / whole, self.settings["arrondi"]))
            rest = rest - self._share(f"Heures de : {b.short(item.title, 100)}", part, item.hours.value)
        self._share(f"Heures de : {b.short(last.title, 100)}", rest, last.hours.value)

    def _share(self, name: str, what: Formula, expected: Fraction) -> Formula:
        if what.value == expected:
            return self._line(name, "h", what, b.WHOLE)
        self._own(name, "h", FIXED)
        cell = self.sheet.constant(3, expected, b.WHOLE)
        self.sheet.row += 1
        return cell

    def _checks(self, exact: Three | None, decision: Formula) -> None:
        """Three of the service's checks, live. Nothing to check where there is no clause."""
        settings, sheet = self.settings, self.sheet
        sheet.section("Contrôles", WIDTH)

        def told(test: Formula, words: str) -> Formula:
            said = choose(test, literal(french.typeset(words)), literal("Rien à signaler"))
            return choose(decision.same(NONE), literal("Sans objet"), said)

        if exact is not None and AMOUNT in self.known:
            amount = self.known[AMOUNT].central
            ratio = choose(amount.same(ZERO), ZERO, exact.central / (amount / literal(10_000)))
            shown = Formula(f"$C${sheet.row}", ratio.value)
            test = any_of(shown < settings["ratio-min"], shown > settings["ratio-max"])
            verdict = told(test, "Hors de l'intervalle habituel : vérifiez le montant et les taux")
            self._line("Heures calculées pour 10 000 € HT", "h", ratio, b.HUNDREDTH, verdict=verdict)
        effort = self.known.get("effort") or self.known.get(EFFORT)
        if effort is not None:
            test = effort.central > self._ceiling()
            verdict = told(test, "Au-delà du plafond : à confirmer avec le facilitateur")
            self._line("Taux d'effort retenu", "part des heures", effort.central, b.PERCENT, verdict=verdict)
        duration = self.known[DURATION].central
        verdict = told(duration < settings["duree-alerte"], "Exécution courte : vérifiez qu'un parcours est possible")
        self._line("Durée d'exécution, contrôlée", "mois", duration, b.PLAIN, verdict=verdict)

    def _words(self) -> None:
        """What the service said of the lot when it made the workbook: words, that do not recompute."""
        lot, sheet = self.lot, self.sheet
        lines = [("Motif", lot.reason), ("À la place", lot.alternative)]
        lines += [("Alerte", alert) for alert in lot.alerts] + [("Question", each) for each in lot.questions]
        sheet.section("Ce que le service en disait à la création du classeur", WIDTH)
        for name, words in lines:
            if words:
                sheet.text(1, name, frame=False)
                sheet.prose(2, words, 150)
