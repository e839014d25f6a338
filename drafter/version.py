"""The version of the program. The packaging reads it here: a checkout that was never installed knows it as well."""

VERSION = "0.1.0"
