"""The steps of the calculation as formulas, as far as the hours of insertion."""

from __future__ import annotations

from drafter.calibration import Step
from drafter.calibration.orders import RATIO
from drafter.calibration.rates import COMPENSATED, COMPUTED, LOCAL_FLOOR
from drafter.dated import Status
from drafter.facts import Method
from drafter.sheets import book as b
from drafter.sheets.formula import (
    Formula,
    choose,
    larger,
    literal,
    smaller,
    summed,
)
from drafter.sheets.lines import Lines, PhaseCells, Three, agree
from drafter.sheets.names import (
    ABOVE,
    AMOUNT,
    AVAILABLE,
    BILL,
    BY_UNIT,
    CEILING,
    COMPARED,
    COMPENSATED_NAME,
    COST,
    DURATION,
    EFFORT,
    EXACT,
    FORMER,
    INPUTS,
    KEPT,
    LEFT,
    ONE,
    PHASE,
    PREVIOUS,
    REVENUE,
    SHARE,
    STAFF,
    TAKEN,
    TOLD,
    WORKED,
    YEARLY,
    ZERO,
)
from drafter.values import Hours
from drafter.vocabulary import Nature


def own(cell: Formula | None, three: Three) -> Three:
    """The figure of a phase for the three hypotheses, else that of the lot."""
    return three if cell is None else Three(cell, cell, cell)


def _summed(hours: list[Three]) -> Three:
    whole = hours[0]
    for other in hours[1:]:
        whole = whole.with_(other, lambda a, c: a + c)
    return whole


