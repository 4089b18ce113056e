// Says of each framed page what a reader at this width would see: letters' heights, what leaves its box, what overlaps.

function seen(element) { return element.getClientRects().length > 0; }
function within(inner, outer) {
  return inner.left >= outer.left - 1 && inner.right <= outer.right + 1 && inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;
}
function overlap(one, other) {
  return one.left < other.right - 1 && other.left < one.right - 1 && one.top < other.bottom - 1 && other.top < one.bottom - 1;
}
function overlapping(elements) {
  const boxes = elements.map((e) => [e.textContent, e.getBoundingClientRect()]);
  const found = [];
  boxes.forEach(([name, box], n) => {
    for (const [other, second] of boxes.slice(n + 1)) if (overlap(box, second)) found.push(`${name} / ${other}`);
  });
  return found;
}

function measured(page) {
  const view = page.defaultView;
  const svgs = [...page.querySelectorAll("svg.map, svg.sequence")].filter(seen);
  const result = { pictures: svgs.length, small: [], outside: [], overlaps: [], scrolled: [], unreachable: [] };
  result.overflow = page.documentElement.scrollWidth - page.documentElement.clientWidth;
  for (const svg of svgs) {
    const rect = svg.getBoundingClientRect();
    const scale = rect.width / svg.viewBox.baseVal.width;
    const texts = [...svg.querySelectorAll("text")];
    for (const text of texts) {
      const size = parseFloat(view.getComputedStyle(text).fontSize) * scale;
      if (size < 11) result.small.push(`${size.toFixed(1)} ${text.textContent}`);
      const box = text.parentNode.querySelector(".box, .badge");
      const room = box && text.getAttribute("class") !== "words" ? box.getBoundingClientRect() : rect;
      if (!within(text.getBoundingClientRect(), room)) result.outside.push(text.textContent);
    }
    result.overlaps.push(...overlapping([...svg.querySelectorAll(".node .box, .participant .box")]));
    result.overlaps.push(...overlapping(texts));
    const box = svg.closest(".scroll");
    if (svg.classList.contains("map") && box.scrollWidth > box.clientWidth) result.scrolled.push(svg.querySelector("title").textContent);
  }
  for (const element of page.querySelectorAll("main *")) {
    if (!seen(element) || element.closest("svg")) continue;
    const way = view.getComputedStyle(element).overflowX;
    const scrolls = way === "auto" || way === "scroll";
    if (scrolls && element.scrollWidth > element.clientWidth && element.tabIndex < 0) result.unreachable.push(element.className);
  }
  return result;
}

window.addEventListener("load", () => {
  const found = {};
  for (const frame of document.querySelectorAll("iframe")) {
    frame.contentDocument.querySelectorAll("details").forEach((fold) => { fold.open = true; });
    found[frame.width] = measured(frame.contentDocument);
  }
  document.querySelector("pre").textContent = JSON.stringify(found);
});
