"""The check-up of a piece written years ago: what it holds, what it lacks, what the law has left behind.

Pure: paragraphs and criteria in, findings out. Nothing here knows Word, Flask or today; `criteria.py` alone knows
the pipeline, and what reads a hostile piece imports none of it.
"""
