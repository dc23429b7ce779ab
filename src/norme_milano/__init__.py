"""The norms of the Città metropolitana di Milano: data, and a formula only where data cannot say it."""

from pathlib import Path

from trama.norms.package import NormsPackage

PACKAGE = NormsPackage(
    name="milano",
    title="Città metropolitana di Milano",
    root=Path(__file__).resolve().parent,
)
