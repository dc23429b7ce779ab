"""The pages of the composite indices: weights under the hand, map and ranking that follow."""
