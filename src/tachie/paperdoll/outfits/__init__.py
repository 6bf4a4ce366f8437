"""Clothes, drawn over a posed figure: `kinds` says what an outfit is made of, the other files draw the garments."""
