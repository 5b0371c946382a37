// The line of descent: genomes made again from what each step changed, and what there is to say of a step.

const FLAGS = { hidden: 1, expressed: 2, crossed: 4, settled: 8 };
const EFFECT_SIGNS = { beneficial: "▲", neutral: "●", deleterious: "▼", hidden: "◆" };

const flag = (run, k, name) => (run.line.flags[k] & FLAGS[name]) !== 0;
const effectOf = (run, k) => (flag(run, k, "hidden") ? "hidden" : run.line.effects_words[run.line.effect[k] + 1]);

function makeGenomes(run) {
  const line = run.line,
    n_loci = line.first_genome.length;
  line.genomes = new Uint8Array(line.n * n_loci);
  line.genomes.set(line.first_genome);
  line.firstChange = new Uint32Array(line.n + 1);
  for (let k = 1, at = 0; k < line.n; k++) {
    line.genomes.copyWithin(k * n_loci, (k - 1) * n_loci, k * n_loci);
    line.firstChange[k] = at;
    for (let i = 0; i < line.n_changed[k - 1]; i++, at++) line.genomes[k * n_loci + line.loci[at]] = line.alleles[at];
    line.firstChange[k + 1] = at;
  }
  line.stepQ = Float32Array.from(line.graph, (graph) => line.q[graph]);
  line.effects_words = ["deleterious", "neutral", "beneficial"];
}

const genomeOf = (run, k) =>
  run.line.genomes.subarray(k * run.line.first_genome.length, (k + 1) * run.line.first_genome.length);

function modulesOf(run, k, network) {
  const { modules, n_nodes, graph } = run.line;
  return network.nodes.map((node) => (node.role === "output" ? -1 : modules[graph[k] * n_nodes + node.node]));
}

// The mutation of a step in the words of `Story.changes`: of each gate and output; of another genotype they are given.
function changesOf(run, k) {
  if (k === 0) return [];
  if (!run.encoding) return [...run.line.changes[k]];
  const before = develop(run, genomeOf(run, k - 1)),
    after = develop(run, genomeOf(run, k)),
    expressed = new Set([...before.used, ...after.used]),
    told = [];
  const name = (node) => (node < before.n_inputs ? run.inputs[node] : `g${node - before.n_inputs}`);
  before.gates.forEach((gate, g) => {
    const next = after.gates[g],
      words = [];
    if (gate.kind !== next.kind) words.push(`: ${gate.kind.toUpperCase()} became ${next.kind.toUpperCase()}`);
    if (gate.sources.join() !== next.sources.join()) words.push(` ${rewired(gate.sources, next.sources, name)}`);
    if (words.length) told.push(`${expressed.has(before.n_inputs + g) ? "" : "silent: "}g${g}${words.join(" and")}`);
  });
  after.outputs.forEach((node, o) => {
    const who = after.outputs.length === 1 ? "the output" : run.outputs[o];
    if (node !== before.outputs[o]) told.push(`${who} reads ${name(node)} instead of ${name(before.outputs[o])}`);
  });
  return told;
}

function rewired(old, now, name) {
  if (old[0] === now[1] && old[1] === now[0]) return `reads ${name(now[0])} first, and ${name(now[1])} second`;
  const moved = [0, 1].filter((side) => old[side] !== now[side]);
  return `reads ${moved.map((side) => name(now[side])).join(" and ")} instead of ${moved.map((side) => name(old[side])).join(" and ")}`;
}

// The cases of a run as rows of bits: the first of them, as many as are shown.
function rowsOf(run) {
  const { inputs } = run.questions,
    width = run.inputs.length;
  return Array.from({ length: inputs.length / width }, (_, r) => inputs.subarray(r * width, (r + 1) * width));
}

// Right answers in the epoch of a generation, each as [name, rows of bits]: of some goals, that in force among them.
function answersAt(run, generation, most = 4) {
  const { inputs, answers, drawn } = run.questions,
    width = run.outputs.length,
    n = inputs.length / run.inputs.length,
    epoch = lastUpTo(run.epochs.start, generation);
  const cut = (bits, at) => Array.from({ length: n }, (_, r) => bits.subarray(at + r * width, at + (r + 1) * width));
  const inForce = run.goals[run.epochs.goal[epoch]],
    found = Object.entries(answers).map(([name, bits]) => [name, cut(bits, 0)]);
  const random = lastUpTo(drawn.start, run.epochs.start[epoch]);
  if (random >= 0 && drawn.start[random] === run.epochs.start[epoch])
    found.push([inForce, cut(drawn.answers, random * n * width)]);
  const others = found.filter(([name]) => name !== inForce).slice(0, most - 1);
  return found.filter((one) => one[0] === inForce || others.includes(one));
}

// Steps to stop at, by what one may walk by.
const WALKS = {
  "every step": () => true,
  "expressed changes": (run, k) => flag(run, k, "expressed"),
  "beneficial steps": (run, k) => effectOf(run, k) === "beneficial",
  "hidden steps": (run, k) => effectOf(run, k) === "hidden",
  "goal switches": (run, k) =>
    k > 0 &&
    lastUpTo(run.epochs.start, run.line.generation[k]) !== lastUpTo(run.epochs.start, run.line.generation[k - 1]),
  milestones: (run, k) => run.milestones.has(k),
};
