"""The room of soils: what they give, and what is lost when they are built upon."""
