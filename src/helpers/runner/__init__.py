"""The runner: notebooks as steps, brought up to date, here or on a cluster. Knows nothing of the subject matter.

The modules to begin with:

- ``cli`` and ``commands``: the command line ``rise``; ``display``: what a person sees of a run
- ``steps``, ``parameters``, ``modules``: the graph, read from the notebooks' code
- ``plan``, ``freshness``: what is asked for, and what of it is stale and why
- ``schedule``, ``execute``, ``staging``: run it, and put what was made into place whole or not at all
- ``kernels``, ``preloader``: kernels that start in a moment
- ``cluster``, ``remote``: the same on workers that share no files
- ``finish``, ``save``: what surrounds a run, and the outputs that committed notebooks carry
"""
