"""Many runs: plans of the paper's figures and tables, and workers (local processes, Dask) that compute them.

`sweeping` computes each run once, on `local_workers` or `dask_workers`, by the protocol in `jobs`. A `plan` is a list
of runs by name: those of the paper in `paper_plans`, about the search in `search_plans`, all of them in `plans`.
"""
