"""What the API offers, as one table: routes, checks of the address, OpenAPI and reference page all come from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from drafter.web.clause_search import Catalogue
from drafter.word.bundle import FILE_NAMES

PREFIX = "/api/v1"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
JSON, ZIP, TEXT = "application/json", "application/zip", "text/plain"
PIECE_NAMES = tuple(FILE_NAMES)
EXAMPLE = "nettoyage-mediatheque"
"""The market of the examples of the documentation."""


@dataclass(frozen=True)
class Parameter:
    """A word of the address. `values`: a closed list; else `pattern` says how it is written. `default` as typed."""

    name: str
    meaning: str
    example: str
    values: tuple[str, ...] = ()
    pattern: str = ""
    default: str = ""
    in_path: bool = False
    number: bool = False
    longest: int = 0

    def refuses(self, typed: str) -> str:
        """Why a value is not admitted, as a sentence; empty when it is."""
        if self.values and typed not in self.values:
            return f"valeur inconnue : écrivez {', '.join(self.values)}"
        if self.pattern and not re.fullmatch(self.pattern, typed):
            return f"valeur mal écrite : écrivez par exemple {self.example}"
        if self.longest and len(typed) > self.longest:
            return f"ce texte est trop long : {self.longest} caractères au plus"
        return ""


@dataclass(frozen=True)
class Answer:
    """One sort of good answer: its media type, and the component that describes it when it is JSON."""

    media_type: str
    meaning: str
    schema: str = ""


@dataclass(frozen=True)
class Operation:
    """`name` is stable: views, OpenAPI (`operationId`) and addresses of the reference page use it."""

    name: str
    method: Literal["get", "post"]
    path: str
    summary: str
    description: str
    answers: tuple[Answer, ...]
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def reads_market(self) -> bool:
        return self.method == "post"

    @property
    def query(self) -> Mapping[str, Parameter]:
        return {item.name: item for item in self.parameters if not item.in_path}

    @property
    def kinds(self) -> tuple[str, ...]:
        """Every sort of error it may answer with."""
        body = ("lecture", "taille", "type-de-contenu", "marche", "regle") if self.reads_market else ()
        costly = ("trop-de-demandes", "indisponible") if self.reads_market else ()
        return ("parametre", *body, *self.problems, *costly, "interne")


_COMMENTS = Parameter(
    "commentaires",
    "Commentaires Word qui portent la base légale de chaque clause et les points à vérifier.",
    "non",
    ("oui", "non"),
    default="oui",
)
_DOSSIER = Parameter(
    "dossier",
    "Dossier caché dans chaque document, qui le rouvre : il dit l'estimation et les motifs. Sans lui pour un fichier "
    "à publier.",
    "non",
    ("oui", "non"),
    default="oui",
)
_MARKET = (
    "Le corps est un fichier de marché en JSON, ou un dossier gardé par le service (un marché et ses décisions). "
    "Rien n'est conservé."
)


def operations(catalogue: Catalogue) -> tuple[Operation, ...]:
    """In the order of the reference page. The closed lists of the search come from the library."""
    filters = tuple(Parameter(item.name, *_FILTERS[item.name], tuple(item.options)) for item in catalogue.filters)
    return (*_MARKET_OPERATIONS, *_segments(), *_clauses(filters), *_library())


# What each filter of the search means, and an example of it.
_FILTERS = {
    "segment": ("Code du segment (voir /segments) ; GEN : les clauses communes à plusieurs achats.", "NET"),
    "type": ("Type de clause.", "condition_execution"),
    "piece": ("Pièce où la clause s'écrit.", "CCAP"),
    "famille": ("Famille de clause.", "environnement"),
    "niveau": ("Niveau pour lequel la clause est écrite.", "socle"),
    "enjeu": ("Ce dont la clause s'occupe.", "energie"),
}

_MARKET_OPERATIONS = (
    Operation(
        "explain",
        "post",
        "/explain",
        "Expliquer un marché",
        f"Obligations, heures d'insertion, clauses proposées et raisons : la réponse de la commande "
        f"« drafter explain --json », à l'octet près. {_MARKET}",
        (Answer(JSON, "L'explication complète du marché.", "Explication"),),
    ),
    Operation(
        "draft",
        "post",
        "/draft",
        "Écrire les pièces d'un marché",
        f"Le jeu de pièces en une archive ZIP (Word, classeur du calibrage, dossier), ou leur texte en JSON. {_MARKET}",
        (
            Answer(ZIP, "L'archive des pièces, avec le classeur du calibrage et le dossier."),
            Answer(JSON, "Avec format=json : le texte de chaque pièce.", "TextesDesPieces"),
        ),
        (
            Parameter("format", "Archive de documents Word, ou textes seuls.", "zip", ("zip", "json"), default="zip"),
            Parameter(
                "pieces",
                "Pièces voulues, séparées par des virgules ; sans ce paramètre, toutes. Celles qu'aucune clause "
                "n'écrit sont omises.",
                "ccap,rc",
                pattern=rf"({'|'.join(PIECE_NAMES)})(,({'|'.join(PIECE_NAMES)})){{0,{len(PIECE_NAMES) - 1}}}",
            ),
            _COMMENTS,
            _DOSSIER,
        ),
    ),
    Operation(
        "draft_piece",
        "post",
        "/draft/{piece}",
        "Écrire une pièce",
        f"Une seule pièce, en Word ou en texte à coller. Le document Word porte son dossier. {_MARKET}",
        (
            Answer(DOCX, "La pièce en Word."),
            Answer(TEXT, "Avec format=texte : la pièce en texte seul, UTF-8."),
        ),
        (
            Parameter("piece", "La pièce voulue.", "ccap", PIECE_NAMES, in_path=True),
            Parameter("format", "Document Word, ou texte seul.", "docx", ("docx", "texte"), default="docx"),
            _COMMENTS,
            _DOSSIER,
        ),
        ("introuvable", "piece-absente"),
    ),
)


def _segments() -> tuple[Operation, ...]:
    return (
        Operation(
            "segments",
            "get",
            "/segments",
            "Chercher un segment d'achat",
            "Les segments et métiers, par des mots (nettoyage, cantine) ou un code CPV, entier ou commencé, le plus "
            "proche d'abord ; sans recherche, tous les segments. L'identifiant trouvé vaut pour la clé segment d'un "
            "marché.",
            (Answer(JSON, "Les segments trouvés.", "Segments"),),
            (Parameter("q", "Mots, ou chiffres d'un code CPV.", "90911200", longest=200),),
        ),
        Operation(
            "segment",
            "get",
            "/segments/{id}",
            "Lire un segment",
            "Un segment avec ses codes CPV, ses enjeux et ses métiers.",
            (Answer(JSON, "Le segment.", "UnSegment"),),
            (
                Parameter(
                    "id",
                    "Identifiant du segment ou d'un de ses métiers, ou code du segment.",
                    "nettoyage-locaux",
                    in_path=True,
                ),
            ),
            ("introuvable",),
        ),
    )


def _clauses(filters: tuple[Parameter, ...]) -> tuple[Operation, ...]:
    return (
        Operation(
            "clauses",
            "get",
            "/clauses",
            "Chercher une clause",
            "Les clauses actives, par des mots et des filtres fermés, vingt-cinq par page, toujours dans le même "
            "ordre. La page suivante existe tant que page est inférieur à pages.",
            (Answer(JSON, "Une page de clauses.", "Clauses"),),
            (
                Parameter("q", "Mots que la clause contient tous, accents indifférents.", "insertion", longest=200),
                *filters,
                Parameter("page", "Numéro de la page.", "1", pattern="[1-9][0-9]{0,3}", default="1", number=True),
            ),
            ("introuvable",),
        ),
        Operation(
            "clause",
            "get",
            "/clauses/{id}",
            "Lire une clause",
            "L'en-tête entier d'une clause, ses conditions, ses chiffres et ses textes ; les clés sans valeur sont "
            "absentes. Une clause retirée garde son adresse et le dit (statut).",
            (Answer(JSON, "La clause.", "UneClause"),),
            (Parameter("id", "Identifiant de la clause.", "social.insertion.heures", in_path=True),),
            ("introuvable",),
        ),
    )


def _library() -> tuple[Operation, ...]:
    return (
        Operation(
            "library",
            "get",
            "/bibliotheque",
            "Connaître la bibliothèque",
            "Version, date et nombre d'entrées de la bibliothèque qui répond.",
            (Answer(JSON, "Version et comptes.", "Bibliotheque"),),
        ),
        Operation(
            "parameters",
            "get",
            "/bibliotheque/parametres",
            "Lire les valeurs datées",
            "Seuils, délais et réglages, chacun avec ses dates, son statut et sa source ; un taux est une part de 1.",
            (Answer(JSON, "Les valeurs datées.", "Parametres"),),
        ),
        Operation(
            "rates",
            "get",
            "/bibliotheque/taux",
            "Lire les taux du calibrage",
            "Parts de main-d'œuvre, coûts horaires et taux d'effort : hypothèses basse, centrale et haute, avec leur "
            "statut et leur source.",
            (Answer(JSON, "Les taux.", "Taux"),),
        ),
        Operation(
            "duties",
            "get",
            "/bibliotheque/obligations",
            "Lire les obligations",
            "Obligations, dérogations, réservations et obligations sectorielles, avec leur article, leurs dates et "
            "leur source ; et la valeur datée qui donne le seuil européen de chaque acheteur.",
            (Answer(JSON, "Les obligations.", "Obligations"),),
        ),
        Operation(
            "examples",
            "get",
            "/exemples",
            "Lister les marchés d'exemple",
            "Des marchés inventés, par nom, qui servent à essayer l'API et à la vérifier.",
            (Answer(JSON, "Les exemples.", "Exemples"),),
        ),
        Operation(
            "example",
            "get",
            "/exemples/{nom}",
            "Lire un marché d'exemple",
            "Un fichier de marché complet, à renvoyer tel quel à explain ou à draft.",
            (Answer(JSON, "Le fichier de marché.", "Marche"),),
            (Parameter("nom", "Nom de l'exemple.", EXAMPLE, in_path=True),),
            ("introuvable",),
        ),
        Operation(
            "openapi",
            "get",
            "/openapi.json",
            "Lire la description OpenAPI",
            "Ce document : OpenAPI 3.1, fait des mêmes tables et des mêmes modèles que les réponses.",
            (Answer(JSON, "La description OpenAPI 3.1.", "DescriptionOpenApi"),),
        ),
    )
