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

function channels(colour) { return colour.match(/[\d.]+/g).map(Number); }
function luminance(colour) {
  const [red, green, blue] = channels(colour).map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(one, other) {
  const [bright, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (bright + 0.05) / (dark + 0.05);
}
function ground(element, view) {
  for (let each = element; each; each = each.parentElement) {
    const box = each.namespaceURI.endsWith("svg") && each.tagName === "g" && each.querySelector(":scope > .badge, :scope > .box");
    if (box && view.getComputedStyle(box).fill !== "none") return view.getComputedStyle(box).fill;
    const colour = view.getComputedStyle(each).backgroundColor;
    if (!/, 0\)$/.test(colour)) return colour;
  }
  return "rgb(255, 255, 255)";
}
// Text needs 4.5 to 1, and a line that means something 3 to 1 (WCAG 2.2, AA).
function faint(page, view) {
  const found = new Set();
  for (const element of page.querySelectorAll("body *")) {
    const style = view.getComputedStyle(element);
    const svg = element.namespaceURI.endsWith("svg");
    const speaks = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
    const draws = svg && /^(line|head|life|box|group|changed-bar)$/.test(element.getAttribute("class") || "");
    if (!seen(element) || !(draws || (speaks && element.tagName !== "title"))) continue;
    const ink = draws ? (style.stroke === "none" ? style.fill : style.stroke) : svg ? style.fill : style.color;
    const behind = draws ? ground(element.closest("svg"), view) : ground(element, view);
    const ratio = contrast(ink, behind);
    if (ratio < (draws ? 3 : 4.5)) found.add(`${ratio.toFixed(2)} ${element.tagName}.${element.getAttribute("class")} ${ink} on ${behind}`);
  }
  return [...found];
}

function measured(page) {
  const view = page.defaultView;
  const svgs = [...page.querySelectorAll("svg.map, svg.sequence")].filter(seen);
  const result = { pictures: svgs.length, small: [], outside: [], overlaps: [], scrolled: [], unreachable: [] };
  result.faint = faint(page, view);
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