class Steps(Lines):
    """The lines that compute."""

    def _step(self, step: Step) -> None:
        if step.name in (KEPT, RATIO):
            return  # written with the decision they depend on
        if self.phases and step.name == AMOUNT:
            self._phases_amount(step)
            return
        rule = INPUTS.get(step.name) or BY_UNIT.get(step.unit)
        if rule is not None:
            self._input_step(step, rule)
            return
        if step.name in TOLD:
            self._label(step)
            self.sheet.constant(3, step.value.value, TOLD[step.name], bold=True)
            self.sheet.row += 1
            return
        computed = self._computed(step)
        if computed is None or not agree(computed, step):
            self._fixed(step)
            return
        formulas, fmt, note = computed
        one = step.low is None or step.high is None
        self._label(Step(step.name, step.value, step.unit, step.source, step.status, note=step.note or note))
        self.known[step.name] = self._results(formulas, fmt, one=one)
        if step.name.startswith(PHASE):
            waiting = next(phase for phase in self.phases if phase.hours is None)
            waiting.hours = self.known[step.name]
        self.sheet.row += 1

    def _computed(self, step: Step) -> tuple[Three, str, str] | None:
        """The formulas of a result, their format, and what they say in words."""
        known = self.known
        if step.name == YEARLY:
            cell = self.settings["etp"]
            return Three(cell, cell, cell), b.PLAIN, "Réglage de la feuille Hypothèses."
        if step.name == COMPENSATED and (target := self.result.calibration.target) is not None:
            cell = smaller(Formula(COMPENSATED_NAME, target.rate.value), self._ceiling())
            return Three(cell, cell, cell), b.PERCENT, "Feuille Objectif, sous le plafond du lot."
        if step.name.startswith(PHASE):
            return self._phase(step)
        if step.name == CEILING:
            cell = self._ceiling()
            return Three(cell, cell, cell), b.PERCENT, "Réglage de la feuille Hypothèses."
        if step.name == WORKED:
            return self._worked()
        if step.name == AVAILABLE and {AMOUNT, DURATION, TAKEN, REVENUE} <= known.keys():
            amount, months = known[AMOUNT].central, known[DURATION].central
            taken, revenue = known[TAKEN].central, known[REVENUE].central
            part = choose(amount.same(ZERO), ZERO, ONE - taken * revenue / (amount / months))
            return Three(part, part, part), b.PERCENT, "1 − (heures transférables × €/h) ÷ (montant ÷ durée)"
        if step.name == LEFT and {AVAILABLE, AMOUNT, REVENUE} <= known.keys():
            amount, revenue = known[AMOUNT].central, known[REVENUE].central
            left = larger(known[AVAILABLE].central, ZERO) * amount / revenue
            return Three(left, left, left), b.TENTH, "part disponible × montant ÷ €/h, jamais négatif"
        if self.phases and step.name == EXACT:
            return (
                _summed([phase.hours for phase in self.phases if phase.hours is not None]),
                b.TENTH,
                "somme des phases",
            )
        if step.name in (EXACT, COMPARED):
            worked = known.get(WORKED) or known.get(LEFT) or known.get(BILL)
            effort = self._effort()
            if worked is None or effort is None:
                return None
            return worked.with_(effort, lambda a, c: a * c), b.TENTH, "heures de travail × taux d'effort"
        return None

    def _worked(self) -> tuple[Three, str, str] | None:
        known = self.known
        if self.phases:
            if not {SHARE, COST} <= known.keys():
                return None
            return (
                _summed([self._phase_work(phase) for phase in self.phases]),
                b.TENTH,
                "somme des phases : montant × part ÷ coût",
            )
        if {STAFF, YEARLY, DURATION} <= known.keys():
            hours = known[STAFF].central * known[YEARLY].central * known[DURATION].central / literal(12)
            return Three(hours, hours, hours), b.TENTH, "effectif × heures annuelles × durée ÷ 12"
        if {PREVIOUS, FORMER, AMOUNT} <= known.keys():
            hours = known[PREVIOUS].central * (known[AMOUNT].central / known[FORMER].central)
            return Three(hours, hours, hours), b.TENTH, "heures du marché précédent × montant ÷ montant précédent"
        if not {AMOUNT, SHARE, COST} <= known.keys():
            return None
        amount, share, cost = self._base(), known[SHARE], self._cost()
        pairs = zip(share, (cost.high, cost.central, cost.low), strict=True)
        note = "montant × part ÷ coût ; le bas prend le coût haut, le haut le coût bas"
        return Three(*(amount * part / hourly for part, hourly in pairs)), b.TENTH, note

    def _phases_amount(self, step: Step) -> None:
        amounts = [phase.amount for phase in self.phases]
        whole = summed(amounts)
        self._label(step)
        cell = self.sheet.formula(3, whole, b.EUROS, bold=True)
        self.known[AMOUNT] = Three(cell, cell, cell)
        self.sheet.row += 1

    def _phase_work(self, phase: PhaseCells) -> Three:
        """Amount x share / cost: the rates of the phase where it has them, else those of the lot."""
        share, cost = own(phase.share, self.known[SHARE]), own(phase.cost, self._cost())
        pairs = zip(share, (cost.high, cost.central, cost.low), strict=True)
        return Three(*(phase.amount * part / hourly for part, hourly in pairs))

    def _phase(self, step: Step) -> tuple[Three, str, str] | None:
        effort = self._effort()
        waiting = next((phase for phase in self.phases if phase.hours is None), None)
        if waiting is None or effort is None:
            return None
        hours = self._phase_work(waiting).with_(own(waiting.effort, effort), lambda a, c: a * c)
        return hours, b.TENTH, ""

    def _base(self) -> Formula:
        """The amount that carries hours: without the orders under the least one."""
        amount = self.known[AMOUNT].central
        return amount * self.known[ABOVE].central if ABOVE in self.known else amount

    def _cost(self) -> Three:
        """The hourly cost once raised, on a line of its own when it is."""
        cost = self.known[COST]
        if self.rises and "cost" not in self.known:
            for rise in self.rises:
                cost = cost.with_(rise, lambda a, c: a * (ONE + c))
            self._own("Coût horaire appliqué", "€/h", "coût × (1 + majoration)")
            self.known["cost"] = self._results(cost, b.HOURLY)
            self.sheet.row += 1
        return self.known.get("cost", cost)

    def _ceiling(self) -> Formula:
        works = self.understood.scope.nature is Nature.WORKS
        return self.settings["taux-max-travaux" if works else "taux-max-services"]

    def _effort(self) -> Three | None:
        """The effort once multiplied by its factors and capped, on a line of its own when there are any."""
        effort = self.known.get(EFFORT)
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
        for name in (WORKED, EXACT):
            step = Step(name, Hours(0), "h", COMPUTED, Status.CERTAIN, Hours(0), Hours(0))
            if self.lot.method is not Method.TRANSFER:
                self._step(step)
        if EXACT not in self.known:
            self._fixed(Step(EXACT, Hours(0), "h", COMPUTED, Status.CERTAIN, Hours(0), Hours(0)))
