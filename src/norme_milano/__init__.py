"""The norms of the Città metropolitana di Milano: data, and a formula only where data cannot say it."""
