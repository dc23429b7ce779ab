"""Access to services on foot: the fifteen minutes, supply against demand, inequality."""

from trama.analyses.access.run import AccessResult, run_access, run_access_whole

__all__ = ["AccessResult", "run_access", "run_access_whole"]
