// What all parts of the page share: elements, numbers as text, arrays out of the packed block.

function element(tag, attributes = {}, ...children) {
  const svg = ["svg", "g", "path", "rect", "text", "line", "title", "polygon", "circle", "clipPath"].includes(tag);
  const made = svg ? document.createElementNS("http://www.w3.org/2000/svg", tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== null && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

const whole = (value) => Math.round(value).toLocaleString("en-GB");
const decimal = (value, digits = 4) => (Number.isFinite(value) ? String(Number(value.toFixed(digits))) : "–");

function wanted(colours, name) {
  if (!colours.has(name)) colours.set(name, colours.size % 8);
  return `var(--goal-${colours.get(name)})`;
}

// The last index whose value is at most x; -1 before the first.
function lastUpTo(values, x) {
  let low = 0,
    high = values.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] <= x) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

async function unpack(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

// Replaces every {at, n, type} within a node by the array it stands for.
function withArrays(node, buffer) {
  const types = { u1: Uint8Array, i1: Int8Array, u2: Uint16Array, u4: Uint32Array, f4: Float32Array, f8: Float64Array };
  if (Array.isArray(node)) return node.map((part) => withArrays(part, buffer));
  if (node === null || typeof node !== "object") return node;
  if (node.type in types && "at" in node) return new types[node.type](buffer, node.at, node.n);
  return Object.fromEntries(Object.entries(node).map(([key, part]) => [key, withArrays(part, buffer)]));
}
