"""Lake and norms meet the engines: new layers, tables and traces."""
