"""The shares that a SPASER and the PNAD speak of, each with its definition, its source and how sure it is."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from drafter import french
from drafter.dated import Parameter
from drafter.library import Library
from drafter.programme.summary import Count, Summary
from drafter.values import Euros, Rate


@dataclass(frozen=True, slots=True)
class Indicator:
    """`figure` is what a person reads; `share` is the same as a number between 0 and 1, when it is one; `counted`
    says of how many."""

    name: str
    figure: str
    definition: str
    source: str
    status: str
    share: Fraction | None = None
    counted: str = ""


LIST = "Schéma des données essentielles de la commande publique, version 2.0.3 (arrêtés du 22 décembre 2022)"
PROJECTED = "Chiffre prévisionnel : ce que donneraient les propositions si elles étaient toutes suivies."
UNREAD = "Définition à confronter au texte : le détail des indicateurs n'a pas été relu."


def census(library: Library) -> Euros:
    """The amount from which a contract is counted in the national census."""
    return Euros(library.parameters["programme.recensement"].values[-1].value.value)


def indicators(summary: Summary, library: Library) -> tuple[Indicator, ...]:
    floor = library.parameters["programme.recensement"].values[-1]
    amount = french.euros(census(library))
    spaser = library.parameters["seuils.spaser"].values[-1]
    social, environment = (
        library.parameters["programme.pnad.social"],
        library.parameters["programme.pnad.environnement"],
    )
    values = "« Clause sociale », « Critère social » ou « Marché réservé »"
    green = "« Clause environnementale » ou « Critère environnemental »"
    contract = "Une ligne du fichier, ou les lignes d'une même référence, compte pour un marché, alloti ou non."
    return (
        _share("Considération sociale : part en nombre", summary.social, summary.all,
               f"Marchés portant au moins une valeur {values}. {contract} {PROJECTED}", LIST, "Certain (liste)"),
        _share("Considération sociale : part en montant", summary.social, summary.all,
               f"Montant hors taxes des mêmes marchés sur celui du programme. {PROJECTED}", LIST, "Certain (liste)",
               money=True),
        _share("Considération environnementale : part en nombre", summary.environment, summary.all,
               f"Marchés portant au moins une valeur {green}. {PROJECTED}", LIST, "Certain (liste)"),
        _share("Considération environnementale : part en montant", summary.environment, summary.all,
               f"Montant hors taxes des mêmes marchés sur celui du programme. {PROJECTED}", LIST, "Certain (liste)",
               money=True),
        _share(f"PNAD, social : part en nombre, marchés d'au moins {amount} HT", summary.social_counted,
               summary.counted, _pnad(social, amount), _sources(social, floor.source.title), _status(social)),
        _share(f"PNAD, environnement : part en nombre, marchés d'au moins {amount} HT", summary.environment_counted,
               summary.counted, _pnad(environment, amount), _sources(environment, floor.source.title),
               _status(environment)),
        _share("SPASER : marchés réservés ou à réserver, part en nombre", summary.reserved, summary.all,
               "Marchés déclarés réservés, ou que nous proposons de réserver en entier. Un SPASER fixe des objectifs "
               "d'achats auprès des entreprises solidaires (ESUS) et de celles qui emploient des personnes "
               "défavorisées : leur part ne se mesure qu'après l'attribution, elle n'est donc pas calculée ici.",
               "Code de la commande publique, L2111-3 et D2111-3", UNREAD),
        Indicator(
            "SPASER : dépense annuelle que représente ce programme",
            f"{_money(summary.yearly)} HT",
            f"Montant de chaque marché ramené à un an, additionné. Le SPASER est obligatoire au-delà de "
            f"{french.euros(Euros(spaser.value.value))} HT d'achats annuels, comptés sur les dépenses d'une année "
            "civile de l'acheteur : ce programme n'en est qu'une partie.",
            f"{spaser.source.title}, L2111-3 et D2111-3",
            f"{spaser.status.label} (seuil) ; la dépense est une approximation",
        ),
    )  # fmt: skip


def _share(
    name: str, part: Count, whole: Count, definition: str, source: str, status: str, *, money: bool = False
) -> Indicator:
    over, under = (part.amount, whole.amount) if money else (Decimal(part.number), Decimal(whole.number))
    if not under:
        return Indicator(name, "sans objet", definition, source, status)
    share = Fraction(over) / Fraction(under)
    text = french.percent(Rate(round(share, 3)))
    counted = f"{part.number} sur {whole.number}" if not money else f"{_money(over)} sur {_money(under)}"
    return Indicator(name, f"{text} ({counted})", definition, source, status, share, counted)


def _money(amount: Decimal | int) -> str:
    """In millions, to one decimal: a share needs no more."""
    return f"{french.number(Fraction(amount) / 1_000_000, 1)}{french.NBSP}M€"


def _pnad(target: Parameter, amount: str) -> str:
    entry = target.values[-1]
    return (
        f"Même compte, pour les seuls marchés d'au moins {amount} HT, que suit le recensement. Objectif du PNAD "
        f"2022-2025 : {french.show(entry.value)} en nombre. {entry.note or ''} {PROJECTED}"
    )


def _sources(target: Parameter, census_source: str) -> str:
    return f"{target.values[-1].source.title} ; {census_source}"


def _status(target: Parameter) -> str:
    return f"{target.values[-1].status.label}. {UNREAD}"
