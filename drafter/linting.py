"""What can be enforced on the wording of a clause; what cannot is read (clause_library/RELECTURE.md).

Every rule answers a fault once found by a reader: an obligation in the future tense, a rate that no figure
carries, a penalty that cannot be computed, an article that is not in the register.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from drafter.dated import Unit
from drafter.draft import markup
from drafter.draft.markup import Field, MarkupError
from drafter.errors import Fault
from drafter.library import Library
from drafter.library.articles import cited, numbers_of
from drafter.library.clause import Clause
from drafter.library.terms import Basis, ClauseType, Family
from drafter.own_wording import clause_texts, plain_text
from drafter.vocabulary import Ambition

LONGEST_SENTENCE = 55
"""Words. Past that, an obligation has two ideas."""
LONGEST_TITLE = 80
"""Characters of a clause's title."""
SHORTEST_ADVICE = 40
"""Characters of « pourquoi »: less is not a reason."""
WEAKEST_CRITERION = 10
"""Percent. Below, a criterion no longer separates the offers (guide of the State on digital purchases)."""
LABEL_ARTICLES = {f"R2111-{number}" for number in range(12, 18)}
CRITERION_ARTICLES = {"L2152-7", "R2152-7"}


@dataclass(frozen=True)
class _Words:
    """A pattern that no text of ours may hold, and what to write instead."""

    pattern: re.Pattern[str]
    advice: str


def _words(pattern: str, advice: str, flags: int = re.IGNORECASE) -> _Words:
    return _Words(re.compile(pattern, flags), advice)


_REFUSED = (
    _words(
        r"\b\w{2,}(?:ra|ront)\b",
        "au futur n'oblige pas encore : écrivez l'obligation au présent",
    ),
    _words(
        r"\bs['’]engage(?:nt)? à\b|\bs['’]efforce\w*|\best tenue? de\b|\bsont tenue?s de\b|\bil (?:lui )?appartient\b",
        "dites ce que le titulaire fait, au présent",
    ),
    _words(
        r"\b(?:rapidement|régulièrement|périodiquement|fréquemment|prochainement|ultérieurement)\b"
        r"|\bdans les (?:meilleurs|plus brefs) délais\b|\ben temps utile\b|\bdans un délai raisonnable\b",
        "n'est pas un délai : écrivez un nombre de jours et l'événement qui le fait courir",
    ),
    _words(
        r"\bau moins une partie\b|\bune part significative\b|\bun nombre suffisant\b"
        r"|\bautant de\b.{0,20}\bque nécessaire\b",
        "ne se mesure pas : écrivez un nombre ou un taux",
    ),
    _words(
        r"\bet/ou\b|\betc\b\.?|\bnotamment mais pas\b",
        "laisse l'obligation ouverte : énumérez ce qui est demandé",
    ),
    _words(
        r"(?<![\w-])(?:Etat|Etude|Ecole|Energie|Eclairage|Evacuation|Emission|Economie|Equipement|Ecolabel)(?:s)?\b",
        "porte une majuscule sans accent : écrivez É",
        0,
    ),
    _words(
        r"(?:^|[.;:] |\n)A (?:la|l['’]|défaut|partir|compter|chaque|titre|ce)\b",
        "À prend un accent, en majuscule aussi",
        0,
    ),
    _words(r"\.\.\.", "trois points se tapent « … », et une clause n'en a pas besoin"),
)
"""Words refused in what the pieces print; REDAC-1 and W01 to W13 of warnings/ refuse others."""

_MEASURED = re.compile(r"\d|\baucune?\b|\bn(?:e|['’])\s?\w+ pas\b", re.IGNORECASE)
_FUTURE_LOOKALIKES = frozenset({"opéra", "caméra", "extra", "infra", "intra", "supra", "ultra", "tétra"})
_HANDED = re.compile(
    r"\b(?:remet|remett\w+|remis\w*|communiqu\w+|transmet\w*|transmis\w*|adress\w+|joint\w*|fourni\w*|produit|présente\w*"
    r"|annex\w+|dépos\w+|tient|tenu\w*|renseign\w+|port\w+|inscri\w+|consign\w+|enregistr\w+|déclar\w+|affich\w+)\b",
    re.IGNORECASE,
)


