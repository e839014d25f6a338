"""The figures of a piece as charts: what is drawn, under which words, and where a chart stops being readable."""

from __future__ import annotations

from drafter import french
from drafter.calibration import Calibration, LotCalibration
from drafter.draft.blocks import Chart, Series
from drafter.draft.fields import lot_name

MOST_LOTS = 50
"""Bars that one printed page holds: the lots beyond stay in the table."""
DETAILED_LOTS = 12
"""Up to here each lot has three bars; beyond, the retained hours alone."""
LONGEST_LABEL = 32


def hours_chart(calibration: Calibration) -> Chart | None:
    """Hours by lot, in the order of the lots; None when no lot has any."""
    lots = calibration.lots
    if not any(lot.hours.advised for lot in lots):
        return None
    shown = _heaviest(lots)
    main = Series("Retenu", tuple(lot.hours.advised for lot in shown), main=True)
    series: tuple[Series, ...] = (main,)
    if len(shown) <= DETAILED_LOTS:
        low = Series("Bas", tuple(lot.hours.low for lot in shown))
        high = Series("Haut", tuple(lot.hours.high for lot in shown))
        series = (low, main, high)
    return Chart(
        french.typeset(_caption(lots, shown)),
        french.typeset(_alt(shown, len(series))),
        tuple(_label(lot) for lot in shown),
        series,
        unit="h",
    )


def _heaviest(lots: tuple[LotCalibration, ...]) -> tuple[LotCalibration, ...]:
    by_hours = sorted(range(len(lots)), key=lambda place: (-lots[place].hours.advised.value, place))
    return tuple(lots[place] for place in sorted(by_hours[:MOST_LOTS]))


def _caption(lots: tuple[LotCalibration, ...], shown: tuple[LotCalibration, ...]) -> str:
    if len(lots) > len(shown):
        return (
            f"Heures d'insertion retenues : les {len(shown)} lots qui en portent le plus, sur {len(lots)} "
            "(tous sont dans le tableau)"
        )
    if len(shown) > DETAILED_LOTS:
        return "Heures d'insertion retenues par lot (bas et haut sont dans le tableau)"
    where = "du marché" if shown[0].lot is None else "par lot"
    return f"Heures d'insertion {where}, en trois hypothèses"


def _alt(shown: tuple[LotCalibration, ...], bars: int) -> str:
    top = max(shown, key=lambda lot: lot.hours.advised.value)
    most = f"{french.hours(top.hours.advised)} retenues"
    each = "trois barres (bas, retenu, haut)" if bars > 1 else "une barre (heures retenues)"
    if top.lot is None:
        said = f"Diagramme en barres : {each} pour le marché, {most}."
    else:
        said = (
            f"Diagramme en barres : {each} pour chacun des {len(shown)} lots. Le plus élevé : lot n° {top.lot}, {most}."
            if len(shown) > 1
            else f"Diagramme en barres : {each} pour le lot n° {top.lot}, {most}."
        )
    return f"{said} Les mêmes nombres sont dans le tableau qui précède."


def _label(lot: LotCalibration) -> str:
    """The name of a lot on one line. The number comes first: two lots never read the same once cut."""
    name = french.typeset(" ".join(lot_name(lot).split()))
    return name if len(name) <= LONGEST_LABEL else name[: LONGEST_LABEL - 1].rstrip(" \u00a0:,;–-") + "…"
