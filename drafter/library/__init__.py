"""The clause library: strict reader, typed models, checks across files."""

from drafter.library.reader import Library, load_library

__all__ = ["Library", "load_library"]
