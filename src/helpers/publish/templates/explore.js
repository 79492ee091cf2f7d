// Choose printed and official figures, draw them, list them, take them away. What is chosen stands in the address.
const all = JSON.parse(document.getElementById("figures-data").textContent);
const by = (id) => document.getElementById(id);
const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
};
const head = (names) => make("tr", { role: "row" }, ...names.map((name) => make("th", { scope: "col", role: "columnheader" }, name)));
// A row of a table whose cells stand one below the other on a phone, each under its heading.
const cells = (headings, texts) => make("tr", { role: "row" }, ...texts.map((text, place) => place === 0
  ? make("th", { scope: "row", role: "rowheader" }, text)
  : make("td", { role: "cell", "data-label": headings[place], ...(place === headings.indexOf("Why") && { class: "long" }) }, text)));
const option = ([value, words]) => make("option", { value }, words);
const [BELOW, ABOVE] = all.verdicts;
const [USED, AGREES, GAVE_WAY, UNKNOWN, ASIDE] = all.outcomes.keys();
const number = d3.format(",");
const isOfficial = (measure) => measure.startsWith("official");
const rows = all.rows.map((cells, place) => ({ place, ...Object.fromEntries(all.columns.map((name, i) => [name, cells[i]])) }));
for (const row of rows) {
  row.area = all.areas[row.area];
  row.measure = all.measures[row.measure][0];
  [row.sourceWords, row.address] = all.sources[row.source];
}
const words = Object.fromEntries([...all.measures, ...all.codes]);
const years = [...new Set([...rows.map((row) => row.year),
  ...Object.values(all.official).flatMap((area) => Object.values(area).flatMap(Object.keys))].filter(Boolean))].sort();
const first = { areas: ["Cleveland"], measure: all.main, vintage: "latest", from: years[0], to: years.at(-1) };
if (!all.areas.includes("Cleveland")) first.areas = [all.areas[0]];
const state = { ...first };

function read() { // the address, as far as it names what there is
  const asked = new URLSearchParams(location.hash.slice(1));
  const areas = asked.getAll("area").filter((name) => all.areas.includes(name));
  const known = (name, values) => values.includes(asked.get(name)) ? asked.get(name) : first[name];
  Object.assign(state, {
    areas: areas.length ? [...new Set(areas)] : first.areas,
    measure: known("measure", Object.keys(words)),
    vintage: known("vintage", all.vintages.map(([id]) => id)),
    from: known("from", years), to: known("to", years),
  });
}

function address() {
  const asked = new URLSearchParams(state.areas.map((name) => ["area", name]));
  for (const name of ["measure", "vintage", "from", "to"]) if (state[name] !== first[name]) asked.set(name, state[name]);
  return `#${asked}`;
}

function found(area) { // printed rows and official counts of one area, as chosen
  const became = all.became[all.vintages.findIndex(([id]) => id === state.vintage)];
  const within = (year) => year === null || (year >= state.from && year <= state.to);
  const printed = rows.filter((row) => row.area === area && row.measure === state.measure && within(row.year))
    .map((row) => ({ ...row, outcome: Number(became[row.place]) }));
  const series = isOfficial(state.measure) ? state.measure : state.measure === all.main ? "official" : "";
  const official = Object.entries(all.official[area]?.[series] ?? {}).sort()
    .filter(([year]) => within(year)).map(([year, count]) => ({ area, year, count, series }));
  return { area, printed, official };
}

function sentence({ area, printed, official }) {
  const stands = printed.filter((row) => row.outcome === USED);
  const aside = printed.filter((row) => row.outcome === ASIDE).length;
  const later = printed.filter((row) => row.outcome === UNKNOWN).length;
  const compared = stands.filter((row) => [BELOW, ABOVE].includes(row.verdict));
  const below = compared.filter((row) => row.verdict === BELOW).map((row) => row.year);
  const parts = [];
  const years = (count) => `${count} ${count === 1 ? "year" : "years"}`, rowsOf = (count) => `${count} ${count === 1 ? "row" : "rows"}`;
  const held = [printed.length && `an FOI figure for ${years(stands.length)}`, official.length && `an official count for ${years(official.length)}`].filter(Boolean);
  if (!held.length) return `We hold nothing of this measure for ${area} in these years.`;
  parts.push(`${area} has ${held.join(" and ")}.`);
  if (below.length) parts.push(`Of ${compared.length} FOI figures that can be compared with the official count, ${below.length} ${below.length === 1 ? "is" : "are"} below it (${below.join(", ")}).`);
  else if (compared.length === 1) parts.push("The one FOI figure that can be compared is not below the official count.");
  else if (compared.length) parts.push(`None of the ${compared.length} FOI figures that can be compared is below the official count.`);
  if (aside) parts.push(`We set aside ${rowsOf(aside)}.`);
  if (later) parts.push(`At that time ${rowsOf(later)} ${later === 1 ? "was" : "were"} not yet published.`);
  return parts.join(" ");
}

