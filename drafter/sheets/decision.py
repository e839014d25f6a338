"""The decision on a lot and the hours it keeps, as formulas."""

from __future__ import annotations

from drafter import french
from drafter.calibration import Step
from drafter.calibration.deciding import QUALIFIED
from drafter.calibration.rates import COMPUTED, rate_keys, rates_of
from drafter.dated import Status
from drafter.facts import Method
from drafter.sheets import book as b
from drafter.sheets.formula import (
    Formula,
    any_of,
    ceiling_to,
    choose,
    floor_to,
    literal,
    steady,
)
from drafter.sheets.lines import Three, agree, hours_format
from drafter.sheets.names import (
    AMOUNT,
    CLAUSE,
    DURATION,
    EXACT,
    FACT,
    FIXED,
    KEPT,
    NONE,
    POOLED,
    SETTING,
    UP,
    WIDTH,
    YES,
    ZERO,
)
from drafter.sheets.steps import Steps
from drafter.vocabulary import RESERVED_FLAGS, Nature, Technicity


class Decision(Steps):
    """The lines that decide."""

    def _threshold(self) -> Formula:
        """The setting under which this lot has no clause: the engine has a second one for very qualified lots."""
        scope = self.understood.scope
        qualified = scope.technicity is Technicity.HIGH or (
            rate_keys(self.understood, self.library).effort == QUALIFIED
        )
        return self.settings["heures-min-technique" if qualified and scope.nature is Nature.WORKS else "heures-min"]

    def _decided(self) -> tuple[Formula, Three]:
        sheet, scope, settings = self.sheet, self.understood.scope, self.settings
        sheet.section("Décision", WIDTH)
        self._facts()
        reserved = self._yes_no("Lot réservé (article L2113-12 et suivants)", bool(scope.flags & RESERVED_FLAGS))
        supplies = self._yes_no("Fournitures", scope.nature is Nature.SUPPLIES)
        duration, exact = self.known[DURATION].central, self.known[EXACT]
        hours = steady(exact.central)
        least, course, branch = self._threshold(), settings["heures-parcours"], settings["reprise.heures-min"]
        refusals = [
            *(
                [(self.known[AMOUNT].central.same(ZERO), "Montant inconnu")]
                if scope.amount is None and AMOUNT in self.known
                else []
            ),
            (reserved.same(YES), "Lot réservé : la réservation porte déjà l'insertion"),
            (supplies.same(YES), "Fournitures : pas de main-d'œuvre d'exécution"),
            (duration < settings["duree-min"], "Durée d'exécution sous le seuil"),
        ]
        if self.lot.method is Method.TRANSFER:
            refusals += [(hours.same(ZERO), "Le personnel à reprendre suffit au nouveau marché")]
            refusals += [(hours < branch, "Heures sous le seuil de la branche, après reprise du personnel")]
        refusals += [(hours < least, "Heures sous le seuil")]
        decision = choose(any_of(*(test for test, _ in refusals)), NONE, choose(hours < course, POOLED, CLAUSE))
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
        self._own(name, "oui ou non", source=FACT)
        cell = self.sheet.input(3, "oui" if value else "non", b.PLAIN, words=("oui", "non"))
        self.sheet.row += 1
        return cell

    def _kept(self, exact: Three, decision: Formula) -> Three:
        up = rates_of(self.understood, self.library, self.result.on).floor is not None
        self._own("Sens de l'arrondi", "dizaine", "Supérieure quand un texte impose un taux plancher.", source=SETTING)
        direction = self.sheet.input(
            3, "supérieure" if up else "inférieure", b.PLAIN, words=("inférieure", "supérieure")
        )
        self.sheet.row += 1
        self.direction = direction
        step = self.settings["arrondi"]

        def kept(hours: Formula) -> Formula:
            whole = choose(direction.same(UP), ceiling_to(hours, step), floor_to(hours, step))
            return choose(decision.same(NONE), ZERO, whole)

        hours = self.lot.hours
        found = next((item for item in self.lot.steps if item.name == KEPT), None)
        shown = found or Step(KEPT, hours.advised, "h", COMPUTED, Status.CERTAIN, hours.low, hours.high)
        formulas = exact.each(kept)
        return self._hours_line(shown, formulas)

    def _hours_line(self, step: Step, formulas: Three) -> Three:
        if not agree((formulas, "", ""), step):
            self._fixed(step)
            return self.known[KEPT]
        self._label(step, bold=True)
        three = self._results(formulas, b.WHOLE, bold=True)
        self.sheet.row += 1
        return three

    def _typed(self) -> tuple[Formula, Three]:
        """Hours agreed elsewhere: taken as they are, compared with the calculation above."""
        sheet = self.sheet
        sheet.section("Décision", WIDTH)
        self._facts()
        kept = next(step for step in self.lot.steps if step.name == KEPT)
        self._label(kept, bold=True)
        cell = sheet.input(3, kept.value.value, hours_format(kept.value), bold=True, over="0")
        fmt = hours_format(kept.value)
        hours = Three(sheet.formula(2, cell, fmt), cell, sheet.formula(4, cell, fmt))
        sheet.row += 1
        course = self.settings["heures-parcours"]
        decision = choose(cell.same(ZERO), NONE, choose(cell < course, POOLED, CLAUSE))
        return self._decision(decision), hours
