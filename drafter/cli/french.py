"""What click itself says, in French: usage errors, missing arguments, the words of `--help`.

click reads its sentences through `gettext`, bound in each of its modules as `_` and `ngettext`; a catalogue of
a few lines takes their place. A sentence that is not here stays in English, and a test fails.
"""

from __future__ import annotations

from click import core, decorators, exceptions, formatting, parser, termui, types

SENTENCES = {
    # help
    "Usage:": "Usage :",
    "Options": "Options",
    "Commands": "Commandes",
    "Positional arguments": "Arguments",
    "Show this message and exit.": "Affiche cette aide.",
    "default: {default}": "par défaut : {default}",
    "required": "obligatoire",
    "deprecated": "abandonnée",
    # errors
    "Error: {message}": "Erreur : {message}",
    "Try '{command} {option}' for help.": "Pour l'aide : {command} {option}",
    "Aborted!": "Interrompu.",
    "Missing command.": "Indiquez une commande.",
    "No such command {name!r}.": "La commande « {name} » n'existe pas.",
    "No such option {name!r}.": "L'option « {name} » n'existe pas.",
    "Did you mean {possibility}?": "Vouliez-vous dire {possibility} ?",
    "(Did you mean one of: {possibilities}?)": "(Vouliez-vous dire : {possibilities} ?)",
    "Missing argument": "Il manque l'argument",
    "Missing option": "Il manque l'option",
    "Missing parameter": "Il manque le paramètre",
    "Missing {param_type}": "Il manque : {param_type}",
    "Missing parameter: {param_name}": "Il manque le paramètre {param_name}",
    "Got unexpected extra argument ({args})": "Il y a un argument de trop : {args}",
    "Got unexpected extra arguments ({args})": "Il y a des arguments de trop : {args}",
    "Option {name!r} requires an argument.": "L'option {name} attend une valeur.",
    "Option {name!r} requires {nargs} arguments.": "L'option {name} attend {nargs} valeurs.",
    "Option {name!r} does not take a value.": "L'option {name} ne prend pas de valeur.",
    "Argument {name!r} takes {nargs} values.": "L'argument {name} attend {nargs} valeurs.",
    "Invalid value: {message}": "Valeur refusée : {message}",
    "Invalid value for {param_hint}: {message}": "Valeur refusée pour {param_hint} : {message}",
    "{value!r} is not a valid {number_type}.": "« {value} » n'est pas un nombre entier.",
    "{value} is not in the range {range}.": "{value} est hors des bornes ({range}).",
    "{name} {filename!r} does not exist.": "« {filename} » n'existe pas.",
    "{name} {filename!r} is a file.": "« {filename} » est un fichier : indiquez un dossier.",
    "{name} {filename!r} is a directory.": "« {filename} » est un dossier : indiquez un fichier.",
    "{name} {filename!r} is not readable.": "« {filename} » n'est pas lisible : vérifiez vos droits.",
    "{name} {filename!r} is not writable.": "« {filename} » n'est pas modifiable : vérifiez vos droits.",
}


def _sentence(message: str) -> str:
    return SENTENCES.get(message, message)


def _counted(one: str, many: str, count: int) -> str:
    return _sentence(one if count < 2 else many)


def speak_french() -> None:
    """From now on click speaks French, in this process."""
    for module in (core, decorators, exceptions, formatting, parser, termui, types):
        for name, translate in (("_", _sentence), ("ngettext", _counted)):
            if hasattr(module, name):
                setattr(module, name, translate)
