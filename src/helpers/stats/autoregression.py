"""Courses over time with autocorrelated noise: what a real panel shows of it, and draws of it.

:func:`match_noise` reads the spread and the first-order autocorrelation off residuals, allowing for what fitting has
taken from them; :func:`autoregressive` draws noise like it.
"""

import numpy as np

_RHO = np.arange(0, 0.96, 0.05)
_LAGS = 4


def match_noise(residuals, fitted, counting=0.0) -> tuple[np.ndarray, float, float]:
    """Standard deviations and the common autocorrelation of the noise behind residuals of several series.

    The noise is taken to be first-order autoregressive, on top of counting error without memory. Residuals have less
    spread and less memory than the noise, because a model was fitted; here the autocovariances that noise of each
    autocorrelation would leave in them are compared with those seen, over lags up to four.

    Parameters
    ----------
    residuals : array, shape (s, n)
    fitted : array, shape (n, k)
        The columns of the model fitted to each series by least squares.
    counting : float or array, shape (s, n)
        Least variance of the counting error; what scatter without memory there is beyond it is found.

    Returns
    -------
    sd : ndarray, shape (s,)
        Of the noise beyond counting error; zero where that explains all.
    rho : float
        Between 0 and 0.95.
    dispersion : float
        How many times `counting` the error without memory is, 1 or more.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> noise = autoregressive(rng, 400, 24, [0.2], 0.6)[:, 0]
    >>> line = np.column_stack([np.ones(24), np.arange(24)])
    >>> left = noise - noise @ line @ np.linalg.pinv(line)
    >>> sd, rho, _ = match_noise(left, line)
    >>> round(float(np.sqrt(np.mean(sd**2))), 2), round(rho, 2)
    (0.2, 0.6)
    """
    left, columns = np.asarray(residuals, dtype=float), np.asarray(fitted, dtype=float)
    size = left.shape[1]
    maker = np.eye(size) - columns @ np.linalg.pinv(columns)
    apart = np.abs(np.subtract.outer(np.arange(size), np.arange(size)))
    lags = range(min(_LAGS, size - 1) + 1)
    seen = np.array([(left[:, k:] * left[:, : size - k]).sum(axis=1) for k in lags])
    white = np.broadcast_to(np.asarray(counting, dtype=float), left.shape)
    chance = np.array([[np.trace(maker * row @ maker, k) for row in white] for k in lags])
    expected = np.array([[np.trace(maker @ rho**apart @ maker, k) for k in lags] for rho in _RHO])
    total, least = seen.sum(axis=1), chance.sum(axis=1)
    most = max(total[0] / least[0], 1.0) if least[0] > 0 else 1.0
    times = np.geomspace(1.0, most, 40) if most > 1 else np.ones(1)
    left_over = total - times[:, None] * least  # for each amount of counting error
    misfit = ((expected / expected[:, :1] * left_over[:, None, :1] - left_over[:, None]) ** 2).sum(axis=2)
    often, best = np.unravel_index(misfit.argmin(), misfit.shape)
    own = np.maximum(seen[0] - times[often] * chance[0], 0)
    return np.sqrt(own / expected[best, 0]), float(_RHO[best]), float(times[often])


def autoregressive(rng: np.random.Generator, panels: int, size: int, sd, rho: float) -> np.ndarray:
    """Draws of first-order autoregressive noise, shape (panels, series, size), with the standard deviations given."""
    sd = np.asarray(sd, dtype=float)
    noise = autoregress(rng.standard_normal((size, panels, sd.size)), rho)
    return np.moveaxis(noise * sd, 0, 2)


def autoregress(noise: np.ndarray, rho: float) -> np.ndarray:
    """First-order autoregressive noise of unit variance, from independent noise, along the first axis and in place."""
    noise[1:] *= np.sqrt(1 - rho**2)
    for t in range(1, len(noise)):
        noise[t] += rho * noise[t - 1]
    return noise
