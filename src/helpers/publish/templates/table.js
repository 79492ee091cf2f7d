// Search and sort tables marked data-sortable; without scripts they stay plain tables.
for (const table of document.querySelectorAll("table[data-sortable]")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  const value = (row, column) => {
    const cell = row.cells[column];
    const text = cell.dataset.value ?? cell.textContent.trim();
    const number = text === "" ? NaN : Number(text);
    return Number.isNaN(number) ? (cell.dataset.value === "" ? null : text) : number;
  };
  const order = (a, b) => {
    if (a === null || b === null) return (a === null) - (b === null);
    return typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), "en-GB");
  };
  const said = document.getElementById(table.dataset.status);
  [...table.tHead.rows[0].cells].forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      const empty = (row) => value(row, column) === null;
      const sign = down ? -1 : 1;
      body.append(...rows.sort((a, b) => empty(a) || empty(b)
        ? order(value(a, column), value(b, column)) : sign * order(value(a, column), value(b, column))));
    });
  });
  const search = document.getElementById(table.dataset.search);
  if (search) {
    search.closest("[hidden]")?.removeAttribute("hidden");
    const filter = () => {
      const wanted = search.value.trim().toLowerCase();
      let left = 0;
      for (const row of rows) {
        row.hidden = !row.textContent.toLowerCase().includes(wanted);
        left += !row.hidden;
      }
      said.textContent = wanted ? `${left} of ${rows.length} shown` : "";
    };
    search.addEventListener("input", filter);
    filter();
  }
}
