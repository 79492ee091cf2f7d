const data = JSON.parse(document.getElementById("proposals-data").textContent);
const list = [...document.querySelectorAll(".proposals li")], told = document.getElementById("told");
const kept = "rise " + data.digest;
const words = {"": "waits", confirm: "confirmed", reject: "rejected", change: "confirmed as changed"};
const states = {"": "waits", confirm: "confirmed", reject: "rejected", change: "changed"};
let verdicts = data.items.map(item => ({kind: item.verdict ? (item.verdict === "reject" ? "reject" : "change") : "", text: item.words}));
try { const old = JSON.parse(localStorage.getItem(kept)); if (old && old.length === verdicts.length) verdicts = old; } catch (error) {}
const input = n => list[n].querySelector("input");
function show(n) {
  const one = verdicts[n];
  list[n].dataset.state = states[one.kind];
  list[n].querySelector(".state").textContent = words[one.kind];
  input(n).value = one.text;
}
function count() {
  const left = verdicts.filter(one => !one.kind).length;
  document.getElementById("left").textContent = left + " of " + verdicts.length + " wait";
}
function say(text) { told.textContent = ""; setTimeout(() => { told.textContent = text; }, 30); }
function decide(n, kind) {
  const text = input(n).value.trim();
  if (kind === "confirm" && text !== data.items[n].words) kind = "change";
  verdicts[n] = {kind, text: text || data.items[n].words};
  show(n); count();
  try { localStorage.setItem(kept, JSON.stringify(verdicts)); } catch (error) {}
}
function go(n) {
  if (n < 0 || n >= list.length) { say(n < 0 ? "this is the first" : "this was the last; save the reading with s"); return; }
  list[n].focus(); list[n].scrollIntoView({block: "center"});
}
function next(n) {
  for (let k = n + 1; k < list.length; k++) if (!verdicts[k].kind) return go(k);
  const first = verdicts.findIndex(one => !one.kind);
  if (first >= 0) return go(first);
  say("nothing waits; save the reading with s"); document.getElementById("save").focus();
}
function act(n, what) {
  if (what === "confirm" || what === "reject") { decide(n, what); say(data.items[n].text + " " + words[verdicts[n].kind]); next(n); }
  else if (what === "wait") { decide(n, ""); say(data.items[n].text + " waits again"); }
  else if (what === "change") input(n).focus();
  else if (what === "next") go(n + 1);
  else if (what === "back") go(n - 1);
  else if (what === "all") {
    const table = data.items[n].table, mine = data.items.map((_, k) => k).filter(k => data.items[k].table === table && !verdicts[k].kind);
    mine.forEach(k => decide(k, "confirm")); say(mine.length + " of this table confirmed"); next(n);
  }
}
function save() {
  const quoted = text => JSON.stringify(text).replace(/\x7f/g, " ");
  const entries = data.items.map((item, n) => [item, verdicts[n]]).filter(([, one]) => one.kind).map(([item, one]) =>
    "\n[[figure]]\nsheet = " + quoted(item.sheet) + "\ncell = " + quoted(item.cell) + "\ntext = " + quoted(item.text) +
    "\nverdict = " + quoted(one.kind === "change" ? one.text : one.kind) + "\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([data.reading + entries.join("")], {type: "application/toml"}));
  link.download = data.file;
  link.click();
  say("saved as " + data.file + ", with " + entries.length + " decisions");
}
const keys = {c: "confirm", x: "reject", e: "change", n: "next", p: "back", w: "wait", a: "all"};
list.forEach((one, n) => {
  one.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.tagName === "INPUT") {
      if (event.key === "Enter") { event.preventDefault(); act(n, "confirm"); }
      else if (event.key === "Escape") one.focus();
      return;
    }
    if (keys[event.key]) { event.preventDefault(); act(n, keys[event.key]); }
  });
  one.querySelectorAll("button").forEach(button => button.addEventListener("click", () => act(n, button.dataset.act)));
  show(n);
});
document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.tagName === "INPUT") return;
  if (event.key === "s") { event.preventDefault(); save(); }
  else if (event.key === "n" && !event.target.closest(".proposals li")) { event.preventDefault(); next(-1); }
});
document.getElementById("save").addEventListener("click", save);
count();
