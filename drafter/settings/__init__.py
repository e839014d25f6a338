"""What an operator decides: every setting of the service, read from the environment, here and nowhere else.

A workstation needs none of them. `drafter config` prints them; docs/installer.md explains them.
"""

from drafter.settings.model import AccessibilityState, Logs, Settings
from drafter.settings.reading import read_settings
from drafter.settings.variables import VARIABLES, Shown, masked_url

__all__ = ["VARIABLES", "AccessibilityState", "Logs", "Settings", "Shown", "masked_url", "read_settings"]
