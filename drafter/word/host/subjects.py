"""The words by which a French piece names its articles, and itself."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from drafter.word.host.outline import Outline
from drafter.word.host.sections import ENVIRONMENT, INSERTION

_MARKS = re.compile("[\u0300-\u036f]")
DEROGATION = re.compile(r"derogation")
PENALTY = re.compile(r"^(?:\W*)(?:penalite|sanction)")
ANNEX = re.compile(r"^annexes?\b")
USUAL = re.compile(
    r"^(?:objet|prix|penalite|assurance|resiliation|sous-traitance|avance|retenue de garantie|pieces|duree|delai|"
    r"differend|litige|reglement|paiement|garantie|modalites|conditions|critere|jugement|presentation|remise|"
    r"candidature|offre|renseignement|negociation|description|prestation|verification|admission|confidentialite|"
    r"propriete|derogation|forme|contenu|execution|variation)"
)
CRITERIA = re.compile(r"critere|jugement|selection des offres|choix de l.offre|attribution")
TECHNICAL_GREEN = re.compile(r"exigences? environnementale|developpement durable|performances? environnementale")
SUBJECTS = {
    INSERTION: (
        re.compile(r"\binsertion\b|clauses? sociales?\b|considerations? sociales?\b|dispositions? sociales?\b"),
        re.compile(
            r"heures? d.insertion|clauses? (?:sociales? )?d.insertion|insertion (?:professionnelle|sociale|par l)"
        ),
    ),
    ENVIRONMENT: (
        re.compile(
            r"environnementa(?:l|ux)|protection de l.environnement|developpement durable|clauses? ecologique"
            r"|^environnement$"
        ),
        re.compile(r"clauses? environnementales?|considerations? environnementales?"),
    ),
}


def mentions(text: str) -> bool:
    """Whether a text may speak of one of the subjects: cheap, before its accents are folded."""
    return "nsertion" in text or "nvironnementale" in text or "NSERTION" in text or "NVIRONNEMENTALE" in text


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """Lower case, no accents, straight apostrophes: to compare titles."""
    text = text.lower().replace("’", "'").replace("\u00a0", " ")
    if not text.isascii():
        text = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return text.strip()


def piece_of(outline: Outline) -> str | None:
    """What the document is, from its first lines; None when they do not say."""
    names = (
        ("ccp", r"cahier des clauses particulieres|\bc\.?c\.?p\.?\b(?!\w)"),
        ("ccap", r"cahier des clauses administratives particulieres|\bc\.?c\.?a\.?p\b"),
        ("cctp", r"cahier des clauses techniques particulieres|\bc\.?c\.?t\.?p\b"),
        ("rc", r"reglement de (?:la )?consultation"),
        ("ae", r"acte d.engagement"),
    )
    head = [plain(para.text)[:600] for para in outline.paras[:40] if not para.empty]
    for line in head:
        found = [(match.start(), name) for name, words in names if (match := re.search(words, line))]
        if found:
            return min(found)[1]
    return None
