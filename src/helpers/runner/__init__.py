"""The runner: notebooks as steps, brought up to date, here or on a cluster. Knows nothing of the subject matter.

From the outside in, with the flow of one step:

- ``cli`` and ``commands``: the command line ``rise``, and what each command says; ``session``: the project at hand, and
  what those do that run notebooks; ``display``: progress, and the graph of ``rise status``
- ``steps``, ``parameters``, ``modules``: the graph, read from the notebooks' code
- ``plan``, ``freshness``: what is asked for, and what of it is stale and why
- ``schedule``: run it, each step as soon as those it needs are done; ``staging``: put what it made into place whole or not at all
- ``job``: what a step is given, and the folder in which it runs, with what it names and nothing else; ``process``,
  ``preload``: its process, in which papermill is called once; ``engine``, ``cells``: papermill's engine
- ``cluster``: the same on workers that share no files; ``determinism``: the same last digit everywhere
- ``executed_notebooks``: executed notebooks as they are kept; ``grid``: the findings of several runs side by side
- ``lab``: JupyterLab, and ``saving``: what it keeps of a notebook; ``errors``: how a command refuses
"""
