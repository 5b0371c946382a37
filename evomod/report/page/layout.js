// Where a drawn circuit puts things: the layered drawing of evomod/report/circuit_layout.py, in pixels.

const BOX = { gate: 56, height: 34, gap: 33, row: 46, lane: 8, track: 9, margin: 8, head: 7 };

// Layers so that every edge but feedback leads to the right; feedback closes a cycle in a search from the inputs.
function layersOf({ nodes, edges }) {
  const next = nodes.map(() => []),
    state = nodes.map(() => 0),
    back = new Set(),
    finished = [];
  edges.forEach(([source, target], e) => next[source].push([e, target]));
  const visit = (node) => {
    state[node] = 1;
    for (const [e, target] of next[node]) {
      if (state[target] === 1) back.add(e);
      else if (state[target] === 0) visit(target);
    }
    state[node] = 2;
    finished.push(node);
  };
  nodes.forEach((node, i) => node.role === "input" && !state[i] && visit(i));
  nodes.forEach((_, i) => !state[i] && visit(i));
  const layer = nodes.map((node) => (node.role === "input" ? 0 : 1));
  for (const node of finished.reverse()) {
    for (const [e, target] of next[node]) if (!back.has(e)) layer[target] = Math.max(layer[target], layer[node] + 1);
  }
  const last = 1 + Math.max(0, ...layer.filter((_, i) => nodes[i].role !== "output"));
  nodes.forEach((node, i) => {
    if (node.role === "output") layer[i] = last;
  });
  const used = [...new Set(layer)].sort((a, b) => a - b);
  return { column: layer.map((at) => used.indexOf(at)), n: used.length, back };
}

// Columns of spots: boxes, and wires that pass by on their way to later columns.
function spotsOf(network) {
  const { column, n, back } = layersOf(network),
    spots = new Map(),
    gaps = Array.from({ length: n }, () => new Set());
  const spot = (node, c) => {
    const key = `${node}:${c}`;
    if (!spots.has(key)) spots.set(key, { node, c, box: column[node] === c, near: new Set(), row: 0 });
    return spots.get(key);
  };
  network.nodes.forEach((_, i) => spot(i, column[i]));
  const routes = new Map();
  network.edges.forEach(([source, target], e) => {
    if (back.has(e)) return;
    const route = [];
    for (let c = column[source]; c < column[target]; c++) route.push(spot(source, c));
    route.push(spot(target, column[target]));
    for (let i = 1; i < route.length; i++) {
      route[i - 1].near.add(route[i]);
      route[i].near.add(route[i - 1]);
      gaps[route[i - 1].c].add(route[i - 1]);
    }
    routes.set(e, route);
  });
  const columns = Array.from({ length: n }, () => []);
  for (const found of spots.values()) columns[found.c].push(found);
  for (const list of columns) list.sort((a, b) => a.node - b.node);
  return { column, n, back, spot, routes, columns };
}

function crossings(columns, c) {
  if (c < 0 || c + 1 >= columns.length) return 0;
  const at = new Map(columns[c + 1].map((spot, i) => [spot, i])),
    seen = [];
  let total = 0;
  for (const left of columns[c]) {
    const ends = [...left.near]
      .filter((s) => at.has(s))
      .map((s) => at.get(s))
      .sort((a, b) => a - b);
    for (const end of ends) total += seen.filter((other) => other > end).length;
    seen.push(...ends);
  }
  return total;
}

// Barycentre sweeps there and back, then swaps of neighbours while these save a crossing.
function order(columns) {
  const all = () => columns.reduce((sum, _, c) => sum + crossings(columns, c), 0);
  let best = columns.map((list) => list.slice()),
    fewest = all();
  for (let sweep = 0; sweep < 12 && fewest; sweep++) {
    const step = sweep % 2 ? -1 : 1;
    for (let c = step > 0 ? 1 : columns.length - 2; c >= 0 && c < columns.length; c += step) {
      const at = new Map(columns[c - step].map((spot, i) => [spot, i])),
        centre = new Map();
      columns[c].forEach((spot, i) => {
        const near = [...spot.near].filter((s) => at.has(s)).map((s) => at.get(s));
        centre.set(spot, near.length ? near.reduce((a, b) => a + b, 0) / near.length : i);
      });
      columns[c].sort((a, b) => centre.get(a) - centre.get(b));
    }
    const n = all();
    if (n < fewest) [best, fewest] = [columns.map((list) => list.slice()), n];
  }
  best.forEach((list, c) => {
    columns[c] = list;
  });
  for (let saved = true; saved;) {
    saved = false;
    columns.forEach((list, c) => {
      for (let i = 0; i + 1 < list.length; i++) {
        const n = crossings(columns, c - 1) + crossings(columns, c);
        [list[i], list[i + 1]] = [list[i + 1], list[i]];
        if (crossings(columns, c - 1) + crossings(columns, c) < n) saved = true;
        else [list[i], list[i + 1]] = [list[i + 1], list[i]];
      }
    });
  }
}

// Nearest non-decreasing values in weighted least squares: pool adjacent violators.
function nondecreasing(wanted, weights) {
  const pools = [];
  wanted.forEach((value, i) => {
    let pool = [value, weights[i], 1];
    while (pools.length && pools[pools.length - 1][0] > pool[0]) {
      const [v, w, n] = pools.pop();
      pool = [(v * w + pool[0] * pool[1]) / (w + pool[1]), w + pool[1], n + pool[2]];
    }
    pools.push(pool);
  });
  return pools.flatMap(([value, , n]) => Array(n).fill(value));
}

// Heights that keep wires straight; two boxes are at least one row apart.
function settleRows(columns, spot) {
  for (const list of columns)
    list.forEach((s, i) => {
      s.row = i;
    });
  for (let sweep = 0; sweep < 40; sweep++) {
    const unbend = sweep >= 38,
      lists = unbend || sweep % 2 === 0 ? columns : columns.slice().reverse();
    for (const list of lists) {
      const half = list.map((s) => (s.box ? 0.5 : 0.2)),
        below = [0];
      for (let i = 1; i < list.length; i++) below.push(below[i - 1] + half[i - 1] + half[i]);
      const pulls = list.map((s) => {
        if (unbend) return s.box ? [s.row, 20] : [spot(s.node, s.c - 1).row, 1];
        const pull = [...s.near].map((t) => [t.node === s.node ? 4 : 1, t.row]);
        if (!pull.length) return [s.row, 0.1];
        const weight = pull.reduce((sum, [w]) => sum + w, 0);
        return [pull.reduce((sum, [w, at]) => sum + w * at, 0) / weight, weight];
      });
      const rows = nondecreasing(
        pulls.map(([w], i) => w - below[i]),
        pulls.map(([, w]) => w),
      );
      list.forEach((s, i) => {
        s.row = rows[i] + below[i];
      });
    }
  }
  const top = Math.min(...columns.flat().map((s) => s.row));
  for (const s of columns.flat()) s.row -= top;
}
