"""Many runs: plans of the paper's figures and tables, and workers (local processes, Dask) that compute them."""
