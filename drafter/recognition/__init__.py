"""Which purchase segment, and which trade, a market or a lot belongs to, and why.

In this order: what the person typed, the CPV code (the segment with the longest prefix), the words of the
object, else the generic segment. The words may refine the trade inside the segment that the code gives.
Nothing is learned at run time: the same words give the same answer, and the explanation names them.
"""

from drafter.recognition.reading import GENERIC, GENERIC_TRADE
from drafter.recognition.recogniser import Recognition, _recogniser, recognise

__all__ = ["GENERIC", "GENERIC_TRADE", "Recognition", "_recogniser", "recognise"]
