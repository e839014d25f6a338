"""What the page of the calibrage shows: one lot open, step by step, and the whole market beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from drafter import french
from drafter.calibration import LotCalibration, Step
from drafter.calibration.contest import proposed_rates
from drafter.calibration.model import Control, ControlLevel, CrossCheck, FactorUse, TerritoryUse
from drafter.calibration.rates import COMPUTED, COST, EFFORT, SHARE, TYPED
from drafter.calibration.territories import own_library
from drafter.draft.note import stake_words
from drafter.library.territory import Level, Territory
from drafter.pipeline import Result
from drafter.understanding import Understood
from drafter.values import Hours, Quantity, Rate
from drafter.vocabulary import Form
from drafter.web import figures
from drafter.web.calibration_form import FIGURES, PREFIX, figure_values, scope_values, territory_values, tranche_rows
from drafter.web.choices import Checked
from drafter.web.fields import Fields
from drafter.web.figures import Bar, Column, Link, Swing
from drafter.web.market_form import typed_text

TARGET = "taux_operation"
STEP_KEYS = {
    SHARE[1]: SHARE[0],
    COST[1]: COST[0],
    EFFORT[1]: EFFORT[0],
    "Effectif prévu (équivalent temps plein)": "effectif",
    "Heures d'exécution prévues (DPGF, BPU ou économiste)": "heures_dpgf",
    "Heures mensuelles du personnel transférable": "personnel_transferable_heures_mois",
    "Heures réellement travaillées du marché précédent": "heures_marche_precedent",
    "Montant HT du marché précédent": "montant_marche_precedent",
    "Montant minimal d'un bon de commande qui porte des heures": "seuil_bon_commande_ht",
    "Part des commandes au-dessus de ce montant": "part_commandes_au_dessus_seuil",
    "Actualisation du coût horaire": "indexation_annuelle",
    "Heures retenues": "heures",
}
"""The steps that a figure of the market file changes."""
LABELS = {
    "part_main_oeuvre": ("Part de main-d'œuvre", "en %"),
    "cout_horaire": ("Coût horaire chargé", "en euros par heure"),
    "taux_effort": ("Taux d'effort d'insertion", "en %"),
    "effectif": ("Effectif prévu", "en personnes, équivalent temps plein"),
    "heures_dpgf": ("Heures de la DPGF, du BPU ou de l'économiste", "en heures"),
    "personnel_transferable_heures_mois": ("Heures du personnel à reprendre", "par mois"),
    "heures_marche_precedent": ("Heures travaillées du marché précédent", "en heures"),
    "montant_marche_precedent": ("Montant HT du marché précédent", "en euros"),
    "seuil_bon_commande_ht": ("Montant minimal d'un bon de commande qui porte des heures", "en euros HT"),
    "part_commandes_au_dessus_seuil": ("Part des commandes au-dessus de ce montant", "en %"),
    "indexation_annuelle": ("Actualisation annuelle du coût horaire", "en % par an"),
    "heures": ("Heures imposées", "en heures, prises telles quelles"),
    TARGET: ("Objectif d'effort de toute l'opération", "en % des heures de travail"),
}


@dataclass(frozen=True)
class StepRow:
    """One step. `key`: the figure that changes it, empty for a result."""

    step: Step
    low: str
    value: str
    high: str
    unit: str
    status: str
    key: str = ""
    proposed: Proposed | None = None


@dataclass(frozen=True)
class Proposed:
    """What our tables say, beside a rate that was typed."""

    low: str
    value: str
    high: str
    unit: str
    step: Step


@dataclass(frozen=True)
class Editor:
    """One figure that may be typed, with its reason and who proposes it."""

    name: str
    label: str
    unit: str
    inherited: str = ""


@dataclass(frozen=True)
class FactorBox:
    use: FactorUse
    name: str
    value: str
    inherited: bool


@dataclass(frozen=True)
class TerritoryBox:
    use: TerritoryUse
    box: bool
    """Chosen by the place: it is ticked or not. An organisation is chosen in a list."""


@dataclass(frozen=True)
class LotView:
    """A lot in short, for the second page and the list of the lots."""

    lot: LotCalibration
    number: int
    title: str
    bar: Bar | None
    alone: Bar | None
    """On the scale of this lot alone."""
    alerts: tuple[Control, ...]


@dataclass(frozen=True)
class OpenLot:
    """The lot that the page opens."""

    view: LotView
    understood: Understood
    rows: tuple[StepRow, ...]
    editors: dict[str, Editor]
    others: tuple[Editor, ...]
    factors: tuple[FactorBox, ...]
    chain: tuple[Link, ...]
    columns: tuple[Column, ...]
    swings: tuple[Swing, ...]
    advised_at: float
    controls: tuple[Control, ...]
    checks: tuple[tuple[CrossCheck, str], ...]
    equivalents: tuple[tuple[str, str], ...]
    tranches: list[int]
    orders: bool

    @property
    def lot(self) -> LotCalibration:
        return self.view.lot

    @property
    def name(self) -> str:
        return f"{PREFIX}{self.view.number}"


@dataclass(frozen=True)
class CalibrationPage:
    result: Result
    fields: Fields
    lots: tuple[LotView, ...]
    open: OpenLot
    target: Editor
    territories: tuple[TerritoryBox, ...]
    organisations: tuple[Territory, ...]
    said: str
    stake: str
    """What the penalty of all the hours would weigh."""


def lot_views(result: Result) -> tuple[LotView, ...]:
    lots = result.calibration.lots
    top = max((lot.hours.high for lot in lots), default=Hours(0))
    return tuple(
        LotView(
            lot,
            lot.lot or 0,
            _title(lot),
            figures.range_bar(lot, top),
            figures.range_bar(lot),
            tuple(item for item in lot.controls if item.level is not ControlLevel.OK),
        )
        for lot in lots
    )


def _title(lot: LotCalibration) -> str:
    if lot.lot is None:
        return "Heures d’insertion"
    return lot.title if lot.title.lower().startswith("lot") else f"Lot {lot.lot}{french.NBSP}: {lot.title}"


def calibration_page(checked: Checked, wanted: int) -> CalibrationPage:
    """The page, with the lot of that number open, else the first that carries hours, else the first."""
    result = checked.result
    views = lot_views(result)
    shown = next((view for view in views if view.number == wanted), None)
    shown = shown or next((view for view in views if view.lot.has_clause), views[0])
    understood = result.understanding.lots[views.index(shown)]
    worked = {
        **figure_values(f"{PREFIX}{shown.number}--", understood.scope.own.overrides),
        **scope_values(f"{PREFIX}{shown.number}--", understood.scope),
        **territory_values(result.market),
    }
    if shown.number:  # the operation's own target, when there are lots
        market = figure_values(f"{PREFIX}0--", result.market.overrides)
        worked |= {name: text for name, text in market.items() if name.startswith(f"{PREFIX}0--{TARGET}")}
    typed = {name: text for name, text in checked.fields.values.items() if name.startswith(PREFIX)}
    values = {**worked, **typed}
    errors = {name: found for name, found in checked.fields.errors.items() if name in worked or name in typed}
    lost = [message for name, found in checked.fields.errors.items() if name not in errors for message in found]
    opened = _open(result, understood, shown, values)
    calibration = result.calibration
    total = french.hours(calibration.total.advised)
    said = f"Recalculé : {total} conseillées."
    if checked.fields.faulty:
        wrong = french.plural(max(len(checked.fields.errors), 1), "chiffre")
        said = f"À corriger avant de continuer : {wrong}."
    organisations = tuple(item for item in result.library.territories.values() if item.level is Level.ORGANISATION)
    return CalibrationPage(
        result,
        Fields(values, errors, (*checked.fields.general, *lost)),
        views,
        opened,
        Editor(f"{PREFIX}0--{TARGET}", *LABELS[TARGET]),
        tuple(
            TerritoryBox(use, use.territory.level is not Level.ORGANISATION) for use in result.calibration.territories
        ),
        organisations,
        said,
        stake_words(result.context),
    )


def _open(result: Result, understood: Understood, view: LotView, values: dict[str, tuple[str, ...]]) -> OpenLot:
    lot, prefix = view.lot, f"{PREFIX}{view.number}--"
    library = own_library(understood, result.library, result.on)
    proposed = {step.name: step for step in proposed_rates(understood, library, result.on)}
    rows = tuple(_row(step, proposed.get(step.name)) for step in lot.steps)
    editors = {key: _editor(key, prefix, understood) for key in FIGURES if key != TARGET}
    shown = {row.key for row in rows}
    moving, advised_at = figures.swings(lot.sensitivity, lot.hours.exact)
    orders = understood.scope.form is Form.ORDERS
    return OpenLot(
        view,
        understood,
        rows,
        editors,
        tuple(
            editor
            for key, editor in editors.items()
            if key not in shown and (orders or key not in ("seuil_bon_commande_ht", "part_commandes_au_dessus_seuil"))
        ),
        tuple(_factors(lot, prefix, understood)),
        figures.chain(step for step in lot.steps if step.unit != "h par tranche"),
        figures.columns(lot.quarters) or figures.columns(lot.periods),
        moving,
        advised_at,
        tuple(sorted(lot.controls, key=lambda item: item.level is ControlLevel.OK)),
        tuple((check, _gap(check)) for check in lot.cross_checks),
        tuple((label, french.number(value.value, 1)) for label, value in lot.readable),
        tranche_rows(values, prefix),
        orders,
    )


def _gap(check: CrossCheck) -> str:
    if check.gap is None:
        return ""
    sign = "+" if check.gap > 0 else "−" if check.gap < 0 else ""
    return f"{sign}{french.number(abs(check.gap) * 100, 0)}{french.NBSP}%"


def _editor(key: str, prefix: str, understood: Understood) -> Editor:
    own, merged = (getattr(item.overrides, FIGURES[key]) for item in (understood.scope.own, understood.scope))
    inherited = typed_text(merged) if own is None and merged is not None else ""
    return Editor(prefix + key, *LABELS[key], inherited)


def _factors(lot: LotCalibration, prefix: str, understood: Understood) -> Iterator[FactorBox]:
    own = understood.scope.own.overrides.set_aside
    for use in lot.factors:
        value = french.show(use.value) if use.value is not None else ""
        yield FactorBox(use, f"{prefix}{use.factor}", value, use.set_aside and use.factor not in own)


def _row(step: Step, proposed: Step | None) -> StepRow:
    unit = {"€ HT": "€", "h": "heures"}.get(step.unit, step.unit)
    if isinstance(step.value, Rate):
        unit = f"%, {unit}" if unit else "%"
    same = step.low is None or step.low == step.value == step.high
    low, high = ("", "") if same else (shown(step.low), shown(step.high))
    status = "" if step.source in (COMPUTED, TYPED) else step.status.label
    typed = step.source == TYPED and proposed is not None
    tables = None
    if typed and proposed is not None:
        tables = Proposed(shown(proposed.low), shown(proposed.value), shown(proposed.high), unit, proposed)
    return StepRow(step, low, shown(step.value), high, unit, status, STEP_KEYS.get(step.name, ""), tables)


def shown(value: Quantity | None) -> str:
    """A figure without its unit, which stands in its own column."""
    if value is None:
        return ""
    if isinstance(value, Rate):
        return french.number(value.percent)
    return french.number(value.value, 1 if isinstance(value, Hours) else 2)
