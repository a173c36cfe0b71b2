"""What moves and how names answer: `FactorModel`, and its calibration from arrays of moves."""
