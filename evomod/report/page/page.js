// Begins when the page is there: unpacks the numbers, and builds curves and line of each run.

async function begin() {
  const buffer = await unpack(document.getElementById("arrays").textContent),
    colours = new Map();
  const runs = withArrays(JSON.parse(document.getElementById("runs").textContent), buffer);
  for (const run of runs) for (const goal of run.goals) wanted(colours, goal); // one colour for a goal, in all runs
  window.evomod = { runs, shown: [] };
  runs.forEach((run, r) => {
    const place = document.getElementById(`run-${r}`);
    if (run.line) {
      makeGenomes(run);
      run.milestones = new Map(run.line.milestones);
    }
    const charts = new Charts(
      run,
      colours,
      (generation) => walk && walk.goToGeneration(Math.min(generation, run.line.last)),
    );
    place.querySelector(".curves-here").replaceWith(charts.node);
    const walk = run.line ? new Walk(run, colours, (generation) => charts.goTo(generation)) : null;
    place.querySelector(".walk-here").replaceWith(walk ? walk.node : withoutLine(run));
    if (walk) walk.show();
    window.evomod.shown.push({ run, charts, walk });
  });
  shareRanges(window.evomod.shown.map(({ charts }) => charts.panels));
}

function withoutLine(run) {
  const told = element("p", { class: "told" });
  const picture = element("div", { class: "picture" }, stillPicture(run, told));
  return element(
    "div",
    { class: "walk" },
    element("h3", {}, "The individual"),
    element("p", { class: "note" }, run.why_no_line),
    picture,
    told,
  );
}

// What a test asks, beside `stillPicture`: in how many of the 20 states each output is 1, row by row, at a step of the line.
function outputCounts(run, k) {
  const circuit = develop(run, genomeOf(run, k));
  return countStates(circuit, rowsOf(run)).map((row) => circuit.outputs.map((node) => row[node]));
}

function printing(open) {
  document.querySelectorAll("details").forEach((part) => {
    if (open) part.dataset.open = part.open;
    part.open = open || part.dataset.open === "true";
  });
}

addEventListener("beforeprint", () => printing(true));
addEventListener("afterprint", () => printing(false));
begin().then(
  () => {
    Object.assign(window.evomod, { outputCounts, changesOf, stillPicture });
    document.documentElement.dataset.ready = "true";
  },
  (error) => {
    document.querySelectorAll(".curves-here, .walk-here").forEach((part) => {
      part.textContent = `This browser cannot show the curves (${error.message}); a newer one can.`;
    });
  },
);
