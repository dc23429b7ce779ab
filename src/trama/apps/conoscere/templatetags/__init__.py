"""Words of the templates of Conoscere."""