const interval = (row) => row.low === null && row.high === null ? ""
  : row.high === null ? `${number(row.low)} or more` : row.low === null ? `${number(row.high)} or fewer` : `${number(row.low)} to ${number(row.high)}`;

function hover(mark) { // the words of one mark
  if (mark.series !== undefined) return `${mark.year}\n${number(mark.count)} by official records`;
  return [mark.year, `${mark.printed}${interval(mark) ? ` (${interval(mark)})` : ""}, ${all.outcomes[mark.outcome]}`,
    mark.why, `Released ${mark.release}`, mark.sourceWords].filter(Boolean).join("\n");
}

// A chart with its words: what it draws is hidden from screen readers, which have the table.
function picture(words, options) {
  const svg = Plot.plot(options);
  svg.setAttribute("aria-hidden", "true");
  return make("div", { role: "img", "aria-label": words }, svg);
}

function chart(choice) {
  const { area, printed, official } = choice;
  const drawn = printed.filter((row) => row.year !== null && row.count !== null && row.outcome !== UNKNOWN);
  const named = [...drawn, ...official].map((mark) => mark.year).sort();
  const shown = `${words[state.measure]}${isOfficial(state.measure) ? "" : `; ${all.vintages.find(([id]) => id === state.vintage)[1]}`}`;
  const figure = make("figure", {}, make("h2", {}, area), make("figcaption", { class: "quiet" }, shown));
  if (!named.length) { figure.append(make("p", {}, "There is no count to draw for these years.")); return figure; }
  const span = years.slice(years.indexOf(named[0]), years.indexOf(named.at(-1)) + 1);
  const width = Math.max(280, by("charts").clientWidth / (state.areas.length > 1 && by("charts").clientWidth > 700 ? 2 : 1) - 16);
  const every = Math.ceil(span.length * 64 / (width - 60));
  const holds = (row) => row.outcome === USED || row.outcome === AGREES;
  const label = `${area}: ${words[state.measure]}, ${span[0]} to ${span.at(-1)}. The table below holds every figure.`;
  figure.append(picture(label, {
    width, height: Math.min(380, Math.max(240, width * 0.55)), marginLeft: 58, marginTop: 34, marginBottom: 34, marginRight: 24,
    x: { type: "point", domain: span, ticks: span.filter((_, place) => place % every === 0), label: null },
    y: { zero: true, grid: true, nice: true, label: "Offences recorded in the year",
      tickFormat: (value) => Number.isInteger(value) ? number(value) : "" },
    marks: [
      Plot.ruleY([0]),
      Plot.line(official, { x: "year", y: "count", stroke: "var(--official)", strokeWidth: 2 }),
      Plot.dot(official, { x: "year", y: "count", fill: "var(--official)", r: 2.5 }),
      Plot.line(drawn.filter((row) => row.outcome !== ASIDE), { x: "year", y: "count", z: "release", stroke: "var(--foi)", strokeOpacity: 0.5 }),
      Plot.ruleX(drawn.filter((row) => row.low !== null && row.high !== null), { x: "year", y1: "low", y2: "high", stroke: "var(--foi)" }),
      Plot.dot(drawn.filter((row) => row.outcome !== ASIDE), { x: "year", y: "count", r: 4.5, stroke: "var(--foi)", fill: (row) => holds(row) ? "held" : "other" }),
      Plot.dot(drawn.filter((row) => row.outcome === ASIDE), { x: "year", y: "count", r: 4, symbol: "times", stroke: "var(--foi)" }),
      Plot.tip([...drawn, ...official], Plot.pointer({ x: "year", y: "count", title: hover, lineWidth: Math.min(34, width / 13),
        fill: "var(--paper)", stroke: "var(--quiet)", maxRadius: 60 })),
    ],
    color: { type: "ordinal", domain: ["held", "other"], range: ["var(--foi)", "var(--paper)"] },
  }));
  return figure;
}

const HEADINGS = ["Area", "Year", "Figure", "Published", "What became of it", "Why", "Against the official count", "Source"];
function listed({ area, printed, official }) { // cells of the table, an address with the last
  const told = printed.map((row) => [area, row.year ?? row.period, `${row.printed}${interval(row) ? ` (${interval(row)})` : ""}`, row.release,
    all.outcomes[row.outcome], row.why, row.verdict && `${row.verdict} (${number(row.floor)})`, row.sourceWords, row.address]);
  const counted = official.map((mark) => [area, mark.year, number(mark.count), "official records", "", "", "", "Home Office and ONS, recorded crime by force", null]);
  return [...told, ...counted].sort((a, b) => d3.ascending(a[1], b[1]));
}

