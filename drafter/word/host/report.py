"""What was done to the host, told to a person and to a program."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Inserted:
    """One section: its titles as printed, where, in which style, and why there."""

    partie: str
    titres: tuple[str, ...]
    emplacement: str
    motif: str
    confiance: str
    style: str


@dataclass(frozen=True, slots=True)
class Moved:
    """A title of the host whose number changed. `par`: Word, by itself, or us, because it was typed."""

    titre: str
    avant: str
    apres: str
    par: str


@dataclass(frozen=True, slots=True)
class TypedReference:
    """A reference typed in the host to an article that moved: never touched, always listed."""

    renvoi: str
    devient: str
    passage: str


@dataclass(frozen=True, slots=True)
class Report:
    piece: str
    mode: str
    suivi: bool
    inseres: tuple[Inserted, ...]
    remplaces: tuple[str, ...]
    numeros: tuple[Moved, ...]
    renvois: tuple[TypedReference, ...]
    a_completer: tuple[str, ...]
    a_verifier: tuple[str, ...]

    def as_data(self) -> dict[str, Any]:
        """For `--report`: keys in French, lists in the order of the document."""
        return {"format": "drafter-insertion", "version": 1, **asdict(self)}

    def as_text(self) -> str:
        lines = [
            f"Pièce : {self.piece.upper()}. Style : {self.mode}. Suivi des modifications : "
            f"{'oui' if self.suivi else 'non'}."
        ]
        for item in self.inseres:
            lines.append(f"Inséré : {item.partie}, {item.emplacement} ({item.motif} ; confiance {item.confiance}).")
            lines += [f"    {title}" for title in item.titres[:3]]
            if len(item.titres) > 3:
                lines.append(f"    … et {len(item.titres) - 3} autres titres")
        lines += [f"Remplacé : {title}." for title in self.remplaces]
        lines += [f"Numéro : {item.avant} devient {item.apres} ({item.titre})." for item in self.numeros]
        lines += [
            f"Renvoi à corriger à la main : « {item.renvoi} » vise maintenant l’article {item.devient} : "
            f"« {item.passage} »."
            for item in self.renvois
        ]
        lines += [f"À compléter : {label}." for label in self.a_completer]
        lines += [f"À vérifier : {line}" for line in self.a_verifier]
        return "\n".join(lines) + "\n"


def report_from(data: dict[str, Any]) -> Report:
    """The report that `as_data` wrote."""
    return Report(
        data["piece"],
        data["mode"],
        data["suivi"],
        tuple(Inserted(**{**item, "titres": tuple(item["titres"])}) for item in data["inseres"]),
        tuple(data["remplaces"]),
        tuple(Moved(**item) for item in data["numeros"]),
        tuple(TypedReference(**item) for item in data["renvois"]),
        tuple(data["a_completer"]),
        tuple(data["a_verifier"]),
    )
