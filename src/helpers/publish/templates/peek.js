// What a reference on the page points at is shown beside it under the pointer or with the focus; Escape puts it away.
const peek = document.createElement("div");
peek.id = "peek";
peek.setAttribute("role", "tooltip");
peek.hidden = true;
document.querySelector("main").append(peek);
const pointedAt = (place) => {
  const target = place.closest("dt") ?? place, next = target.nextElementSibling;
  const words = target.matches("dt, h1, h2, h3, h4") ? [target, next] : [target.querySelector("figcaption") ?? target];
  return words.map((node) => node?.textContent ?? "").join(": ").replace(/\s+/g, " ").replace(/ Numbers drawn: .*/, "").trim();
};
let leaving;
const stay = () => clearTimeout(leaving);
const hide = () => { stay(); peek.hidden = true; document.querySelector("[aria-describedby=peek]")?.removeAttribute("aria-describedby"); };
const leave = () => { stay(); leaving = setTimeout(hide, 200); };
for (const link of document.querySelectorAll('main a[href^="#"]')) {
  const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const words = target && !link.closest("nav") ? pointedAt(target) : "";
  if (!words || words === link.textContent.trim()) continue;
  const show = () => {
    hide();
    peek.textContent = words.length > 320 ? `${words.slice(0, words.lastIndexOf(" ", 320))} …` : words;
    peek.hidden = false;
    link.setAttribute("aria-describedby", "peek");
    const box = link.getBoundingClientRect(), room = document.documentElement.clientWidth - peek.offsetWidth - 8;
    peek.style.left = `${scrollX + Math.max(8, Math.min(box.left, room))}px`;
    peek.style.top = `${scrollY + (box.bottom + peek.offsetHeight > innerHeight ? box.top - peek.offsetHeight : box.bottom)}px`;
  };
  for (const event of ["pointerenter", "focus"]) link.addEventListener(event, show);
  for (const event of ["pointerleave", "blur"]) link.addEventListener(event, leave);
}
peek.addEventListener("pointerenter", stay);
peek.addEventListener("pointerleave", leave);
addEventListener("keydown", (event) => event.key === "Escape" && hide());
