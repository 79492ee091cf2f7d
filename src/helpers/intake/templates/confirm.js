const data = JSON.parse(document.getElementById("proposals-data").textContent);
const list = [...document.querySelectorAll(".proposals li")], told = document.getElementById("told");
const kept = "rise " + data.digest;
const words = {"": "waits", confirm: "confirmed", reject: "rejected", change: "confirmed as changed"};
const states = {"": "waits", confirm: "confirmed", reject: "rejected", change: "changed"};
let verdicts = data.items.map(item => ({kind: item.verdict ? (item.verdict === "reject" ? "reject" : "change") : "", text: item.words}));
try { const old = JSON.parse(localStorage.getItem(kept)); if (old && old.length === verdicts.length) verdicts = old; } catch (error) {}
let before = null;
const groups = [...document.querySelectorAll("section.proposals")], own = list.map(one => groups.indexOf(one.closest("section")));
const tables = [...new Set(data.items.map(item => item.table))];
const members = tables.map(table => data.items.map((_, n) => n).filter(n => data.items[n].table === table));
const input = part => part.querySelector("input");
const wait = some => some.filter(n => !verdicts[n].kind);
function show(some) {
  for (const n of some) if (n < list.length) {
    list[n].dataset.state = states[verdicts[n].kind];
    list[n].querySelector(".state").textContent = words[verdicts[n].kind];
    input(list[n]).value = verdicts[n].text;
  }
  groups.forEach((group, g) => {
    const left = wait(members[g]).length;
    group.querySelector(".state").textContent = left + " of " + members[g].length + " wait";
    group.querySelectorAll(":scope > button").forEach(button => {
      button.disabled = !left;
      button.firstChild.textContent = (button.dataset.act === "confirm all" ? "Confirm" : "Reject") + " all that wait: " + left;
    });
  });
  document.getElementById("left").textContent = wait([...verdicts.keys()]).length + " of " + verdicts.length + " wait";
  document.getElementById("undo").disabled = !before;
}
function say(text) { told.textContent = ""; setTimeout(() => { told.textContent = text; }, 30); }
function decide(some, kind, added) {
  before = JSON.stringify(verdicts);
  for (const n of some) {
    const said = (n < list.length ? input(list[n]).value.trim() : verdicts[n].text) || data.items[n].words;
    const text = added ? said + "; " + added : said;
    verdicts[n] = {kind: kind === "confirm" && text !== data.items[n].words ? "change" : kind, text};
  }
  keep(some);
}
function keep(some) {
  show(some);
  try { localStorage.setItem(kept, JSON.stringify(verdicts)); } catch (error) {}
}
function undo() {
  if (!before) return say("there is nothing to undo");
  verdicts = JSON.parse(before); before = null; keep(verdicts.keys()); say("undone");
}
function go(n) {
  if (n < 0 || n >= list.length) { say(n < 0 ? "this is the first" : "this was the last; save the reading with s"); return; }
  list[n].focus(); list[n].scrollIntoView({block: "center"});
}
function next(n) {
  const left = wait([...list.keys()]), after = left.find(k => k > n) ?? left[0];
  if (after !== undefined) return go(after);
  say("nothing waits in the list; save the reading with s"); document.getElementById("save").focus();
}
function all(g, kind) {
  const some = wait(members[g]), name = groups[g].querySelector("h3").firstChild.textContent;
  if (!some.length) return say("nothing of this table waits");
  decide(some, kind, kind === "confirm" ? input(groups[g]).value.trim() : "");
  next(members[g].at(-1)); say(name + some.length + " " + words[kind] + "; u undoes it");
}
function act(n, what) {
  if (what === "confirm" || what === "reject") { decide([n], what); next(n); say(data.items[n].text + " " + words[verdicts[n].kind]); }
  else if (what === "wait") { decide([n], ""); say(data.items[n].text + " waits again"); }
  else if (what === "change") input(list[n]).focus();
  else if (what === "next") go(n + 1);
  else if (what === "back") go(n - 1);
  else all(own[n], what.split(" ")[0]);
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
const keys = {c: "confirm", x: "reject", e: "change", n: "next", p: "back", w: "wait", a: "confirm all", r: "reject all"};
const plain = event => !event.ctrlKey && !event.metaKey && !event.altKey;
function typed(event, enter, leave) {
  if (event.key === "Enter") { event.preventDefault(); enter(); } else if (event.key === "Escape") leave.focus();
}
list.forEach((one, n) => {
  one.addEventListener("keydown", event => {
    if (!plain(event)) return;
    if (event.target.tagName === "INPUT") typed(event, () => act(n, "confirm"), one);
    else if (keys[event.key]) { event.preventDefault(); event.stopPropagation(); act(n, keys[event.key]); }
  });
  one.querySelectorAll("button").forEach(button => button.addEventListener("click", () => act(n, button.dataset.act)));
});
groups.forEach((group, g) => {
  const buttons = [...group.querySelectorAll(":scope > button")];
  buttons.forEach(button => button.addEventListener("click", () => all(g, button.dataset.act.split(" ")[0])));
  input(group).addEventListener("keydown", event => { if (plain(event)) typed(event, () => all(g, "confirm"), buttons[0]); });
  group.addEventListener("keydown", event => {
    if (plain(event) && event.target.tagName !== "INPUT" && "ar".includes(event.key)) { event.preventDefault(); all(g, event.key === "a" ? "confirm" : "reject"); }
  });
});
document.addEventListener("keydown", event => {
  if (!plain(event) || event.target.tagName === "INPUT") return;
  if (event.key === "s") { event.preventDefault(); save(); }
  else if (event.key === "u") { event.preventDefault(); undo(); }
  else if (event.key === "n" && !event.target.closest(".proposals li")) { event.preventDefault(); next(-1); }
});
document.getElementById("save").addEventListener("click", save);
document.getElementById("undo").addEventListener("click", undo);
show(verdicts.keys());
