"""The room of services: the atlas at three scales, and the sheets of comuni and poles."""
