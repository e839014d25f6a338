"""What a programme gives as a workbook: one row a market, what was understood, what to mend, and the summary."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from drafter import french
from drafter.library import Library
from drafter.programme.entries import Layout, Skipped
from drafter.programme.indicators import indicators
from drafter.programme.lever import Lever
from drafter.programme.settings import Settings
from drafter.programme.summary import Group, Summary
from drafter.programme.timing import RULE, Priority
from drafter.sheets.stream import Column, StreamBook, StreamSheet, Value
from drafter.vocabulary import Nature

FILE_NAME = "programme.xlsx"
Outcome = dict[str, Any]
DUE = {"due": "Due", "a_preciser": "À préciser", "non_due": "Non due", "": "Sans objet"}

MARKETS = (
    Column("N°", 6, "heures"), Column("Référence", 16), Column("Objet", 44, bold=True), Column("Priorité", 12),
    Column("Levier proposé", 20, bold=True), Column("Heures : bas", 10, "heures"),
    Column("Heures conseillées", 12, "heures", bold=True), Column("Heures : haut", 10, "heures"),
    Column("Saisir le facilitateur avant le", 15, "jour"), Column("Rédaction à partir du", 14, "jour"),
    Column("Lancement", 13, "jour"), Column("Montant HT", 15, "euros"), Column("Durée (mois)", 9, "nombre"),
    Column("Nature", 13), Column("Segment", 28), Column("Obligation sociale", 13), Column("Pourquoi ce levier", 60),
    Column("Enjeux environnementaux", 46), Column("Obligations dues", 34), Column("Obligations à préciser", 30),
    Column("Obligations propres à cet achat (dues ou à préciser)", 44), Column("Pourquoi cette priorité", 34),
    Column("Segment déduit de", 48), Column("Territoire", 22), Column("Acheteur", 26), Column("Lignes du fichier", 16),
    Column("Remarques", 48),
)  # fmt: skip
PRINTED = 17
LOTS = (
    Column("N° du marché", 9, "heures"), Column("Référence", 16), Column("Lot", 6, "heures"), Column("Intitulé", 44),
    Column("Segment", 10), Column("Montant HT", 15, "euros"), Column("Heures : bas", 10, "heures"),
    Column("Heures conseillées", 12, "heures", bold=True), Column("Heures : haut", 10, "heures"),
    Column("Décision proposée", 30), Column("Pourquoi", 60),
)  # fmt: skip
UNDERSTOOD = (
    Column("N° du marché", 9, "heures"), Column("Lignes", 12), Column("Objet compris", 40),
    Column("Lu dans une colonne", 60), Column("Déduit", 70), Column("Par défaut : à vérifier", 50, bold=True),
)  # fmt: skip
FAULTS = (
    Column("Feuille", 18), Column("Ligne", 8, "heures"), Column("Colonne", 22), Column("Ce qu'il faut reprendre", 90),
    Column("Objet de la ligne", 44),
)  # fmt: skip
SUMMARY = (
    Column("", 52), Column("", 16), Column("", 16), Column("", 16), Column("", 16), Column("", 16), Column("", 40),
)  # fmt: skip


class ProgrammeBook:
    """The workbook under way: rows as they come, the summary at the end."""

    def __init__(self, source: str, settings: Settings, library: Library) -> None:
        self._source, self._settings, self._library = source, settings, library
        self._book = StreamBook(f"Revue des marchés : {source}", settings.on)
        self._summary = self._book.sheet("Synthèse", SUMMARY)
        self._markets = self._book.sheet("Marchés", MARKETS, freeze="D2")
        self._lots = self._book.sheet("Lots", LOTS, freeze="D2")
        self._faults = self._book.sheet("À reprendre", FAULTS, freeze="A2")
        self._understood = self._book.sheet("Lignes comprises", UNDERSTOOD, freeze="A2")
        self._reading = self._book.sheet("Lecture du fichier", (Column("", 30), Column("", 40), Column("", 70)))
        self._markets.printed = PRINTED
        for sheet in (self._markets, self._lots, self._faults, self._understood):
            sheet.header(filtered_to=len(sheet.columns))

    def add(self, outcome: Outcome) -> None:
        self._understood.write(_understood_row(outcome))
        if "fautes" in outcome:
            for fault in outcome["fautes"]:
                row = (
                    fault["feuille"],
                    fault["ligne"],
                    fault["colonne"] or "(absente)",
                    fault["message"],
                    outcome["objet"],
                )
                self._faults.write(row)
            return
        self._markets.write(_market_row(outcome))
        for lot in outcome["lots"]:
            self._lots.write(_lot_row(lot, outcome))

    def save(self, path: Any, summary: Summary, layouts: Sequence[Layout], skipped: Sequence[Skipped]) -> None:
        _write_summary(self._summary, summary, self._source, self._settings, self._library)
        _write_reading(self._reading, layouts, skipped, self._settings)
        self._book.save(path)


# --- rows ----------------------------------------------------------------------------------------


def _market_row(outcome: Outcome) -> tuple[Value, ...]:
    lots = outcome["levier_lots"]
    lever = Lever(outcome["levier"]).label + (f" ({french.joined([str(lot) for lot in lots])})" if lots else "")
    return (
        outcome["numero"], outcome["reference"], outcome["objet"], Priority(outcome["priorite"]).label, lever,
        outcome["heures"]["bas"], outcome["heures"]["conseille"], outcome["heures"]["haut"],
        date.fromisoformat(outcome["saisir_facilitateur_le"]), date.fromisoformat(outcome["redaction_le"]),
        date.fromisoformat(outcome["date_lancement"]), _figure(outcome["montant_ht"]), _figure(outcome["duree_mois"]),
        Nature(outcome["nature"]).label, outcome["segment"], DUE[outcome["obligation_sociale"]],
        outcome["levier_motif"], " ; ".join(outcome["enjeux"]), ", ".join(outcome["obligations_dues"]),
        ", ".join(outcome["obligations_a_preciser"]), ", ".join(outcome["obligations_propres"]),
        outcome["priorite_motif"], outcome["segment_explication"], outcome["territoire"], outcome["acheteur"],
        lines_of(outcome), " ".join(outcome["remarques"]),
    )  # fmt: skip


def _lot_row(lot: Outcome, outcome: Outcome) -> tuple[Value, ...]:
    hours = lot["heures"]
    return (
        outcome["numero"], outcome["reference"], lot["lot"], lot["intitule"], lot["segment_code"],
        _figure(lot["montant_ht"]), hours["bas"], hours["conseille"], hours["haut"], lot["decision"], lot["motif"],
    )  # fmt: skip


def _understood_row(outcome: Outcome) -> tuple[Value, ...]:
    told: dict[str, list[str]] = {"colonne": [], "déduit": [], "par défaut": []}
    several = outcome["derniere_ligne"] > outcome["ligne"]
    for row, key, shown, source, words in outcome["compris"]:
        if key == "objet" and source == "colonne":
            continue
        where = f"ligne {row}, " if several and row else ""
        detail = f" ({where}{words})" if words and source != "colonne" else f" (ligne {row})" if where else ""
        told[source].append(f"{LABELS.get(key, key)} = {shown}{detail}")
    return (
        outcome["numero"],
        lines_of(outcome),
        outcome["objet"],
        *(" ; ".join(told[source]) for source in told),
    )


LABELS = {
    "cpv": "CPV", "montant_ht": "montant HT", "duree_mois": "durée", "date_lancement": "lancement",
    "debut_execution": "début d'exécution", "departement": "département", "acheteur": "statut de l'acheteur",
    "acheteur_nom": "acheteur", "procedure": "procédure", "ccag": "CCAG", "montant_min_ht": "minimum HT",
    "montant_max_ht": "maximum HT", "technicite": "technicité",
}  # fmt: skip


def lines_of(outcome: Outcome) -> str:
    first, last = outcome["ligne"], outcome["derniere_ligne"]
    return f"{outcome['feuille']}, {first}" if first == last else f"{outcome['feuille']}, {first} à {last}"


def _figure(value: Any) -> Value:
    return Decimal(str(value)) if isinstance(value, float) else value


# --- summary -------------------------------------------------------------------------------------


def _write_summary(sheet: StreamSheet, summary: Summary, source: str, settings: Settings, library: Library) -> None:
    sheet.title("Revue des marchés : synthèse et pré-diagnostic insertion")
    sheet.prose(
        f"{source}, au {french.day(settings.on)}. Bibliothèque {library.info.version}. Les heures sont des "
        "propositions de calibrage, à confirmer avec le facilitateur ; les parts supposent les propositions suivies."
    )
    sheet.section("L'essentiel")
    sheet.names(["Repère", "Valeur"])
    kinds = ("texte", "heures")
    for name, figure in essentials(summary):
        sheet.write((name, figure), kinds=kinds)
    sheet.write(("Montant HT du programme", summary.all.amount), kinds=("texte", "euros"))
    sheet.section("Leviers proposés")
    sheet.names(["Levier", "Marchés"])
    for lever in Lever:
        sheet.write((lever.label, summary.levers[str(lever)]), kinds=kinds)
    sheet.section("Priorités")
    sheet.names(["Priorité", "Marchés"])
    for priority in Priority:
        sheet.write((priority.label, summary.priorities[str(priority)]), kinds=kinds)
    sheet.prose(RULE)
    sheet.section("Parts au sens du SPASER et du PNAD, avec leur définition")
    for item in indicators(summary, library):
        share = Decimal(round(item.share * 1000)) / 1000 if item.share is not None else item.figure
        sheet.write((item.name, share), bold=True, kinds=("texte", "part" if item.share is not None else "texte"))
        sheet.prose(f"{f'{item.counted}. ' if item.counted else ''}{item.definition}")
        sheet.prose(f"Source : {item.source}. Certitude : {item.status}")
    _hours_table(sheet, "Heures conseillées par trimestre civil", "Trimestre", summary.quarter_rows())
    _groups(sheet, "Heures conseillées par segment d'achat", "Segment", summary.segments)
    _groups(sheet, "Heures conseillées par territoire", "Territoire", summary.territories)


def essentials(summary: Summary) -> tuple[tuple[str, int], ...]:
    return (
        ("Marchés lus", summary.read),
        ("Marchés analysés", summary.analysed),
        ("Marchés à reprendre (feuille « À reprendre »)", summary.faulty),
        ("Obligation sociale due", summary.social_due),
        ("Obligation sociale à préciser", summary.social_unsure),
        ("Heures d'insertion : hypothèse basse", summary.low),
        ("Heures d'insertion conseillées", summary.advised),
        ("Heures d'insertion : hypothèse haute", summary.high),
        ("Dates de saisine du facilitateur déjà passées", summary.late),
        ("Marchés sans date de lancement (date par défaut)", summary.defaulted_launch),
    )


MOST_BARS = 15


def _hours_table(sheet: StreamSheet, title: str, name: str, rows: Iterable[tuple[str, int]]) -> None:
    sheet.section(title)
    sheet.names([name, "Heures conseillées"])
    header = sheet.row
    for label, hours in rows:
        sheet.write((label, hours), kinds=("texte", "heures"))
    if sheet.row == header:
        sheet.prose("Aucune heure.")
        return
    sheet.bars(title, header, sheet.row, 2, "D3")  # beside the essentials: the first thing one looks for


def _groups(sheet: StreamSheet, title: str, name: str, groups: dict[str, Group]) -> None:
    sheet.section(title)
    sheet.names([name, "Heures conseillées", "Marchés"])
    header = sheet.row
    ranked = Summary.ranked(groups)
    for label, group in ranked:
        sheet.write((label, group.hours, group.markets), kinds=("texte", "heures", "heures"))
    shown = min(len([1 for _, group in ranked if group.hours]), MOST_BARS)
    if shown:
        suffix = f" ({shown} premiers)" if shown < len(ranked) else ""
        sheet.bars(title + suffix, header, header + shown, 2, f"E{header}", sideways=True)


# --- how the file was read -----------------------------------------------------------------------


def _write_reading(
    sheet: StreamSheet, layouts: Sequence[Layout], skipped: Sequence[Skipped], settings: Settings
) -> None:
    sheet.title("Comment le fichier a été lu")
    kinds = ("texte", "texte", "texte")
    for layout in layouts:
        sheet.section(f"Feuille « {layout.sheet} », titres à la ligne {layout.header}")
        sheet.names(["Colonne du fichier", "Lue comme", "Unité"])
        for key, column in sorted(layout.columns.items(), key=lambda item: item[1].index):
            unit = f"multipliée par {french.number(column.scale)}" if column.scale != 1 else ""
            unit = " ; ".join(filter(None, (unit, "toutes taxes comprises" if column.ttc else "")))
            sheet.write((column.header, LABELS.get(key, key), unit), kinds=kinds)
        for name in layout.unread:
            sheet.write((name, "non lue", ""), kinds=kinds)
    if skipped:
        sheet.section("Ce qui n'a pas été lu")
        sheet.names(["Feuille", "Ligne", "Pourquoi"])
        for item in skipped:
            sheet.write((item.sheet, str(item.number or ""), item.reason), kinds=kinds)
    sheet.section("Réglages employés")
    sheet.names(["Réglage", "Valeur", "Ce qu'il change"])
    launch = f"{french.day(settings.default_launch)}"
    for row in (
        ("Jour de la revue", french.day(settings.on), "dates déjà passées, priorité"),
        ("Lancement par défaut", launch, "marchés sans date de lancement ni de début : droit lu à cette date"),
        ("Rédaction", f"{settings.writing_months} mois avant le lancement", "usage, réglable (--delai-redaction)"),
        (
            "Facilitateur",
            f"{settings.facilitator_weeks} semaines avant la rédaction",
            "usage, réglable (--delai-facilitateur)",
        ),
        (
            "Consultation",
            f"{settings.tender_months} mois du lancement au début d'exécution",
            "lancement déduit du début",
        ),
        ("Durée par défaut", f"{settings.duration_months} mois", "marchés sans durée"),
    ):
        sheet.write(row, kinds=kinds)
