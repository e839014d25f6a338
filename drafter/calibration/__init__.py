"""Insertion hours, lot by lot: low / advised / high, every step with its value, unit, source and status."""

from drafter.calibration.calibrate import calibrate
from drafter.calibration.model import Calibration, HoursRange, LotCalibration, OrderRatio, Step

__all__ = ["Calibration", "HoursRange", "LotCalibration", "OrderRatio", "Step", "calibrate"]
