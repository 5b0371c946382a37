// A network as an SVG that answers to pointer and keyboard.

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ",
  SMALLEST = 9 / 11; // as large as drawn: names, of 11 pixels, stay readable

function shortened(text, most) {
  const letters = [...text];
  return letters.length <= most
    ? text
    : `${letters.slice(0, Math.ceil(most / 2) - 1).join("")}…${letters.slice(-Math.floor(most / 2)).join("")}`;
}

const weighty = (weights) => weights.some((weight) => weight !== 1);

function boxWidth(node) {
  return node.role === "gate" || node.role === "unit"
    ? Math.max(BOX.gate, 14 + 9 * [...node.label].length)
    : Math.min(96, Math.max(32, 16 + 8 * [...node.label].length));
}

// `fresh` says which nodes and edges were not there one step before; `told` is called with a node, or null.
function drawNetwork(network, { modules, fresh, told, title }) {
  const { boxes, paths, ports, back, width, height } = layOut(network, boxWidth),
    { nodes, edges } = network;
  // Weights of a net: their size is the width, below 0 they are dotted.
  const inner = (e) => weighty(network.weights || []) && nodes[edges[e][1]].role !== "output",
    most = Math.max(...(network.weights || []).filter((_, e) => inner(e)).map(Math.abs)),
    thickness = (weight) => px(0.5 + (2.6 * Math.abs(weight)) / most);
  const svg = element("svg", {
    viewBox: `0 0 ${px(width)} ${px(height)}`,
    class: "circuit",
    role: "group",
    tabindex: "0",
    "aria-label": title,
    style: `min-width:${Math.ceil(width * SMALLEST)}px;max-width:${Math.round(width * 1.25)}px`,
  });
  const wires = edges.map(([source, target], e) => {
    const weight = inner(e) ? network.weights[e] : 1,
      kind = `wire${back.has(e) ? " back" : ""}${fresh.edge(e) ? " fresh" : ""}${weight < 0 ? " minus" : ""}`;
    const box = boxes[target],
      tip = source === target ? null : [box.x, ports.get(e)];
    const head = tip
      ? `M${px(tip[0])} ${px(tip[1])}l${-BOX.head} -3v6z`
      : `M${px(box.x + box.w / 2 - 12)} ${px(box.y - box.h / 2)}l-3 ${-BOX.head}h6z`;
    return element(
      "g",
      { class: kind },
      element("path", { class: "line", d: paths[e], style: inner(e) ? `stroke-width:${thickness(weight)}` : null }),
      element("path", { class: "head", d: head }),
    );
  });
  // Rims show which wire passes over which; the wires of one source, being one signal, do not cut each other.
  const bySource = new Map();
  edges.forEach(([source], e) => bySource.set(source, [...(bySource.get(source) || []), e]));
  for (const group of bySource.values()) {
    for (const e of group) svg.append(element("path", { class: "rim", d: paths[e] }));
    for (const e of group) svg.append(wires[e]);
  }
  const drawn = nodes.map((node, i) => drawNode(node, boxes[i], modules[i], fresh.node(i)));
  svg.append(...drawn);
  const above = (i, seen = new Set()) => {
    if (!seen.has(i)) {
      seen.add(i);
      edges.forEach(([a, b]) => b === i && above(a, seen));
    }
    return seen;
  };
  let current = -1;
  const show = (i) => {
    current = i;
    svg.classList.toggle("asked", i >= 0);
    const cone = i >= 0 ? above(i) : new Set();
    drawn.forEach((shape, k) => {
      shape.classList.toggle("lit", cone.has(k));
      shape.classList.toggle("current", k === i);
    });
    wires.forEach((wire, e) => {
      wire.classList.toggle("lit", cone.has(edges[e][1]));
      wire.classList.toggle("out", edges[e][0] === i);
    });
    told(i < 0 ? null : i);
  };
  drawn.forEach((shape, i) => {
    shape.addEventListener("pointerenter", () => show(i));
    shape.addEventListener("pointerleave", () => show(-1));
  });
  svg.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") show(-1);
    else if (step) {
      show((current + (current < 0 && step < 0 ? 0 : step) + nodes.length) % nodes.length);
      drawn[current].scrollIntoView({ block: "nearest", inline: "nearest" });
    } else return;
    event.preventDefault();
  });
  svg.addEventListener("blur", () => show(-1));
  return svg;
}

function drawNode(node, { x, y, w, h }, module, fresh) {
  const role = fresh ? `node ${node.role} fresh` : `node ${node.role}`,
    gate = node.role === "gate" || node.role === "unit";
  const colour = module >= 0 && module < 255 && node.role !== "output" ? ` m${module % 6}` : "";
  const letter = colour ? LETTERS[module % 26] : "";
  const label = element(
    "text",
    { x: px(x + w / 2), y: px(y + (gate ? -2 : 4.5)), class: "label" },
    shortened(node.label, 12),
  );
  const name = gate
    ? element(
        "text",
        { x: px(x + w / 2), y: px(y + 11), class: "name" },
        `${shortened(node.name, 6)}${letter && ` · ${letter}`}`,
      )
    : null;
  return element(
    "g",
    { class: role + colour },
    element("title", {}, node.label === node.name ? node.label : `${node.name}: ${node.label}`),
    element("rect", { x: px(x), y: px(y - h / 2), width: px(w), height: h, rx: gate ? 5 : h / 2 }),
    label,
    name,
  );
}
