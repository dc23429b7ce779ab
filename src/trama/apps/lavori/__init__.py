"""Long work: done outside the request, told step by step, cancelled at will, its result kept until read."""
