"""The model held against days it has not seen."""
