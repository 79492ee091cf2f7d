"""A small library of estimators: arrays in; frozen results, frames or numbers out.

===========  =====================================================================================================
ratios       a change between two counts, funnels of many, changes of two kinds of count over the same units
changes      the same for many units: pooled, one by one, without each in turn, with some missing
panels       figures of many releases paired, and the rise in one set of units after another
shrinkage    many small units' ratios, pulled towards the others as far as chance warrants
series       a step at a date, an unknown change point, effects that reach units at different dates
placebo      the same at dates, and for units, where nothing happened
dated        the methods about dates on courses with a known effect; courses draws noise that hangs together
dose         a slope on a dose that is itself an estimate
controls     an estimate against what negative controls show
contrasts    differences, quotients, p-values of estimates; many tests at once
standardise  a change in a rate divided between its factors
sensitivity  how strong something left out would have to be
bounds       the shares that explanations can have under a ladder of assumptions
multiverse   every defensible specification, side by side and tested together
worlds       made-up panels with a known answer, and what each method makes of them
missing      a result that the figures do not reach, with the reason
===========  =====================================================================================================

Everything is deterministic: what is simulated takes a seed. Bad input raises ``ValueError`` naming the argument.
"""
