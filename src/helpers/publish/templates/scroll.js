// A table that its box is too narrow for becomes a list of its rows (see style.css): how wide it must be is measured here.
// Another is a stop of the tab key, with a name, only while there is something to scroll; without scripts each stays one.
for (const box of document.querySelectorAll(".scroll")) {
  const table = box.querySelector("table"), least = table?.matches(".wordy") ? 16 : 0;
  const stop = ["tabindex", "role", "aria-label"].map((name) => [name, box.getAttribute(name)]);
  const look = () => {
    if (table?.role === "table" && box.clientWidth) {
      box.style.fontSize = 0;
      table.style.width = "min-content";
      const needed = table.offsetWidth + 1;
      table.style.width = "";
      box.style.fontSize = `${Math.max(least, needed / 40)}px`;
    }
    const scrolls = box.scrollWidth > box.clientWidth;
    stop.forEach(([name, value]) => scrolls ? box.setAttribute(name, value) : box.removeAttribute(name));
  };
  new ResizeObserver(() => requestAnimationFrame(look)).observe(box);
}
