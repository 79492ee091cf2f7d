// A box is a stop of the tab key only while there is something to scroll in it; without scripts each stays one.
for (const box of document.querySelectorAll(".scroll")) {
  const look = () => box.scrollWidth > box.clientWidth ? box.setAttribute("tabindex", "0") : box.removeAttribute("tabindex");
  new ResizeObserver(look).observe(box);
}
