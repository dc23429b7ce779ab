"""Layers as files: manifests, immutable versions, provenance, checks, differences."""
