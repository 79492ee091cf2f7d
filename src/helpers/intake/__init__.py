"""Intake: forces' own answers, from the request to figures that the pipeline can read.

- ``request``, ``rounds``: what to ask forces, who has answered, and who is late
- ``acceptance``, ``joining``: what joins a round and its tables, answer by answer
- ``protection``, ``suppression``: small counts by age, sex or another personal characteristic are suppressed on entry
"""
