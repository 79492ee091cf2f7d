// A table that its box is too narrow for becomes a list of its rows (see style.css): how wide it must be is measured here.
// Another is a stop of the tab key only while there is something to scroll; without scripts each stays one.
for (const box of document.querySelectorAll(".scroll")) {
  const table = box.querySelector("table"), least = table?.matches(".wordy") ? 16 : 0;
  const look = () => {
    if (table?.role === "table" && box.clientWidth) {
      box.style.fontSize = 0;
      table.style.width = "min-content";
      const needed = table.offsetWidth + 1;
      table.style.width = "";
      box.style.fontSize = `${Math.max(least, needed / 40)}px`;
    }
    box.scrollWidth > box.clientWidth ? box.setAttribute("tabindex", "0") : box.removeAttribute("tabindex");
  };
  new ResizeObserver(() => requestAnimationFrame(look)).observe(box);
}
