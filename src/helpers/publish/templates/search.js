// Search every section of the site in this page's own index. What is looked for stands in the address.
const index = JSON.parse(document.getElementById("index").textContent)
  .map(([page, heading, address, text]) => ({ page, heading, address, text, all: `${page} ${heading} ${text}`.toLowerCase() }));
const field = document.getElementById("find");
const list = document.getElementById("found");
const around = (text, word) => { // the words around the first hit
  const at = text.toLowerCase().indexOf(word);
  const from = Math.max(0, text.lastIndexOf(" ", Math.max(0, at - 80)));
  return `${from ? "… " : ""}${text.slice(from, from + 220).trim()}${text.length > from + 220 ? " …" : ""}`;
};
const look = () => {
  const wanted = field.value.toLowerCase().split(/\s+/).filter(Boolean);
  const score = (one) => wanted.filter((word) => `${one.page} ${one.heading}`.toLowerCase().includes(word)).length;
  const hits = wanted.length ? index.filter((one) => wanted.every((word) => one.all.includes(word))) : [];
  hits.sort((a, b) => score(b) - score(a));
  list.replaceChildren(...hits.slice(0, 40).map((one) => {
    const item = document.createElement("li"), link = document.createElement("a"), words = document.createElement("p");
    link.href = one.address;
    link.textContent = one.heading === one.page ? one.page : `${one.heading} – ${one.page}`;
    words.textContent = around(one.text, wanted[0]);
    item.append(link, words);
    return item;
  }));
  document.getElementById("find-status").textContent = !wanted.length ? "" : hits.length > 40
    ? `${hits.length} places found; the first 40 are shown` : `${hits.length} ${hits.length === 1 ? "place" : "places"} found`;
  history.replaceState(null, "", wanted.length ? `#${new URLSearchParams({ q: field.value })}` : location.pathname);
};
field.closest("[hidden]").removeAttribute("hidden");
field.value = new URLSearchParams(location.hash.slice(1)).get("q") ?? "";
field.addEventListener("input", look);
look();
