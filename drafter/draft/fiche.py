"""The tables of the note that make it the facilitateur's own file: the purchase, the calendar, what moves the hours."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from drafter import french
from drafter.calibration import LotCalibration
from drafter.calibration.model import Change, ControlLevel, Slice, TerritoryChange, TerritoryUse
from drafter.dated import Number, Status
from drafter.draft.blocks import Blank, Block, Inlines, Table
from drafter.draft.fields import Context, lot_name
from drafter.draft.render import paragraph, text, typeset_table
from drafter.market import Scope
from drafter.understanding import Understood
from drafter.values import Hours, Quantity
from drafter.vocabulary import Flag, Form

MOST_QUARTERS = 16
"""Quarters that one table holds: beyond, the periods alone are printed."""


def purchase_table(context: Context) -> Table:
    """What the file of the facilitateur asks of the purchase; what only the buyer knows is left as a blank."""
    rows = tuple((text(name, strong=True), value) for name, value in _purchase(context))
    return typeset_table(Table("Le marché et son acheteur", ("Rubrique", "Réponse"), rows, widths=(4, 9)))


def _purchase(context: Context) -> Iterator[tuple[str, Inlines]]:
    market = context.understanding.market
    flags = frozenset(flag for lot in context.understanding.lots for flag in lot.scope.flags)
    scope = context.understanding.main.scope
    yield "Acheteur", text(market.buyer_name) if market.buyer_name else (Blank("nom de l'acheteur"),)
    yield "Service et contact", (Blank("service de l'acheteur et contact, sans nom de personne"),)
    yield "Objet", text(market.object)
    place = " ".join(
        part
        for part in (
            f"département {scope.department}" if scope.department else "",
            f"commune {market.commune}" if market.commune else "",
        )
        if part
    )
    yield "Lieu d'exécution", text(place[:1].upper() + place[1:]) if place else (Blank("lieu d'exécution"),)
    yield "Quartier prioritaire, zone d'emploi", (Blank("quartier prioritaire et zone d'emploi"),)
    npnru = bool(flags & {Flag.NPNRU, Flag.NPNRU_PROXIMITY})
    yield "Opération NPNRU", text("Oui" if npnru else "Non déclarée")
    yield "Financeur qui exige une clause", (Blank("financeur qui exige une clause, s'il y en a un"),)
    yield "Nature et code CPV", text(f"{market.nature.label}, CPV {market.cpv}" if market.cpv else market.nature.label)
    yield "Allotissement", text(french.plural(len(market.lots), "lot") if market.lots else "Marché sans lots")
    yield "Montant estimé HT", text(french.euros(market.total))
    bounds = [
        f"{name} {french.euros(amount)}"
        for name, amount in (("minimum", market.amount_min), ("maximum", market.amount_max))
        if amount is not None
    ]
    if bounds:
        yield "Minimum et maximum HT", text(french.joined(bounds))
    yield "Forme", text(_form(scope))
    yield "Durée", text(french.months(market.duration))
    yield "Procédure", text(market.procedure.label) if market.procedure else (Blank("procédure"),)
    yield "Date de lancement", text(french.day(context.on))
    changed = any(lot.has_clause for lot in context.calibration.lots)
    if scope.execution_start != context.on:
        yield "Début d'exécution", text(french.day(scope.execution_start))
    elif changed:
        yield "Début d'exécution", text("Non renseigné : le calendrier des heures part de la date de lancement")
    taken = market.overrides.transferable_hours
    if taken is not None:
        yield "Personnel à reprendre", text(f"{french.hours(taken)} par mois")
    elif Flag.STAFF_TRANSFER in flags:
        yield "Personnel à reprendre", text("Oui, heures à préciser")
    yield "Contraintes d'accès, habilitations", (Blank("contraintes d'accès et habilitations des postes"),)
    pieces = "CCAP, règlement de la consultation, annexe à l'acte d'engagement, avis"
    yield "Pièces à modifier", text(pieces if changed else "Aucune : pas de clause d'heures")
    yield "Facilitateur", (Blank("structure facilitatrice"),)
    if context.calibration.valid_until is not None:
        until = french.day(context.calibration.valid_until)
        yield (
            "Validité de l'estimation",
            text(
                f"Jusqu'au {until}. À refaire plus tôt si le montant, la durée, la forme ou l'allotissement changent."
            ),
        )


def _form(scope: Scope) -> str:
    said = [scope.form.label]
    if scope.form is Form.ORDERS and scope.holders is not None and scope.holders > 1:
        said.append(f"{scope.holders} attributaires")
    if scope.periods is not None and scope.periods > 1:
        said.append(f"{scope.periods} périodes")
    return ", ".join(said)


# --- one lot -------------------------------------------------------------------------------------


def lot_tables(context: Context, understood: Understood, lot: LotCalibration) -> list[Block]:
    """The calendar, the tranches, what moves the hours, what other methods would find."""
    blocks: list[Block] = []
    if lot.per_ten_thousand is not None and lot.hours.advised:
        scope = understood.scope
        technicity = scope.technicity.label.lower()
        found = lot.per_ten_thousand
        unit = "heures" if found.rounded(1) >= 2 else "heure"
        blocks.append(paragraph(f"{french.number(found.value, 1)} {unit} pour 10 000 € HT ; technicité {technicity}."))
    blocks += [paragraph(words) for words in _other_methods(lot)]
    if lot.has_clause:
        if lot.quarters and len(lot.quarters) <= MOST_QUARTERS:
            blocks.append(_slices(f"Heures par trimestre : {lot_name(lot)}", "Trimestre", lot.quarters))
        if lot.periods:
            blocks.append(_slices(f"Heures par période : {lot_name(lot)}", "Période", lot.periods))
        if lot.tranches:
            blocks.append(_tranches(lot))
        if any(item.span for item in lot.sensitivity):
            blocks.append(_sensitivity(lot))
    return blocks


def _other_methods(lot: LotCalibration) -> Iterator[str]:
    if not lot.cross_checks:
        return
    found = [
        f"{check.method.label[:1].lower()}{check.method.label[1:]}, {french.number(check.central.value, 1)} h"
        for check in lot.cross_checks
    ]
    yield f"Les autres méthodes possibles donneraient : {' ; '.join(found)}."


def _slices(caption: str, head: str, slices: tuple[Slice, ...]) -> Table:
    rows = [
        (text(f"{item.number}"), text(f"{_day(item.start)} au {_day(item.end)}"), text(_plain(item.hours)))
        for item in slices
    ]
    whole = sum((item.hours for item in slices), Hours(0))
    rows.append((text("Total"), text(""), text(_plain(whole))))
    return typeset_table(
        Table(
            caption,
            (head, "Du … au …", "Heures"),
            tuple(rows),
            widths=(2, 5, 2),
            numeric=frozenset({2}),
            total_row=True,
        )
    )


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _plain(hours: Hours) -> str:
    return french.number(hours.value)


def _tranches(lot: LotCalibration) -> Table:
    rows = tuple(
        (
            text(item.title),
            text("ferme" if item.firm else "optionnelle"),
            text(french.euros(item.amount)),
            text(_plain(item.hours)),
        )
        for item in lot.tranches
    )
    header = ("Tranche", "Nature", "Montant HT", "Heures")
    caption = f"Heures par tranche : {lot_name(lot)}"
    return typeset_table(Table(caption, header, rows, widths=(5, 2, 3, 2), numeric=frozenset({2, 3})))


def _sensitivity(lot: LotCalibration) -> Table:
    rows = tuple(
        (
            text(item.name),
            text(f"de {french.show(item.low)} à {french.show(item.high)}"),
            text(french.number(item.at_low.value, 0)),
            text(french.number(item.at_high.value, 0)),
            text(french.number(item.span.value, 0)),
        )
        for item in lot.sensitivity
        if item.span
    )
    return typeset_table(
        Table(
            f"Ce qui change le plus le résultat : {lot_name(lot)}",
            ("Chiffre", "Valeurs", "Heures au plus bas", "Heures au plus haut", "Écart"),
            rows,
            widths=(4, 4, 3, 3, 2),
            numeric=frozenset({2, 3, 4}),
        )
    )


def controls_table(lot: LotCalibration) -> Table:
    """The consistency checks, those that found something first."""
    found = sorted(lot.controls, key=lambda control: control.level is ControlLevel.OK)
    rows = tuple(
        (text(control.level.label, strong=control.level is not ControlLevel.OK), text(control.text))
        for control in found
    )
    caption = f"Contrôles de cohérence : {lot_name(lot)}"
    return typeset_table(Table(caption, ("Résultat", "Constat"), rows, widths=(2, 11)))


# --- the whole market ----------------------------------------------------------------------------


def changes_blocks(context: Context) -> list[Block]:
    """« Chiffres changés » : what differs from the proposal, who proposed it, and why."""
    calibration = context.calibration
    rows = [_change("Opération", change) for change in calibration.changes]
    for lot in calibration.lots:
        where = "Marché" if lot.lot is None else f"Lot n° {lot.lot}"
        rows += [_change(where, change) for change in lot.changes]
    rows += [
        (
            text("Marché"),
            text(f"Surcouche territoriale : {use.territory.label}"),
            text("appliquée"),
            text("écartée"),
            text(""),
            text(""),
        )
        for use in calibration.territories
        if use.refused
    ]
    if not rows:
        return [paragraph("Aucun chiffre du service n'a été changé.")]
    header = ("Périmètre", "Chiffre", "Proposé", "Retenu", "Proposé par", "Motif")
    return [typeset_table(Table("Chiffres changés", header, tuple(rows), widths=(3, 4, 2, 2, 2, 5)))]


def _change(where: str, change: Change) -> tuple[Inlines, ...]:
    by = change.by.label if change.by else ""
    reason: Inlines = text(change.reason) if change.reason else (Blank(f"motif du changement, {change.name.lower()}"),)
    kept = "écarté" if change.kept is None else _shown(change.kept)
    proposed = _shown(change.proposed) if change.proposed is not None else ""
    return text(where), text(change.name), text(proposed), text(kept), text(by), reason


def _shown(value: Quantity) -> str:
    if isinstance(value, Hours):
        return f"{french.number(value.value, 1)} h"
    return french.number(value.value, 3) if isinstance(value, Number) else french.show(value)


def target_words(context: Context) -> list[Block]:
    target = context.calibration.target
    if target is None:
        return []
    words = (
        f"Objectif de l'opération : {french.show(target.wanted)} des heures de travail. Taux compensé : "
        f"{french.show(target.rate)} ({target.note.rstrip('.')}). Taux obtenu : {french.show(target.obtained)}."
    )
    return [paragraph(words), *[paragraph(alert) for alert in context.calibration.alerts]]


def territory_blocks(context: Context) -> list[Block]:
    """Which overlays apply, what each changes with its source, and the bodies of the territory."""
    blocks: list[Block] = []
    for use in context.calibration.territories:
        if use.applied:
            blocks += _territory(use)
    if not blocks:
        blocks.append(paragraph("Aucune surcouche territoriale ne s'applique : les valeurs sont nationales."))
    return blocks


def _territory(use: TerritoryUse) -> Iterator[Block]:
    item = use.territory
    sources = french.joined([source.title for source in item.sources])
    yield paragraph(f"{item.label} ({item.level.label.lower()}). {use.reason} {item.note or ''} Source : {sources}.")
    if use.changes:
        rows = tuple(
            (text(change.label), text(_values(change.before) or "aucun"), text(_values(change.after)), _origin(change))
            for change in use.changes
        )
        header = ("Ce qui change", "Sans la surcouche", "Avec", "Source et certitude")
        yield typeset_table(Table(f"Chiffres de la surcouche {item.label}", header, rows, widths=(5, 3, 3, 5)))
    if item.bodies:
        bodies = tuple((text(body.name), text(body.perimeter), text(body.role or "")) for body in item.bodies)
        caption = f"Structures du territoire : {item.label}"
        yield typeset_table(Table(caption, ("Structure", "Périmètre", "Rôle"), bodies, widths=(5, 6, 3)))


def _values(values: tuple[Quantity, ...]) -> str:
    return " / ".join(_shown(value) for value in values)


def _origin(change: TerritoryChange) -> Inlines:
    if change.status is Status.CERTAIN:
        return text(change.source)
    return text(f"{change.source} ({change.status.label})")
