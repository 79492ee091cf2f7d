"""A small library of estimators: arrays in; frozen results, frames or numbers out.

==================  ====================================================================================================
estimate            what every estimator returns, and how it refuses bad input; missing: a result that is not available
ratios              a change between two counts, and funnels of many
changes             the same for many units: pooled, one by one, without each in turn, with some missing, in one set after another
clusters            changes of pooled counts, of one kind and of several, when units, such as forces, differ
shrinkage           many small units' ratios, pulled towards the others as far as chance warrants
contrasts           differences, quotients, p-values of estimates; many tests at once (Holm)
series              a change point at an unknown date, a broken line against a straight one, and a step at a dated event
staggered           effects of something that reaches units at different dates
placebo             the same at dates, and for units, where nothing happened
controls            an estimate against what negative controls show
dose                a slope on a dose that is itself an estimate; line: the likelihood that it fits
sensitivity         how strong something left out would have to be
standardise         a change in a rate divided between its factors
bounds              the shares that explanations can have under a ladder of assumptions (rungs); corners: their parts
synthesis           the shares of a rise from several routes that each lean on an assumption, and words of probability
multiverse          every defensible specification, side by side and tested together
worlds              simulated panels with a known answer; methods: what each method makes of them
simulated_effects   event studies and interrupted series on simulated effects that are known
autoregression      noise with memory: what a real panel shows of it, and draws like it
==================  ====================================================================================================

Everything is deterministic: what is simulated takes a seed. Bad input raises ``ValueError`` naming the argument.
"""
