// Builds elements without ever parsing text as HTML: what people write stays text.
const SVG = "http://www.w3.org/2000/svg";

function fill(node, props, children) {
  for (const [name, value] of Object.entries(props ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") {
      for (const [type, listener] of Object.entries(value)) node.addEventListener(type, listener);
    } else if (name === "text") {
      node.textContent = value;
    } else {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  node.append(...[children ?? []].flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** An HTML element: `on` holds listeners, `text` the text, the rest are attributes. */
export function el(tag, props, children) {
  return fill(document.createElement(tag), props, children);
}

export function svg(tag, props, children) {
  return fill(document.createElementNS(SVG, tag), props, children);
}

/** Text that only assistive technologies read. */
export function hidden(text) {
  return el("span", { class: "sr-only", text });
}

const SAFE_LINK = /^(https?:|tel:|mailto:)/i;

/** A link that opens elsewhere and says so; plain text when the address is not one we can open safely. */
export function outsideLink(title, url, marks) {
  if (!SAFE_LINK.test(url ?? "")) return el("span", { text: title });
  if (!/^https?:/i.test(url)) return el("a", { href: url, text: title });
  return el("a", { href: url, target: "_blank", rel: "noopener noreferrer" }, [
    title,
    marks ? ["\u00a0", marks] : null, // never alone on the next line
    hidden(" (nouvelle fenêtre)"),
  ]);
}

let lastId = 0;

/** An identifier that no other element of the page bears. */
export function uniqueId(prefix) {
  lastId += 1;
  return `${prefix}-${lastId}`;
}