def lint(clauses: Iterable[Clause], library: Library) -> Iterator[Fault]:
    """Every fault of wording or of construction, clause by clause."""
    for clause in clauses:
        where = f"clause {clause.id}"
        rules = (_refused_words, _sentences, _titles, _figures, _penalties, _articles, _criterion, _parameters, _advice)
        for rule in rules:
            for message in rule(clause, library):
                yield Fault(where, message)


def _refused_words(clause: Clause, library: Library) -> Iterator[str]:
    for place, _, text in clause_texts(clause):
        for refused in _REFUSED:
            for match in refused.pattern.finditer(text):
                if match[0].lower() not in _FUTURE_LOOKALIKES:
                    yield f"{place} : « {match[0].strip()} » {refused.advice}"


def _sentences(clause: Clause, library: Library) -> Iterator[str]:
    for place, _, text in clause_texts(clause):
        for sentence in re.split(r"(?<=[.;:])\s+|\n", text):
            count = len(sentence.split())
            if count > LONGEST_SENTENCE:
                start = " ".join(sentence.split()[:8])
                yield f"{place} : une phrase de {count} mots (« {start}… ») : faites-en deux"


def _titles(clause: Clause, library: Library) -> Iterator[str]:
    if len(clause.title) > LONGEST_TITLE:
        yield f"titre : {len(clause.title)} signes : {LONGEST_TITLE} au plus"
    titles = [clause.title]
    for text in clause.texts.values():
        titles += re.findall(r"^#{2,4} (.*?)(?:\s*\{#.*)?$", text, re.MULTILINE)
    for title in titles:
        if title.rstrip().endswith((".", ":", ";")):
            yield f"titre « {title} » : un titre ne finit pas par une ponctuation"
        if title[:1].islower():
            yield f"titre « {title} » : un titre commence par une majuscule"


def _carried(clause: Clause) -> str:
    return plain_text(clause.texts.get(clause.piece, ""))


def _fields(clause: Clause) -> set[str]:
    """Names of the fields that the texts of the clause show."""
    found: set[str] = set()
    for text in clause.texts.values():
        try:
            found |= {span.name for span in markup.spans_of(markup.compile_text(text)) if isinstance(span, Field)}
        except MarkupError:
            continue  # `checking` says it
    return found


def _figures(clause: Clause, library: Library) -> Iterator[str]:
    """A requirement that no figure carries cannot be controlled."""
    if clause.type in (ClauseType.SPECIFICATION, ClauseType.EXECUTION):
        shown = _fields(clause) & set(clause.parameters)
        if not shown and not _MEASURED.search(_carried(clause)) and not clause.labels:
            yield "rien de chiffré dans le texte : une exigence se mesure (taux, délai, nombre, interdiction)"


def _units(clause: Clause) -> set[Unit]:
    return {clause.parameters[name].unit for name in _fields(clause) if name in clause.parameters}


def _penalties(clause: Clause, library: Library) -> Iterator[str]:
    """Each penalty can be computed from what the texts say."""
    codes = {use.code for use in clause.penalties}
    text = "\n".join(plain_text(piece) for piece in clause.texts.values())
    units = _units(clause)
    rate = Unit.RATE in units or "%" in text
    if "P3" in codes and not rate:
        yield "P3 sanctionne un taux : le texte n'en fixe aucun"
    if "P7" in codes and not (units - {Unit.RATE} or re.search(r"\d", text)):
        yield "P7 sanctionne une valeur chiffrée : le texte n'en fixe aucune"
    if "P8" in codes and not (units & {Unit.DAYS, Unit.HOURS, Unit.MONTHS} or re.search(r"\d+ (?:jour|heure)", text)):
        yield "P8 sanctionne un délai : le texte n'en fixe aucun"
    if "P1" in codes and not _HANDED.search(text):
        yield "P1 sanctionne un document non remis : le texte ne dit lequel, ni à qui il est remis"


