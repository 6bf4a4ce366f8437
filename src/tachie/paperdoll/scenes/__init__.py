"""Painted scenes behind the character: flat shapes in layers, paler the farther away."""
