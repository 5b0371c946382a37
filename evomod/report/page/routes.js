// The ways of wires between the spots of a layout: forward through the gaps, back round everything.

// Feedback runs up in the gap after its source, back outside all boxes, and down in the gap before its target.
function lanesOf({ edges }, { column, back, spot }, n_rows) {
  const side = new Map(),
    ways = new Map(),
    lanes = new Map();
  for (const e of [...back].sort((a, b) => a - b)) {
    const [source, target] = edges[e];
    if (source === target) continue;
    const middle = (spot(source, column[source]).row + spot(target, column[target]).row) / 2;
    side.set(e, middle <= (n_rows - 1) / 2 + 1e-9 ? -1 : 1);
    const key = `${source}:${side.get(e)}`,
      way = ways.get(key) || { key, source, side: side.get(e), from: Infinity, to: column[source] };
    way.from = Math.min(way.from, column[target] - 1);
    way.to = Math.max(way.to, column[target] - 1);
    ways.set(key, way);
  }
  const tracks = { "-1": [], 1: [] };
  const sorted = [...ways.values()].sort((a, b) => a.to - a.from - (b.to - b.from) || a.source - b.source);
  for (const way of sorted) {
    const free = tracks[way.side].findIndex((others) => others.every((o) => way.from > o.to || o.from > way.to));
    way.track = free < 0 ? tracks[way.side].push([]) - 1 : free;
    tracks[way.side][way.track].push(way);
  }
  const put = (gap, key) => lanes.set(gap, [...(lanes.get(gap) || []), key]);
  for (const way of sorted) put(column[way.source], way.key);
  for (const e of side.keys()) put(column[edges[e][1]] - 1, e);
  return { side, ways, lanes, above: tracks[-1].length, below: tracks[1].length };
}

// Boxes {x, y, w, h} by node (middle left), and a path for each edge; `width` and `height` of all of it.
function layOut(network, widthOf) {
  const found = spotsOf(network),
    { column, n, spot, routes, columns, back } = found,
    { nodes, edges } = network;
  order(columns);
  settleRows(columns, spot);
  const n_rows = 1 + Math.max(0, ...columns.flat().map((s) => s.row)),
    lanes = lanesOf(network, found, n_rows);
  const looped = edges.some(([a, b]) => a === b),
    wide = columns.map((list) => Math.max(...list.map((s) => (s.box ? widthOf(nodes[s.node]) : 0))));
  const extra = (gap) => (lanes.lanes.get(gap) || []).length * BOX.lane;
  const left = [],
    right = [];
  let x = BOX.margin + extra(-1);
  for (let c = 0; c < n; c++) {
    left.push(x);
    right.push(x + wide[c]);
    x = right[c] + extra(c) + (c + 1 < n ? BOX.gap : 0);
  }
  const top = BOX.margin + lanes.above * BOX.track + (looped ? 12 : 0),
    bottom = top + n_rows * BOX.row;
  const y = (s) => top + (s.row + 0.5) * BOX.row;
  const boxes = nodes.map((node, i) => ({
    x: left[column[i]],
    y: y(spot(i, column[i])),
    w: wide[column[i]],
    h: node.role === "gate" || node.role === "unit" ? BOX.height : 26,
  }));
  const ports = portsOf(nodes, edges, routes, lanes.side, boxes);
  const lane = (gap, key) =>
    (gap < 0 ? BOX.margin : right[gap]) +
    BOX.lane * ((lanes.lanes.get(gap) || []).indexOf(key) + 0.6) +
    (gap < 0 ? 0 : 3);
  const paths = edges.map(([source, target], e) => {
    if (source === target) return loop(boxes[source]);
    if (routes.has(e)) return forward(routes.get(e), left, right, y, ports.get(e), extra);
    const way = lanes.ways.get(`${source}:${lanes.side.get(e)}`),
      box = boxes[source],
      s = way.side;
    const track =
      s < 0 ? top - (looped ? 12 : 0) - (way.track + 0.5) * BOX.track : bottom + (way.track + 0.5) * BOX.track;
    const out = lane(column[source], way.key),
      into = lane(column[target] - 1, e),
      start = box.y + s * box.h * 0.28;
    return rounded([
      [box.x + box.w, start],
      [out, start],
      [out, track],
      [into, track],
      [into, ports.get(e)],
      [left[column[target]] - BOX.head, ports.get(e)],
    ]);
  });
  const height = bottom + lanes.below * BOX.track + BOX.margin;
  return { boxes, paths, ports, back, width: x + BOX.margin, height };
}

function portsOf(nodes, edges, routes, side, boxes) {
  const arriving = nodes.map(() => []),
    ports = new Map();
  for (const [e, route] of routes) arriving[edges[e][1]].push([route[route.length - 2].row, e]);
  for (const [e, s] of side) arriving[edges[e][1]].push([s * 1e9, e]);
  arriving.forEach((wires, node) => {
    const reach = (boxes[node].h / 2) * ({ 1: 0, 2: 0.5 }[wires.length] ?? 0.75);
    wires.sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    wires.forEach(([, e], k) => ports.set(e, boxes[node].y - reach * (1 - (2 * k) / Math.max(wires.length - 1, 1))));
  });
  return ports;
}

const px = (value) => Math.round(value * 10) / 10;

function forward(route, left, right, y, port, extra) {
  let at = y(route[0]),
    x = right[route[0].c],
    d = `M${px(x)} ${px(at)}`;
  route.slice(1).forEach((s, i) => {
    const last = i === route.length - 2,
      end = left[s.c] - (last ? BOX.head : 0),
      to = last ? port : y(s);
    const bend = Math.min(x + extra(s.c - 1) * 0.5, end - 12),
      middle = px((bend + end) / 2);
    d += `H${px(bend)}C${middle} ${px(at)} ${middle} ${px(to)} ${px(end)} ${px(to)}`;
    if (!last) d += `H${px(right[s.c])}`;
    [x, at] = [right[s.c], to];
  });
  return d;
}

function loop({ x, y, w, h }) {
  const m = x + w / 2,
    t = y - h / 2;
  return `M${px(m + 12)} ${px(t)}C${px(m + 18)} ${px(t - 18)} ${px(m - 18)} ${px(t - 18)} ${px(m - 12)} ${px(t - BOX.head)}`;
}

function rounded(points) {
  let d = `M${px(points[0][0])} ${px(points[0][1])}`;
  for (let i = 1; i + 1 < points.length; i++) {
    const [a, b, c] = points.slice(i - 1, i + 2);
    const near = (p) => {
      const far = Math.hypot(p[0] - b[0], p[1] - b[1]) || 1,
        cut = Math.min(5, far / 2) / far;
      return `${px(b[0] + (p[0] - b[0]) * cut)} ${px(b[1] + (p[1] - b[1]) * cut)}`;
    };
    d += `L${near(a)}Q${px(b[0])} ${px(b[1])} ${near(c)}`;
  }
  const end = points[points.length - 1];
  return `${d}L${px(end[0])} ${px(end[1])}`;
}