def _articles(clause: Clause, library: Library) -> Iterator[str]:
    numbers: set[str] = set()
    in_force = False
    for basis in clause.legal_basis:
        for number in numbers_of(basis.article):
            numbers.add(number)
            in_force = in_force or library.articles.in_force(basis.text, number, clause.start)
            if library.articles.find(basis.text, number) is None:
                yield (
                    f"base_legale : l'article {number} ({basis.text}) n'est pas dans parameters/articles.yaml : "
                    "lisez-le, puis ajoutez-le avec sa source, ou retirez-le"
                )
    if not in_force:
        yield f"base_legale : aucun des articles cités n'est en vigueur le {clause.start:%d/%m/%Y}"
    for place, _, text in clause_texts(clause):
        for number in cited(text):
            if not library.articles.holds(number):
                yield f"{place} : l'article {number} n'est pas dans parameters/articles.yaml"
    if clause.labels and not numbers >= LABEL_ARTICLES:
        yield "labels : citez les articles R2111-12 à R2111-17 dans base_legale"
    if clause.criterion and not numbers & CRITERION_ARTICLES:
        yield "critère : citez L2152-7 ou R2152-7 dans base_legale"


def _criterion(clause: Clause, library: Library) -> Iterator[str]:
    if clause.criterion is None:
        return
    if clause.criterion.weight < WEAKEST_CRITERION and clause.family is not Family.SOCIAL:
        yield f"critère : un poids sous {WEAKEST_CRITERION} % ne départage pas les offres"
    for sub in clause.criterion.sub_criteria:
        shares = [grade.share for grade in sub.scale]
        if shares and (shares != sorted(set(shares), reverse=True) or shares[0] != 100 or shares[-1] != 0):
            yield f"critère « {sub.title} » : le barème descend de 100 à 0, sans deux lignes égales"
    scored = sum(line.scored for line in clause.criterion.frame)
    if scored < len(clause.criterion.sub_criteria):
        yield "cadre_reponse : chaque sous-critère repose sur une ligne notée au moins"


def _parameters(clause: Clause, library: Library) -> Iterator[str]:
    for name, parameter in clause.parameters.items():
        if parameter.basis is not Basis.LAW and (parameter.low is None or parameter.high is None):
            yield f"paramètre « {name} » : donnez son minimum et son maximum"
        if parameter.advanced is not None and Ambition.ADVANCED not in clause.levels:
            yield f"paramètre « {name} » : la valeur « avance » ne sert pas, la clause n'a pas ce niveau"
        if parameter.exemplary is not None and Ambition.EXEMPLARY not in clause.levels:
            yield f"paramètre « {name} » : la valeur « exemplaire » ne sert pas, la clause n'a pas ce niveau"
        steps = [value for value in (parameter.default, parameter.advanced, parameter.exemplary) if value is not None]
        if steps not in (sorted(steps), sorted(steps, reverse=True)):
            yield f"paramètre « {name} » : les niveaux se suivent dans un seul sens"


def _advice(clause: Clause, library: Library) -> Iterator[str]:
    if len(clause.why) < SHORTEST_ADVICE:
        yield "pourquoi : dites en une phrase au moins ce que la clause change pour cet achat"
    for key, names in (("va_avec", clause.goes_with), ("remplace", clause.replaces), ("conflits", clause.conflicts)):
        if clause.id in names:
            yield f"{key} : la clause se cite elle-même"
    if both := set(clause.goes_with) & {*clause.conflicts, *clause.replaces}:
        yield f"« {min(both)} » ne peut à la fois aller avec la clause et la remplacer ou s'y opposer"
