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
const tablesOf = number => number + " other table" + (number === 1 ? "" : "s");
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
      const act = button.dataset.act, {blocks, some} = act === "alike" ? others(members[g][0]) : {some: wait(members[g])};
      button.disabled = !some.length;
      button.firstChild.textContent = act === "alike"
        ? "Decide " + tablesOf(blocks) + " with these labels as this one: " + some.length + " of their numbers wait for that"
        : (act === "confirm all" ? "Confirm" : "Reject") + " all that wait: " + some.length;
    });
  });
  document.getElementById("left").textContent = wait([...verdicts.keys()]).length + " of " + verdicts.length + " wait";
  document.getElementById("undo").disabled = !before;
}
function say(text) { told.textContent = ""; setTimeout(() => { told.textContent = text; }, 30); }
// what parts of a meaning say: two that say the same thing differently contradict each other
const sort = part => /^(female|male|sex)\b/.test(part) ? "sex" : /^(age|under|over)\b|^\d{1,2} (to|and)\b/.test(part) ? "age"
  : /^(\d|from |months? |period)/.test(part) ? "period" : (part.match(/^(measure|force|offence)\b/) || [""])[0];
const parts = text => text.split(";").map(part => part.trim()).filter(Boolean);
// what a person has to fill in first
const asked = text => parts(text).filter(part => part.endsWith("?")).map(part => part.replace(/\W+$/, "")).join(" and ");
function joined(said, added) {
  const fills = part => part.endsWith("?") && parts(added).some(one => sort(one) === sort(part));
  const have = parts(said).filter(part => !fills(part)), more = parts(added).filter(part => !have.includes(part));
  return more.some(part => sort(part) && have.some(one => sort(one) === sort(part))) ? null : [...have, ...more].join("; ");
}
const current = n => (n < list.length ? input(list[n]).value.trim() : verdicts[n].text) || data.items[n].words;
// decides each as `choose` says, and gives those that it leaves, since they contradict what is added
function decide(some, choose) {
  const left = [];
  before = JSON.stringify(verdicts);
  for (const n of some) {
    const {kind, added} = choose(n), text = joined(current(n), added || "");
    if (text === null || kind === "confirm" && asked(text)) left.push(n);
    if (text !== null && left.at(-1) === n) verdicts[n].text = text;
    else if (text !== null) verdicts[n] = {kind: kind === "confirm" && text !== data.items[n].words ? "change" : kind, text};
  }
  keep(some);
  return left.length ? "; " + left.length + " wait still: something is to be filled in, or they say otherwise than what is added" : "";
}
// what waits in other tables that have the same labels in the same places, where this table has decided the place:
// confirmed numbers keep their own words, with what was added to them here; words that were replaced here say nothing there
function others(n) {
  const {block, like} = data.items[n], here = {}, blocks = new Set(), some = [];
  const seen = (item, k) => item.id !== null && item.like === like && k < list.length;
  data.items.forEach((item, k) => {
    if (!seen(item, k) || item.block !== block || !verdicts[k].kind) return;
    const {kind, text} = verdicts[k];
    if (kind === "reject") here[item.spot] = {kind};
    else {
      const own = parts(item.words).filter(part => !part.endsWith("?")), said = parts(text);
      if (own.every(part => said.includes(part))) here[item.spot] = {kind: "confirm", added: said.filter(part => !own.includes(part)).join("; ")};
    }
  });
  data.items.forEach((item, k) => {
    if (!seen(item, k) || item.block === block) return;
    blocks.add(item.block);
    if (!verdicts[k].kind && here[item.spot]) some.push(k);
  });
  return {blocks: blocks.size, some, choose: k => here[data.items[k].spot]};
}
function alike(n) {
  const {blocks, some, choose} = others(n);
  if (!some.length) return say(blocks ? "decide this table first, for instance with a; then l decides the others" : "no other table has these labels in these places");
  const left = decide(some, choose), rejected = some.filter(k => verdicts[k].kind === "reject").length;
  next(n); say("in " + tablesOf(blocks) + ": " + (some.length - wait(some).length - rejected) + " confirmed, " + rejected + " rejected" + left + "; u undoes it");
}
function keep(some) {
  show(some);
  try { localStorage.setItem(kept, JSON.stringify(verdicts)); } catch (error) {}
}
function undo() {
  if (!before) return say("there is nothing to undo");
  const was = JSON.parse(before), n = was.findIndex((one, k) => JSON.stringify(one) !== JSON.stringify(verdicts[k]));
  verdicts = was; before = null; keep(verdicts.keys());
  if (n >= 0 && n < list.length) go(n); // what a key says next is of the number that was undone
  say("undone" + (n < 0 ? "" : ": " + data.items[n].text + " " + words[verdicts[n].kind]));
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
  const left = decide(some, () => ({kind, added: kind === "confirm" ? input(groups[g]).value.trim() : ""}));
  next(members[g].at(-1)); say(name + (some.length - wait(some).length) + " " + words[kind] + left + "; u undoes it");
}
function act(n, what) {
  const missing = what === "confirm" && asked(current(n));
  if (missing) { input(list[n]).focus(); return say("fill in the " + missing + " first: write it in place of the question mark"); }
  if (what === "confirm" || what === "reject") { decide([n], () => ({kind: what})); next(n); say(data.items[n].text + " " + words[verdicts[n].kind]); }
  else if (what === "wait") { decide([n], () => ({kind: ""})); say(data.items[n].text + " waits again"); }
  else if (what === "change") input(list[n]).focus();
  else if (what === "next") go(n + 1);
  else if (what === "back") go(n - 1);
  else if (what === "alike") alike(n);
  else if (what === "add") input(groups[own[n]]).focus();
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
  say("saved as " + data.file + ", with " + entries.length + (entries.length === 1 ? " decision" : " decisions"));
}
// the letters stand in file.html.j2 too, which shows them
const keys = {c: "confirm", x: "reject", e: "change", n: "next", p: "back", w: "wait", a: "confirm all", r: "reject all", l: "alike", t: "add"};
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
  const run = what => what === "alike" ? alike(members[g][0]) : what === "add" ? input(group).focus() : all(g, what.split(" ")[0]);
  buttons.forEach(button => button.addEventListener("click", () => run(button.dataset.act)));
  input(group).addEventListener("keydown", event => { if (plain(event)) typed(event, () => all(g, "confirm"), buttons[0]); });
  group.addEventListener("keydown", event => {
    if (plain(event) && event.target.tagName !== "INPUT" && "arlt".includes(event.key)) { event.preventDefault(); run(keys[event.key]); }
  });
});
document.addEventListener("keydown", event => {
  if (!plain(event) || event.target.tagName === "INPUT") return;
  if (event.key === "s") { event.preventDefault(); save(); }
  else if (event.key === "u") { event.preventDefault(); undo(); }
  else if (keys[event.key] && !event.defaultPrevented) { event.preventDefault(); next(-1); } // which number is meant?
});
document.getElementById("save").addEventListener("click", save);
document.getElementById("undo").addEventListener("click", undo);
show(verdicts.keys());
