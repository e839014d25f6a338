"""The documents, as plain blocks: no Word and no HTML inside."""
