"""From what a row says of a place to the code of its département. Codes and names: code officiel géographique."""

from __future__ import annotations

import re
from functools import lru_cache

from drafter import readers

DEPARTMENTS = {
    "01": "Ain", "02": "Aisne", "03": "Allier", "04": "Alpes-de-Haute-Provence", "05": "Hautes-Alpes",
    "06": "Alpes-Maritimes", "07": "Ardèche", "08": "Ardennes", "09": "Ariège", "10": "Aube", "11": "Aude",
    "12": "Aveyron", "13": "Bouches-du-Rhône", "14": "Calvados", "15": "Cantal", "16": "Charente",
    "17": "Charente-Maritime", "18": "Cher", "19": "Corrèze", "2A": "Corse-du-Sud", "2B": "Haute-Corse",
    "21": "Côte-d'Or", "22": "Côtes-d'Armor", "23": "Creuse", "24": "Dordogne", "25": "Doubs", "26": "Drôme",
    "27": "Eure", "28": "Eure-et-Loir", "29": "Finistère", "30": "Gard", "31": "Haute-Garonne", "32": "Gers",
    "33": "Gironde", "34": "Hérault", "35": "Ille-et-Vilaine", "36": "Indre", "37": "Indre-et-Loire", "38": "Isère",
    "39": "Jura", "40": "Landes", "41": "Loir-et-Cher", "42": "Loire", "43": "Haute-Loire", "44": "Loire-Atlantique",
    "45": "Loiret", "46": "Lot", "47": "Lot-et-Garonne", "48": "Lozère", "49": "Maine-et-Loire", "50": "Manche",
    "51": "Marne", "52": "Haute-Marne", "53": "Mayenne", "54": "Meurthe-et-Moselle", "55": "Meuse", "56": "Morbihan",
    "57": "Moselle", "58": "Nièvre", "59": "Nord", "60": "Oise", "61": "Orne", "62": "Pas-de-Calais",
    "63": "Puy-de-Dôme", "64": "Pyrénées-Atlantiques", "65": "Hautes-Pyrénées", "66": "Pyrénées-Orientales",
    "67": "Bas-Rhin", "68": "Haut-Rhin", "69": "Rhône", "70": "Haute-Saône", "71": "Saône-et-Loire", "72": "Sarthe",
    "73": "Savoie", "74": "Haute-Savoie", "75": "Paris", "76": "Seine-Maritime", "77": "Seine-et-Marne",
    "78": "Yvelines", "79": "Deux-Sèvres", "80": "Somme", "81": "Tarn", "82": "Tarn-et-Garonne", "83": "Var",
    "84": "Vaucluse", "85": "Vendée", "86": "Vienne", "87": "Haute-Vienne", "88": "Vosges", "89": "Yonne",
    "90": "Territoire de Belfort", "91": "Essonne", "92": "Hauts-de-Seine", "93": "Seine-Saint-Denis",
    "94": "Val-de-Marne", "95": "Val-d'Oise", "971": "Guadeloupe", "972": "Martinique", "973": "Guyane",
    "974": "La Réunion", "976": "Mayotte",
}  # fmt: skip

_CODE = re.compile(r"(?<![0-9a-z])(9[78][0-9]|2[ab]|[0-9]{2})(?![0-9a-z])")
_FIVE = re.compile(r"(?<![0-9a-z])([0-9]{5}|2[ab][0-9]{3})(?![0-9a-z])")


def department_name(code: str) -> str:
    """`Somme (80)`; the code alone when it is not one of ours (an overseas collectivity)."""
    return f"{DEPARTMENTS[code]} ({code})" if code in DEPARTMENTS else code


@lru_cache(maxsize=4096)
def department_of(text: str) -> str | None:
    """A code, a name, or both: `80`, `8` with its zero lost, `Somme`, `Somme (80)`. None when it says neither."""
    words = readers.plain(text)
    if words.isdecimal() and len(words) == 1:
        words = words.zfill(2)
    if words.upper() in DEPARTMENTS:
        return words.upper()
    name = _joined(re.sub(r"[0-9(),/]|\b2[ab]\b", " ", words))
    if name in _names():
        return _names()[name]
    if found := _CODE.search(words):
        return found[1].upper() if found[1].upper() in DEPARTMENTS else None
    return None


@lru_cache(maxsize=4096)
def department_of_code(text: str) -> str | None:
    """The département of a postal code or of an INSEE code, wherever it stands in the text.

    A postal code of Corsica says which of the two by its third digit.
    """
    words = readers.plain(text)
    if words.isdecimal() and len(words) == 4:
        words = words.zfill(5)  # a spreadsheet drops the first zero
    found = _FIVE.search(words)
    if not found:
        return None
    code = found[1].upper()
    if code[:2] == "20":
        return "2A" if code[2] in "01" else "2B"
    for length in (3, 2):
        if code[:length] in DEPARTMENTS:
            return code[:length]
    return None


@lru_cache(maxsize=1)
def _names() -> dict[str, str]:
    return {_joined(readers.plain(name)): code for code, name in DEPARTMENTS.items()}


def _joined(words: str) -> str:
    text = " ".join(re.sub(r"[-'’]", " ", words).split())
    return re.sub(r"^(?:departement (?:de la |de l |du |des |de |d )?|la |le |les |l )", "", text)
