"""Programmes of any size, always the same for the same seed: what a buyer, or a whole country, would hand over."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Iterator

HEADER = (
    "Référence", "Objet", "Nature", "CPV", "Lot", "Intitulé du lot", "Montant HT", "Durée (mois)", "Date de lancement",
    "Début d'exécution", "Département", "Acheteur", "Procédure", "Forme du marché", "Technicité",
)  # fmt: skip
PURCHASES = (
    ("Nettoyage des locaux", "services", "90919200", 40_000, 900_000),
    ("Entretien des espaces verts", "services", "77310000", 30_000, 600_000),
    ("Rénovation énergétique d'un groupe scolaire", "travaux", "45214210", 150_000, 4_000_000),
    ("Réfection de la voirie communale", "travaux", "45233141", 60_000, 2_000_000),
    ("Fourniture de denrées pour la restauration scolaire", "fournitures", "15800000", 40_000, 1_500_000),
    ("Fourniture de papier et de fournitures de bureau", "fournitures", "30192000", 5_000, 90_000),
    ("Maîtrise d'œuvre pour la construction d'une crèche", "services", "71221000", 40_000, 400_000),
    ("Acquisition d'ordinateurs portables", "fournitures", "30213100", 20_000, 700_000),
    ("Gardiennage et surveillance de sites", "services", "79714000", 60_000, 800_000),
    ("Travaux de peinture des bâtiments", "travaux", "45442100", 25_000, 400_000),
    ("Collecte des déchets ménagers", "services", "90511000", 200_000, 9_000_000),
    ("Assurance dommages aux biens", "services", "66515000", 20_000, 300_000),
    ("Transport scolaire", "services", "60172000", 80_000, 2_500_000),
    ("Vêtements de travail", "fournitures", "18110000", 10_000, 200_000),
)
BUYERS = (
    "Commune de Sainte-Exemple",
    "Département d'Essai",
    "Centre hospitalier de Modèle",
    "Office HLM Démonstration",
)
LOTS = ("Gros œuvre", "Menuiseries extérieures", "Électricité", "Peinture et sols souples", "Plomberie et chauffage")


def rows(count: int, seed: int = 1) -> Iterator[tuple[str, ...]]:
    """`count` markets; one market of works in four is split into lots, a row each."""
    chance = random.Random(seed)
    for number in range(1, count + 1):
        name, nature, cpv, least, most = chance.choice(PURCHASES)
        amount = round(least * (most / least) ** chance.random(), -2)
        month, year = chance.randint(1, 12), chance.choice((2026, 2027))
        common = (
            chance.choice(("12", "24", "36", "48")), f"{chance.randint(1, 28):02d}/{month:02d}/{year}", "",
            f"{chance.randint(1, 95):02d}", chance.choice(BUYERS),
            "appel d'offres" if amount > 216_000 else "adaptee",
            chance.choice(("ordinaire", "ordinaire", "bons_de_commande")),
            chance.choice(("", "moyenne", "faible", "forte")),
        )  # fmt: skip
        reference = f"M{number:06d}"
        objet = f"{name}, site {chance.randint(1, 9999)}"
        if nature == "travaux" and not chance.randrange(4):
            for lot, title in enumerate(chance.sample(LOTS, chance.randint(2, 4)), 1):
                yield (reference, objet, nature, "", str(lot), title, str(int(amount // 3)), *common)
        else:
            yield (reference, objet, nature, cpv, "", "", str(int(amount)), *common)


def as_csv(count: int, seed: int = 1, *, encoding: str = "utf-8-sig", delimiter: str = ";") -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(HEADER)
    writer.writerows(rows(count, seed))
    return text.getvalue().encode(encoding)
