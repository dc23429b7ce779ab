"""The only wiring: settings, addresses, base templates."""
