// Narrow a list of sections by a word and by kind; without scripts every one is shown.
const form = document.getElementById("filter");
const items = [...document.querySelectorAll("[data-kind]")];
const [word, kind] = form.querySelectorAll("input, select");
const narrow = () => {
  for (const item of items) {
    item.hidden = (kind.value && item.dataset.kind !== kind.value) || !item.textContent.toLowerCase().includes(word.value.trim().toLowerCase());
  }
  const left = items.filter((item) => !item.hidden).length;
  document.getElementById("filter-status").textContent = left < items.length ? `${left} of ${items.length} shown` : "";
};
form.hidden = false;
form.addEventListener("input", narrow);
form.addEventListener("submit", (event) => event.preventDefault());
narrow();
