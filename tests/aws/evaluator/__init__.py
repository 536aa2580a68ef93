"""Policies and requests by chance, asked of the stand-in and of Stanch's evaluator alike."""
