// The line of descent: genomes made again from what each step changed, and what there is to say of a step.

const FLAGS = { hidden: 1, expressed: 2, crossed: 4, settled: 8 };
const EFFECT_SIGNS = { beneficial: "▲", neutral: "●", deleterious: "▼", hidden: "◆" };

const flag = (run, k, name) => (run.line.flags[k] & FLAGS[name]) !== 0;
const effectOf = (run, k) => (flag(run, k, "hidden") ? "hidden" : run.line.effects_words[run.line.effect[k] + 1]);

function makeGenomes(run) {
  const line = run.line, n_loci = line.first_genome.length;
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

const genomeOf = (run, k) => run.line.genomes.subarray(k * run.line.first_genome.length, (k + 1) * run.line.first_genome.length);

function modulesOf(run, k, network) {
  const { modules, n_nodes, graph } = run.line;
  return network.nodes.map((node) => (node.role === "output" ? -1 : modules[graph[k] * n_nodes + node.node]));
}

// The mutation of a step in words, a sentence for each locus.
function changesOf(run, k) {
  if (k === 0) return ["where the line begins"];
  const { loci, firstChange } = run.line, before = genomeOf(run, k - 1), after = genomeOf(run, k), told = [];
  for (let i = firstChange[k]; i < firstChange[k + 1]; i++) told.push(changeOf(run, loci[i], before, after));
  return told;
}

function changeOf(run, locus, before, after) {
  if (!run.encoding) return `locus ${locus}: ${before[locus]} → ${after[locus]}`;
  const { n_inputs, n_gates, stride, kinds } = run.encoding, gate = Math.floor(locus / stride), column = locus % stride;
  const node = (value) => (value < n_inputs ? run.inputs[value] : `g${value - n_inputs}`);
  if (locus >= n_gates * stride) return `${run.outputs[locus - n_gates * stride]} reads ${node(after[locus])} instead of ${node(before[locus])}`;
  if (column === 2) return `g${gate} becomes ${kinds[after[locus]].toUpperCase()}, was ${kinds[before[locus]].toUpperCase()}`;
  return `g${gate} reads ${node(after[locus])} instead of ${node(before[locus])}`;
}

// The cases of a run as rows of bits, as many as are shown.
function rowsOf(run, most = 256) {
  const { n, inputs } = run.questions, width = run.inputs.length;
  return Array.from({ length: Math.min(n, most) }, (_, r) => inputs.subarray(r * width, (r + 1) * width));
}

// Right answers in the epoch of a generation: of the goal in force first, each as [name, rows of bits].
function answersAt(run, generation, most = 4) {
  const { n, answers, drawn } = run.questions, width = run.outputs.length, epoch = lastUpTo(run.epochs.start, generation);
  const cut = (bits, at) => Array.from({ length: n }, (_, r) => bits.subarray(at + r * width, at + (r + 1) * width));
  const inForce = run.goals[run.epochs.goal[epoch]], found = Object.entries(answers).map(([name, bits]) => [name, cut(bits, 0)]);
  const random = lastUpTo(drawn.start, run.epochs.start[epoch]);
  if (random >= 0 && drawn.start[random] === run.epochs.start[epoch]) found.push([inForce, cut(drawn.answers, random * n * width)]);
  found.sort((a, b) => (b[0] === inForce) - (a[0] === inForce));
  return found.slice(0, most);
}

// Steps to stop at, by what one may walk by.
const WALKS = {
  "every step": () => true,
  "expressed changes": (run, k) => flag(run, k, "expressed"),
  "beneficial steps": (run, k) => effectOf(run, k) === "beneficial",
  "hidden steps": (run, k) => effectOf(run, k) === "hidden",
  "goal switches": (run, k) => k > 0 && lastUpTo(run.epochs.start, run.line.generation[k]) !== lastUpTo(run.epochs.start, run.line.generation[k - 1]),
  milestones: (run, k) => run.milestones.has(k),
};

// The first step of the line that is perfect on a goal, each new height of benefit, and where a goal was solved.
function milestonesOf(run) {
  const found = new Map(), add = (k, text) => found.set(k, [...(found.get(k) || []), text]), line = run.line;
  run.scored.forEach((goal, g) => {
    let best = -1;
    for (let k = 0; k < line.n; k++) {
      const benefit = line.benefits[g][k];
      if (benefit <= best) continue;
      best = benefit;
      if (k) add(k, benefit === 1 ? `first of the line to be perfect on ${goal}` : `best of the line so far on ${goal}`);
    }
  });
  for (const event of run.events) {
    const k = event.kind === "solved" ? lastUpTo(line.generation, event.generation) : -1;
    if (k >= 0) add(k, `${event.text} in generation ${whole(event.generation)}`);
  }
  add(0, "where the line begins");
  add(line.n - 1, "where it ends");
  return found;
}
