"""Workbooks. The only package that knows SpreadsheetML."""

from drafter.sheets.calibration import FILE_NAME, calibration_workbook
from drafter.sheets.formula import Formula

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

__all__ = ["FILE_NAME", "MEDIA_TYPE", "Formula", "calibration_workbook"]
