// A figure answers to pointer, finger and arrow keys: a drawing says in its <metadata> where its marks are, and which rows
// of its numbers each stands for. The keys move an invisible slider, whose value a screen reader speaks.
{ // names of its own
  const part = (tag, name, ...inside) => { const made = document.createElement(tag); made.className = name; made.append(...inside); return made; };
  const sentence = (columns, row) => columns.map((words, place) => row[place + 1] && (words ? `${words}: ${row[place + 1]}` : row[place + 1])).filter(Boolean);
  for (const image of document.querySelectorAll("main figure img")) {
    const keys = part("input", "keys"), ring = part("i", "ring"), said = part("span", "said ui"), box = part("span", "marks", keys, ring, said);
    const drawing = image.closest("picture") ?? image; // out of its <picture> an image would never be the one for a phone
    let told, wide, stops = []; // every row at every mark: x, y, row
    const read = () => {
      const [, code] = image.currentSrc.split("svg+xml;base64,");
      const svg = code ? new TextDecoder().decode(Uint8Array.from(atob(code), (letter) => letter.charCodeAt(0))) : "";
      const text = (tag) => new DOMParser().parseFromString(svg.match(new RegExp(`<${tag}[^>]*>([^<]*)<`))?.[1] ?? "", "text/html").body.textContent;
      told = JSON.parse(text("metadata") || '{"marks":[]}');
      stops = told.marks.flatMap(([x, y, ...rows]) => rows.map((row) => [x, y, row]));
      if (!stops.length) return;
      wide = Number(svg.match(/viewBox="0 0 ([\d.]+)/)[1]);
      if (!box.isConnected) {
        drawing.before(box); box.prepend(drawing); hide();
        document.querySelector("main .hint") ?? image.closest("figure").append(part("small", "hint screen small ui", "Point at a figure, tap it, or use the arrow keys to read its numbers."));
      }
      Object.assign(keys, { type: "range", min: 1, max: stops.length, value: 1 });
      keys.setAttribute("aria-label", `Numbers drawn: ${text("title")}`);
      keys.setAttribute("aria-valuetext", "Arrow keys read them one by one");
    };
    const hide = () => { ring.hidden = said.hidden = true; };
    const show = ([x, y], rows) => {
      const scale = image.clientWidth / wide, lines = rows.slice(0, 4).map((row) => part("span", "", part("b", "", told.rows[row][0]), ...sentence(told.columns, told.rows[row]).map((words) => part("span", "", words))));
      if (rows.length > 4) lines.push(part("span", "", `and ${rows.length - 4} more here, which the arrow keys read`));
      said.replaceChildren(...lines);
      ring.hidden = said.hidden = false;
      ring.style.translate = `${x * scale}px ${y * scale}px`;
      const left = Math.max(0, Math.min(x * scale - said.offsetWidth / 2, image.clientWidth - said.offsetWidth));
      said.style.translate = `${left}px ${y * scale + (y * scale > image.clientHeight / 2 ? -14 - said.offsetHeight : 14)}px`;
    };
    const point = (event) => {
      const frame = image.getBoundingClientRect(), scale = image.clientWidth / wide;
      const away = ([x, y]) => Math.hypot(x * scale - event.clientX + frame.left, y * scale - event.clientY + frame.top);
      const nearest = stops.reduce((best, stop) => away(stop) < away(best) ? stop : best);
      if (away(nearest) > 48) return hide();
      show(nearest, [...new Set(stops.filter(([x, y]) => Math.hypot(x - nearest[0], y - nearest[1]) < 1).map(([, , row]) => row))]);
    };
    const step = () => {
      const stop = stops[keys.value - 1], row = told.rows[stop[2]];
      show(stop, [stop[2]]);
      keys.setAttribute("aria-valuetext", [row[0], sentence(told.columns, row).join("; ")].filter(Boolean).join(": "));
    };
    for (const event of ["pointermove", "pointerdown"]) box.addEventListener(event, point);
    box.addEventListener("pointerleave", (event) => event.pointerType === "mouse" && hide()); // what a finger asked for stays
    addEventListener("pointerdown", (event) => box.contains(event.target) || hide());
    keys.addEventListener("input", step);
    keys.addEventListener("focus", () => keys.matches(":focus-visible") && step());
    keys.addEventListener("blur", hide);
    keys.addEventListener("keydown", (event) => event.key === "Escape" && hide());
    said.setAttribute("aria-hidden", "true");
    image.addEventListener("load", read);
    if (image.complete) read();
  }
}
