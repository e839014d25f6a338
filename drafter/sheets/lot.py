"""The sheet of one lot: its calculation, its decision, then what follows from the hours."""

from __future__ import annotations

from fractions import Fraction

from drafter import french
from drafter.calibration import LotCalibration, Step
from drafter.facts import Method
from drafter.sheets import book as b
from drafter.sheets.decision import Decision
from drafter.sheets.formula import (
    Formula,
    any_of,
    choose,
    floor_tenth,
    floor_to,
    is_empty,
    literal,
    total,
)
from drafter.sheets.lines import Cells, Three
from drafter.sheets.names import (
    ABOVE,
    AMOUNT,
    COMPARED,
    DURATION,
    EFFORT,
    EXACT,
    FACT,
    FIXED,
    FORMATS,
    LOT_HEADER,
    NONE,
    SETTINGS,
    SHARE,
    UNITS,
    WIDTH,
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
        if typed:
            exact = hours / (self._base() / size)
        else:
            effort = self.known.get("effort") or self.known[EFFORT]
            exact = size * self.known[SHARE].central * effort.central / self._cost().central
        exact = self._line("Ratio exact", "h par tranche", exact, b.HUNDREDTH, "Par tranche de commandes.")
        self._checked("Ratio à inscrire au CCAP", "h par tranche", floor_tenth(exact), ratio.per_tranche, b.TENTH)
        for name, amount, expected in (
            ("minimum", scope.amount_min, ratio.at_minimum),
            ("maximum", scope.amount_max, ratio.at_maximum),
        ):
            cell = bounds[name]
            part = cell * self.known[ABOVE].central if ABOVE in self.known else cell
            due = floor_to(part / size * exact, self.settings["arrondi"])
            words = literal(f"sans {name}")
            self._checked(
                f"Heures au montant {name}", "h", choose(is_empty(cell, amount is None), words, due), expected, b.WHOLE
            )
            if name == "minimum":
                self._line("Heures à l'estimation", "h", hours, b.WHOLE)
        return bounds["maximum"]

    def _tranches(self, hours: Formula) -> None:
        """Hours of each tranche in proportion to its amount, in tens; the last takes the rest."""
        scope, sheet = self.understood.scope, self.sheet
        if self.lot.method is Method.PHASES:
            self._phase_hours()
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

    def _phase_hours(self) -> None:
        """Hours of phases that have rates of their own: the engine's, as the formulas of one rate cannot give them."""
        self.sheet.section("Phases", WIDTH)
        for item in self.lot.tranches:
            self._own(f"Heures de : {b.short(item.title, 100)}", "h", FIXED)
            self.sheet.constant(3, item.hours.value, b.WHOLE)
            self.sheet.row += 1

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
