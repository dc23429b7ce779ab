"""The room of siting: whether a place suits a service of supra-municipal relevance. Nothing is kept."""
