"""The gap between saying and being right."""

import pytest

from scripts.calibration import Bin, calibration_error, reliability


def test_the_error_is_the_gap_between_saying_and_being_right_weighed_by_tenth() -> None:
    honest = [(0.8, i < 8) for i in range(10)]
    boastful = [(0.95, i < 5) for i in range(10)]
    assert calibration_error(honest) == pytest.approx(0.0)
    assert calibration_error(boastful) == pytest.approx(0.45)
    assert calibration_error(honest + boastful) == pytest.approx(0.225)


def test_modesty_is_an_error_too_and_being_sure_and_wrong_is_a_whole_one() -> None:
    assert calibration_error([(0.75, True)] * 4) == pytest.approx(0.25)
    assert calibration_error([(1.0, False)] * 5) == 1.0


def test_empty_tenths_are_left_out_and_certainty_is_in_the_last() -> None:
    assert reliability([(1.0, True), (0.0, False)]) == [Bin(1, 0.0, 0.0), Bin(1, 1.0, 1.0)]


def test_nothing_said_is_no_error() -> None:
    assert (reliability([]), calibration_error([])) == ([], 0.0)
