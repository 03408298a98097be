"""The exercises of each problem set: one package for each set, one module for each exercise."""
