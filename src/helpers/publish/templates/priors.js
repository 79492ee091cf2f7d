// The synthesis of helpers.stats.synthesis, again in the reader's hands: the same points, the same weights.
const weighing = JSON.parse(document.getElementById("shares-data").textContent);
if (weighing) {
  const kinds = weighing.explanations.length;
  const draws = 2 ** weighing.turns.length;
  const even = Array.from({ length: kinds }, () => new Float64Array(draws)); // Sobol points between 0 and 1
  const at = [...weighing.start];
  for (let n = 0; n < draws; n++) {
    if (n) { const turn = 31 - Math.clz32(n & -n); for (let k = 0; k < kinds; k++) at[k] ^= weighing.turns[turn][k]; }
    for (let k = 0; k < kinds; k++) even[k][n] = Math.min(Math.max(at[k] / 2 ** 30, 1e-12), 1 - 1e-12);
  }
  const kept = new Map();
  const gammas = (kind, alpha) => {
    const name = `${kind} ${alpha.toFixed(6)}`;
    if (!kept.has(name)) kept.set(name, even[kind].map((p) => Math.max(jStat.gammapinv(p, alpha), 1e-300)));
    return kept.get(name);
  };

  // prior: the expected shares, held with a weight; spread: 0 as the register has it, 1 with every assumption out twice as far
  const weigh = (prior, span, spread, weight = weighing.weight) => {
    const made = prior.map((share, kind) => gammas(kind, weight * share));
    const shares = made.map(() => new Float64Array(draws));
    const logs = new Float64Array(draws);
    for (let n = 0; n < draws; n++) {
      let sum = 0;
      for (let k = 0; k < kinds; k++) sum += made[k][n];
      for (let k = 0; k < kinds; k++) shares[k][n] = made[k][n] / sum;
      for (const route of span.routes) {
        let expected = 0;
        for (let k = 0; k < kinds; k++) expected += span.rise * route.loadings[k] * shares[k][n];
        logs[n] -= 0.5 * ((route.value - expected) / route.spread[spread]) ** 2;
      }
    }
    const top = logs.reduce((a, b) => Math.max(a, b));
    const weights = logs.map((log) => Math.exp(log - top));
    const whole = weights.reduce((a, b) => a + b);
    const largest = new Array(kinds).fill(0);
    for (let n = 0; n < draws; n++) {
      weights[n] /= whole;
      let best = 0;
      for (let k = 1; k < kinds; k++) if (shares[k][n] > shares[best][n]) best = k;
      largest[best] += weights[n];
    }
    const tail = (1 - weighing.level) / 2;
    return shares.map((share, kind) => {
      const order = Uint32Array.from(share.keys()).sort((a, b) => share[a] - share[b]);
      const ends = [tail, 1 - tail].map((wanted) => {
        let reached = 0;
        for (const n of order) if ((reached += weights[n]) >= wanted) return share[n];
        return share[order.at(-1)];
      });
      return { share: share.reduce((sum, value, n) => sum + value * weights[n], 0), low: ends[0], high: ends[1], largest: largest[kind] };
    });
  };
  const scale = [...weighing.words.map(([, words]) => words), "very unlikely"];
  const step = (probability) => { const place = weighing.words.findIndex(([least]) => probability > least); return place < 0 ? scale.length - 1 : place; };
  const middle = scale.indexOf("about as likely as not");
  const inWords = (probability, ifWorse) => { // never more than one step surer than the harsher look allows
    const said = step(probability), worse = step(ifWorse);
    return scale[said < middle ? Math.max(said, worse - 1) : said > middle ? Math.min(said, worse + 1) : said];
  };
  globalThis.explorer = { weigh: (prior, window, spread) => weigh(prior, weighing.windows[window], spread), inWords };

  // As helpers.tables.rounding prints a share and a probability.
  const percent = (value) => `${(value > 0 && value < 0.005) || (value >= 0.995 && value < 1) ? (100 * value).toFixed(1) : Math.round(100 * value)}%`;
  const chance = (value) => value > 0 && value < 0.005 ? "under 1%" : value >= 0.995 && value < 1 ? "over 99%" : percent(value);
  const names = weighing.explanations.map(([, words]) => words);
  const asked = weighing.explanations.slice(0, -1);
  const prior = () => { const shares = asked.map(([id]) => by(`expect-${id}`).valueAsNumber / 100); return [...shares, 1 - shares.reduce((a, b) => a + b)]; };

  const headings = ["Explanation", "Expected", "Found", "Interval", "Probability that it is the largest", "In words"];
  by("shares-body").closest("table").tHead.append(head(headings));
  const answer = () => {
    const span = weighing.windows[by("window").value];
    const expected = prior();
    asked.forEach(([id], kind) => { by(`expect-${id}`).ariaValueText = by(`said-${id}`).textContent = percent(expected[kind]); });
    by("left").textContent = percent(expected.at(-1));
    if (span.reason) {
      by("answer").textContent = `The shares cannot be weighed for ${span.years.join(" to ")}: ${span.reason}.`;
      by("bars").replaceChildren();
      by("shares-body").replaceChildren();
      return;
    }
    const [, , weight] = weighing.priors[by("prior").value] ?? [];
    const [near, twice] = [0, 1].map((spread) => weigh(expected, span, spread, weight));
    const found = near.map((one, kind) => ({ ...one, name: names[kind], words: inWords(one.largest, twice[kind].largest) }));
    const best = found.reduce((a, b) => b.largest > a.largest ? b : a);
    by("answer").textContent = `With these expectations it is ${best.words} that ${best.name} had the largest share of the rise from ${span.years.join(" to ")}: ` +
      `the probability is ${chance(best.largest)}. Its share comes out at ${percent(best.share)}, with an interval from ${percent(best.low)} to ${percent(best.high)}.`;
    by("shares-body").replaceChildren(...found.map((one, kind) => cells(headings,
      [one.name, percent(expected[kind]), percent(one.share), `${percent(one.low)} to ${percent(one.high)}`, chance(one.largest), one.words])));
    const label = found.map((one) => `${one.name} ${percent(one.share)}`).join(", ");
    by("bars").replaceChildren(picture(label, {
      width: Math.min(720, by("bars").clientWidth), height: 200, marginBottom: 44, marginLeft: 120, marginRight: 30,
      x: { domain: [0, 1], tickFormat: "%", grid: true, label: "Share of the rise" }, y: { domain: names, label: null },
      marks: [
        Plot.ruleY(found, { y: "name", x1: "low", x2: "high", stroke: "var(--official)", strokeWidth: 3 }),
        Plot.dot(found, { y: "name", x: "share", fill: "var(--official)", r: 6, tip: { format: { x: ".0%" }, fill: "var(--paper)" } }),
        Plot.tickX(found.map((one, kind) => ({ name: one.name, expected: expected[kind] })), { y: "name", x: "expected", stroke: "var(--foi)", strokeWidth: 2, strokeDasharray: "3 2" }),
      ],
    }));
  };

  const set = (shares) => asked.forEach(([id], kind) => { by(`expect-${id}`).value = Math.round(100 * shares[kind]); });
  by("window").append(...weighing.windows.map((span, place) => option([place, span.years.join(" to ")])));
  by("prior").append(option(["", "your own"]), ...weighing.priors.map(([name], place) => option([place, name])));
  by("sliders").append(...asked.map(([id, words]) => {
    const slider = make("input", { type: "range", min: 1, max: 97, step: 1, id: `expect-${id}` });
    slider.addEventListener("input", () => { // something is always left for the rest
      const others = asked.filter(([other]) => other !== id).reduce((sum, [other]) => sum + by(`expect-${other}`).valueAsNumber, 0);
      slider.value = Math.min(slider.valueAsNumber, 99 - others);
      by("prior").value = "";
      answer();
    });
    return make("p", {}, make("label", { for: slider.id }, `Share that you expect of ${words}`), " ", slider, " ", make("span", { id: `said-${id}` }));
  }));
  set(weighing.prior);
  by("window").value = Math.max(0, weighing.windows.findLastIndex((span) => !span.reason)); // the longest, as the answer of the study
  by("window").addEventListener("change", answer);
  by("prior").addEventListener("change", () => { if (by("prior").value !== "") { set(weighing.priors[by("prior").value][1]); answer(); } });
  by("expect").addEventListener("submit", (event) => event.preventDefault());
  answer();
}