function table(choices) {
  const row = (texts) => {
    const address = texts.at(-1), shown = texts.slice(0, -1).map((text) => text ?? "");
    return cells(HEADINGS, address ? [...shown.slice(0, -1), make("a", { href: address }, shown.at(-1))] : shown);
  };
  by("body").replaceChildren(...choices.flatMap(listed).map(row));
  by("caption").textContent = `${words[state.measure]}, ${state.from} to ${state.to}`;
}

const safe = (text) => /^([=@\t\r]|[+-](?!\d+(?:,\d{3})*(?:\.\d+)?%?$))/.test(text) ? `'${text}` : text; // a spreadsheet would run it as a formula
function csv() {
  const lines = [[...HEADINGS, "Address"], ...state.areas.map(found).flatMap(listed)];
  return d3.csvFormatRows(lines.map((cells) => cells.map((cell) => safe(String(cell ?? "")))));
}

function fill() { // the controls, as the choice has it
  const printed = new Set(rows.filter((row) => state.areas.includes(row.area)).map((row) => row.measure));
  const codes = new Set(state.areas.flatMap((area) => Object.keys(all.official[area] ?? {})));
  const group = (label, pairs) => pairs.length ? [make("optgroup", { label }, ...pairs.map(option))] : [];
  const keep = ([id]) => id === state.measure; // what is chosen stays, so that a link never changes by itself
  by("measure").replaceChildren(
    ...group("Answers of police forces", all.measures.filter((pair) => printed.has(pair[0]) || keep(pair))),
    ...group("Official records", all.codes.filter((pair) => codes.has(pair[0]) || keep(pair))));
  by("add").replaceChildren(option(["", "choose another…"]), ...all.areas.filter((name) => !state.areas.includes(name)).map(named));
  by("others").replaceChildren(...state.areas.slice(1).map((name) => {
    const button = make("button", { type: "button" }, `Remove ${name}`);
    button.addEventListener("click", () => { change({ areas: state.areas.filter((one) => one !== name) }); by("add").focus(); });
    return button;
  }));
  by("area").value = state.areas[0];
  for (const name of ["measure", "vintage", "from", "to"]) by(name).value = state[name];
}

function named(area) { return option([area, all.own_names[area] ?? area]); }
function draw() { by("charts").replaceChildren(...state.areas.map(found).map(chart)); }

function show() {
  fill();
  draw();
  const choices = state.areas.map(found);
  by("said").replaceChildren(...choices.map((choice) => make("p", {}, sentence(choice))));
  by("key").hidden = isOfficial(state.measure);
  by("cautions").hidden = !choices.some((choice) => choice.official.length);
  table(choices);
  by("link").setAttribute("href", address());
}

function change(chosen) {
  Object.assign(state, chosen);
  if (state.from > state.to) [state.from, state.to] = [state.to, state.from];
  if (location.protocol !== "about:") history.replaceState(null, "", address()); // inside a notebook it has no address
  show();
}

by("cautions").lastChild.append(...all.cautions.map((words) => make("li", {}, words)));
by("area").append(...all.areas.map(named));
by("vintage").append(...all.vintages.map(option));
for (const name of ["from", "to"]) by(name).append(...years.map((year) => option([year, year])));
for (const name of ["measure", "vintage", "from", "to"]) by(name).addEventListener("change", () => change({ [name]: by(name).value }));
by("area").addEventListener("change", () => change({ areas: [...new Set([by("area").value, ...state.areas.slice(1)])] }));
by("add").addEventListener("change", () => by("add").value && change({ areas: [...state.areas, by("add").value] }));
by("choose").addEventListener("submit", (event) => event.preventDefault());
by("download").addEventListener("click", () => {
  const link = make("a", { href: URL.createObjectURL(new Blob(["\ufeff", csv()], { type: "text/csv" })), download: "figures.csv" });
  link.click(); // its address is not taken back: a browser may fetch it a moment later
});
addEventListener("beforeprint", () => { by("rows").open = true; });
addEventListener("hashchange", () => { read(); show(); });
by("body").closest("table").tHead.append(head(HEADINGS));
read();
show();
let drawnAt = by("charts").clientWidth;
new ResizeObserver(() => {
  if (by("charts").clientWidth !== drawnAt) { drawnAt = by("charts").clientWidth; draw(); }
}).observe(by("charts"));
