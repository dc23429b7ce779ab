"""Programs that the benchmarks run as subprocesses: some with Trama, some in the peers' environment."""
