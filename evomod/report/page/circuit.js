// Circuits: from a genome to a network, and what each node answers. The twin of evomod/genotypes/circuit_phenotype.py.

const N_STATES = 20;
const PAIRS = [
  ["AND", 8],
  ["OR", 14],
  ["XOR", 6],
  ["NAND", 7],
  ["NOR", 1],
  ["EQ", 9],
  ["AND NOT", 2],
  ["OR NOT", 11],
];

function develop(run, genome) {
  const { n_inputs, n_gates, n_outputs, stride, kinds, tables } = run.encoding;
  const gates = [];
  for (let g = 0; g < n_gates; g++) {
    const at = g * stride,
      kind = stride === 3 ? genome[at + 2] : 0;
    gates.push({ sources: [genome[at], genome[at + 1]], kind: kinds[kind], table: tables[kind] });
  }
  const outputs = Array.from({ length: n_outputs }, (_, o) => genome[n_gates * stride + o]);
  const reached = new Set(),
    todo = outputs.slice();
  while (todo.length) {
    const node = todo.pop();
    if (reached.has(node)) continue;
    reached.add(node);
    if (node >= n_inputs) todo.push(...gates[node - n_inputs].sources);
  }
  return { n_inputs, gates, outputs, used: [...reached].sort((a, b) => a - b) };
}

// Inputs that are used, effective gates and outputs; `id` is stable along a line of descent.
function networkOf(run, circuit) {
  const { n_inputs, gates, outputs, used } = circuit,
    place = new Map(used.map((node, i) => [node, i]));
  const nodes = used.map((node) =>
    node < n_inputs
      ? { id: `n${node}`, node, role: "input", label: run.inputs[node], name: run.inputs[node] }
      : {
          id: `n${node}`,
          node,
          role: "gate",
          label: gates[node - n_inputs].kind.toUpperCase(),
          name: `g${node - n_inputs}`,
        },
  );
  const edges = [];
  for (const node of used) {
    if (node >= n_inputs)
      for (const source of gates[node - n_inputs].sources) edges.push([place.get(source), place.get(node)]);
  }
  outputs.forEach((source, o) => {
    nodes.push({ id: `o${o}`, node: source, role: "output", label: run.outputs[o], name: run.outputs[o] });
    edges.push([place.get(source), nodes.length - 1]);
  });
  return { nodes, edges };
}

// For each node and each of the rows, in how many of the 20 states that count it is 1.
function countStates(circuit, rows) {
  const { n_inputs, gates, used } = circuit,
    n_nodes = n_inputs + gates.length;
  const live = used.filter((node) => node >= n_inputs);
  return rows.map((row) => {
    const counts = new Uint8Array(n_nodes);
    let state = new Uint8Array(n_nodes);
    state.set(row);
    for (let sweep = 0; sweep < gates.length + 4 + N_STATES; sweep++) {
      const next = state.slice();
      for (const node of live) {
        const gate = gates[node - n_inputs];
        next[node] = (gate.table >> (state[gate.sources[0]] + 2 * state[gate.sources[1]])) & 1;
      }
      state = next;
      if (sweep >= gates.length + 4) for (let i = 0; i < n_nodes; i++) counts[i] += state[i];
    }
    return counts;
  });
}

// A name for what a node answers in all rows: a function of at most two inputs, a goal, or how often it is 1.
function describeTable(run, table, rows, answers) {
  if (table.some((count) => count !== 0 && count !== N_STATES)) return "does not settle in every row";
  const bits = table.map((count) => (count ? 1 : 0));
  const often = `1 in ${bits.reduce((sum, bit) => sum + bit, 0)} of the ${rows.length < run.questions.n ? "first " : ""}${rows.length} rows`;
  if (rows.length < run.questions.n) return often;
  const same = (f) => rows.every((row, r) => f(row, r) === bits[r]);
  for (const bit of [0, 1]) if (same(() => bit)) return `always ${bit}`;
  const n = run.inputs;
  for (let a = 0; a < n.length; a++) {
    if (same((row) => row[a])) return n[a];
    if (same((row) => 1 - row[a])) return `NOT ${n[a]}`;
  }
  for (let a = 0; a < n.length; a++) {
    for (let b = 0; b < n.length; b++) {
      if (a === b) continue;
      for (const [word, f] of PAIRS)
        if (same((row) => (f >> (row[a] + 2 * row[b])) & 1)) return `${n[a]} ${word} ${n[b]}`;
    }
  }
  for (const [goal, right] of answers) {
    if (same((_, r) => right[r][0])) return `the goal ${goal}`;
    if (same((_, r) => 1 - right[r][0])) return `NOT the goal ${goal}`;
  }
  return often;
}
