// What a reference on the page points at is shown beside it under the pointer or with the focus; Escape puts it away.
const tooltip = document.createElement("div");
tooltip.id = "tooltip";
tooltip.setAttribute("role", "tooltip");
tooltip.hidden = true;
document.querySelector("main").append(tooltip);
const pointedAt = (place) => {
  const target = place.closest("dt") ?? place, next = target.nextElementSibling;
  const words = target.matches("dt, h1, h2, h3, h4") ? [target, next] : [target.querySelector("figcaption") ?? target];
  return words.map((node) => node?.textContent ?? "").join(": ").replace(/\s+/g, " ").replace(/ Numbers drawn: .*/, "").trim();
};
let leaving;
const stay = () => clearTimeout(leaving);
const hide = () => { stay(); tooltip.hidden = true; document.querySelector("[aria-describedby=tooltip]")?.removeAttribute("aria-describedby"); };
const leave = () => { stay(); leaving = setTimeout(hide, 200); };
for (const link of document.querySelectorAll('main a[href^="#"]')) {
  const target = document.getElementById(decodeURIComponent(link.hash.slice(1)));
  const words = target && !link.closest("nav") ? pointedAt(target) : "";
  if (!words || words === link.textContent.trim()) continue;
  const show = () => {
    hide();
    tooltip.textContent = words.length > 320 ? `${words.slice(0, words.lastIndexOf(" ", 320))} …` : words;
    tooltip.hidden = false;
    link.setAttribute("aria-describedby", "tooltip");
    const box = link.getBoundingClientRect(), room = document.documentElement.clientWidth - tooltip.offsetWidth - 8;
    tooltip.style.left = `${scrollX + Math.max(8, Math.min(box.left, room))}px`;
    tooltip.style.top = `${scrollY + (box.bottom + tooltip.offsetHeight > innerHeight ? box.top - tooltip.offsetHeight : box.bottom)}px`;
  };
  for (const event of ["pointerenter", "focus"]) link.addEventListener(event, show);
  for (const event of ["pointerleave", "blur"]) link.addEventListener(event, leave);
}
tooltip.addEventListener("pointerenter", stay);
tooltip.addEventListener("pointerleave", leave);
addEventListener("keydown", (event) => event.key === "Escape" && hide());
