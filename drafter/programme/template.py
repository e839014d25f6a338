"""The model workbook that we give: its columns, its closed lists, and examples that no reader takes for markets."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from drafter.programme.columns import SYNONYMS
from drafter.sheets.stream import Column, StreamBook, Value
from drafter.vocabulary import Ambition, Buyer, Form, Nature, Procedure, Technicity

FILE_NAME = "modele-programme.xlsx"
ROWS = 500
COLUMNS: tuple[tuple[str, float, str, str, tuple[str, ...]], ...] = (
    ("Référence", 14, "texte", "Facultative. Plusieurs lignes qui se suivent avec la même référence sont les lots d'un "
     "même marché.", ()),
    ("Objet", 46, "texte", "Ce que vous achetez, en clair : les mots servent à reconnaître l'achat.", ()),
    ("Nature", 14, "texte", "Déduite du CPV ou de l'objet si elle manque.", tuple(map(str, Nature))),
    ("CPV", 12, "texte", "Huit chiffres ; le chiffre de contrôle est facultatif.", ()),
    ("Lot", 6, "texte", "Numéro du lot, si le marché est alloti.", ()),
    ("Intitulé du lot", 30, "texte", "Ce que fait le titulaire de ce lot.", ()),
    ("Montant HT", 15, "euros", "Hors taxes, sur toute la durée, reconductions comprises.", ()),
    ("Montant minimum HT", 15, "euros", "Accord-cadre seulement.", ()),
    ("Montant maximum HT", 15, "euros", "Accord-cadre seulement.", ()),
    ("Durée (mois)", 9, "nombre", "Reconductions comprises. « 12 mois renouvelable 3 fois » se lit aussi.", ()),
    ("Date de lancement", 14, "jour", "Publication de l'avis. « mars 2027 » ou « T1 2027 » se lisent : le premier jour "
     "est retenu.", ()),
    ("Début d'exécution", 14, "jour", "Ordre de service ou prise d'effet ; place les heures dans les trimestres.", ()),
    ("Département", 13, "texte", "Numéro ou nom ; un code postal convient dans une colonne « Lieu ».", ()),
    ("Type d'acheteur", 24, "texte", "Fixe les seuils ; sans lui, des obligations restent à préciser.",
     tuple(map(str, Buyer))),
    ("Acheteur", 24, "texte", "Nom de l'acheteur, ou du service.", ()),
    ("Procédure", 16, "texte", "Facultative.", tuple(map(str, Procedure))),
    ("Forme du marché", 18, "texte", "Marché ordinaire si elle manque.", tuple(map(str, Form))),
    ("Technicité", 12, "texte", "Moyenne si elle manque.", tuple(map(str, Technicity))),
    ("Ambition", 12, "texte", "Socle si elle manque.", tuple(map(str, Ambition))),
    ("Particularités", 30, "texte", "Plusieurs séparées par un point-virgule : personnel_transferable, npnru, "
     "site_occupe…", ()),
)  # fmt: skip
EXAMPLES: tuple[tuple[Value, ...], ...] = (
    ("EXEMPLE-1", "Nettoyage des locaux de la médiathèque", "services", "90919200", None, None, 216_000, None, None, 48,
     date(2027, 3, 1), date(2027, 7, 1), "80", "collectivite", "Commune d'exemple", "adaptee", "ordinaire", None, None,
     "personnel_transferable"),
    ("EXEMPLE-2", "Rénovation d'une école", "travaux", "45214210", 1, "Peinture et sols souples", 96_000, None, None,
     10, date(2027, 2, 1), None, "80", "collectivite", None, None, None, None, None, None),
    ("EXEMPLE-2", "Rénovation d'une école", "travaux", "45214210", 2, "Électricité", 140_000, None, None, 10,
     date(2027, 2, 1), None, "80", "collectivite", None, None, None, "forte", None, None),
)  # fmt: skip


def write_template(path: Path, created: date) -> None:
    """The same bytes whatever the day but for the date it says it was made."""
    book = StreamBook("Modèle de programme d'achats", created)
    sheet = book.sheet("Programme", [Column(title, width, kind) for title, width, kind, _, _ in COLUMNS], freeze="C2")
    sheet.header(filtered_to=len(COLUMNS))
    for example in EXAMPLES:
        sheet.write(example)
    for number, (_, _, _, _, words) in enumerate(COLUMNS, 1):
        if words:
            sheet.choices(number, 2, ROWS, words)
    guide = book.sheet("Mode d'emploi", [Column("", 26), Column("", 80), Column("", 60)])
    guide.title("Remplir ce programme d'achats")
    for line in (
        "Une ligne par marché, ou une ligne par lot avec la même référence.",
        "Les lignes dont la référence commence par EXEMPLE ne sont pas lues : écrivez vos marchés à leur place ou "
        "en dessous.",
        "Seuls l'objet (ou le CPV) et un montant sont nécessaires ; ce qui manque est déduit ou pris par défaut, et "
        "c'est dit marché par marché.",
        "Vos propres tableaux se lisent aussi : les titres de colonnes peuvent différer, dans n'importe quel ordre.",
    ):
        guide.prose(line)
    guide.section("Les colonnes")
    guide.names(["Colonne", "Ce qu'on y écrit", "Mots admis"])
    for title, _, _, told, closed in COLUMNS:
        guide.write((title, told, ", ".join(closed)))
    guide.section("Autres titres de colonnes compris")
    guide.names(["Fait", "Titres compris (sans distinguer majuscules ni accents)", ""])
    for key, names in SYNONYMS.items():
        guide.write((key, ", ".join(names), ""))
    book.save(path)
