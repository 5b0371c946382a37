// The slider along the line of descent: circuit, truth table, fitness under each goal, and the mutation of the step.

class Walk {
  constructor(run, colours, moved) {
    Object.assign(this, { run, colours, moved, k: run.line.n - 1, timer: null });
    this.slider = element("input", {
      type: "range",
      min: 0,
      max: run.line.n - 1,
      step: 1,
      value: this.k,
      "aria-label": `Step on the line of descent of ${run.name}`,
      oninput: () => this.go(Number(this.slider.value)),
      onkeydown: (event) => this.key(event),
    });
    const kinds = Object.keys(WALKS).filter((kind) => this.stops(kind).length > 1 || kind === "every step");
    this.by = element(
      "select",
      { "aria-label": "Walk by" },
      ...kinds.map((kind) => element("option", { value: kind }, `${kind} (${whole(this.stops(kind).length)})`)),
    );
    const button = (text, label, act) =>
      element("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);
    this.play = button("Play", "Play", () => this.toggle());
    this.controls = element(
      "div",
      { class: "bar" },
      button("«", "First", () => this.go(0)),
      button("‹", "Previous", () => this.jump(-1)),
      this.play,
      button("›", "Next", () => this.jump(1)),
      button("»", "Last", () => this.go(run.line.n - 1)),
      element("label", {}, "by ", this.by),
    );
    this.step = element("output", { class: "step", "aria-live": "polite" });
    this.change = element("div", { class: "change" });
    this.picture = element("div", { class: "picture" });
    this.told = element("p", { class: "told" });
    this.numbers = element("div", { class: "numbers" });
    this.table = element("div", {
      class: "truth",
      role: "region",
      "aria-label": "Truth table",
      tabindex: "0",
      hidden: !run.encoding,
    });
    new ResizeObserver(() => this.fit()).observe(this.picture);
    this.node = element(
      "div",
      { class: "walk" },
      element("h3", {}, "Line of descent"),
      element("div", { class: "steering" }, this.slider, this.controls),
      this.step,
      this.change,
      this.picture,
      this.told,
      element("div", { class: "tables" }, this.table, this.numbers),
    );
  }

  stops(kind) {
    return Array.from({ length: this.run.line.n }, (_, k) => k).filter((k) => WALKS[kind](this.run, k));
  }

  go(k) {
    this.k = Math.max(0, Math.min(this.run.line.n - 1, k));
    this.slider.value = this.k;
    this.show();
  }

  jump(way) {
    const stops = this.stops(this.by.value),
      next = way > 0 ? stops.find((k) => k > this.k) : stops.reverse().find((k) => k < this.k);
    if (next !== undefined) this.go(next);
    return next !== undefined;
  }

  // Arrow keys on the slider go where the buttons go: to the next step of the kind that is walked by.
  key(event) {
    const way = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1 }[event.key];
    if (!way || event.ctrlKey || event.metaKey || event.altKey) return;
    this.jump(way);
    event.preventDefault();
  }

  toggle() {
    clearInterval(this.timer);
    const begin = this.timer === null;
    this.timer = begin
      ? setInterval(
          () => this.jump(1) || this.toggle(),
          matchMedia("(prefers-reduced-motion: reduce)").matches ? 2000 : 400,
        )
      : null;
    this.play.textContent = begin ? "Pause" : "Play";
    this.play.setAttribute("aria-label", begin ? "Pause" : "Play");
    this.step.setAttribute("aria-live", begin ? "off" : "polite");
    if (begin && this.k === this.run.line.n - 1) this.go(0);
  }

  goToGeneration(generation) {
    this.go(lastUpTo(this.run.line.generation, generation));
  }

  show() {
    const { run, k } = this,
      { line } = run,
      effect = effectOf(run, k),
      generation = line.generation[k];
    const until = k + 1 < line.n ? line.generation[k + 1] - 1 : line.last,
      goal = run.goals[line.goal[k]];
    this.slider.setAttribute("aria-valuetext", `step ${k + 1} of ${line.n}, generation ${generation}`);
    this.step.replaceChildren(
      element("strong", {}, `generation ${whole(generation)}`),
      until > generation ? ` to ${whole(until)}` : "",
      ` · step ${whole(k + 1)} of ${whole(line.n)} · under `,
      swatch(this.colours, goal),
      goal,
    );
    const mention =
      k === 0 ? null : element("span", { class: `effect ${effect}` }, `${EFFECT_SIGNS[effect]} ${effect}`);
    // Crossover may change much at once: what can be seen comes first.
    const silent = (text) => text.startsWith("silent: ");
    const words = changesOf(run, k).sort((a, b) => silent(a) - silent(b));
    const shown = words.slice(0, 4).join("; ") + (words.length > 4 ? ` and ${words.length - 4} more` : "");
    const milestones = run.milestones.get(k) || [];
    this.change.replaceChildren(
      element("p", {}, mention, mention ? " " : "", shown, flag(run, k, "crossed") ? " · by crossover" : ""),
      element(
        "p",
        { class: "why" },
        [effect === "hidden" ? this.hiddenFrom() : "", ...milestones].filter(Boolean).join(" · "),
      ),
    );
    if (run.encoding) this.showCircuit();
    else
      this.picture.replaceChildren(
        element("p", {}, `The page can draw circuits step by step; of this genotype here is the last ${run.called.network}.`),
        (this.last ??= stillPicture(run, this.told)),
      );
    this.numbers.replaceChildren(...numbersOf(run, this.colours, k));
    this.moved(generation);
  }

  // Says where a circuit is too wide to be read at once.
  fit() {
    this.picture.classList.toggle("wide", this.picture.scrollWidth > this.picture.clientWidth + 1);
  }

  hiddenFrom() {
    const words = ["deleterious", "", "beneficial"],
      { effects } = this.run.line;
    const others = this.run.scored.map((goal, g) => [goal, effects[g][this.k]]).filter(([, sign]) => sign);
    return others.length
      ? `would have been ${others.map(([goal, sign]) => `${words[sign + 1]} under ${goal}`).join(", ")}`
      : "";
  }

  showCircuit() {
    const { run, k } = this,
      circuit = develop(run, genomeOf(run, k)),
      network = networkOf(run, circuit);
    const before = k ? networkOf(run, develop(run, genomeOf(run, k - 1))) : network,
      fresh = freshness(before, network);
    const rows = rowsOf(run),
      states = countStates(circuit, rows),
      answers = answersAt(run, run.line.generation[k]);
    const modules = modulesOf(run, k, network),
      n_modules = new Set(modules.filter((m) => m >= 0 && m < 255)).size;
    const outputs = states.map((row) => circuit.outputs.map((node) => row[node]));
    const rest = `${n_modules} module${n_modules === 1 ? "" : "s"}: letters and colours. Point at a node, or walk with the arrow keys, to see what it computes.`;
    const told = (i) => {
      const node = i === null ? null : network.nodes[i];
      if (!node) return void (this.told.textContent = rest);
      const sources = network.edges.filter(([, target]) => target === i).map(([source]) => network.nodes[source].name);
      const written =
        node.role === "gate"
          ? `${node.name} = ${node.label}(${sources.join(", ")})`
          : node.role === "output"
            ? `${node.label} = ${sources[0]}`
            : `input ${node.label}`;
      this.told.textContent = `${written}${
        node.role === "input"
          ? ""
          : `: ${describeTable(
              run,
              states.map((row) => row[node.node]),
              rows,
              answers,
            )}`
      }`;
    };
    told(null);
    const drawing = drawNetwork(network, {
      modules,
      fresh,
      told,
      title: `Circuit of step ${k + 1}: ${run.line.parts[k]} gates. Arrow keys walk over its nodes.`,
    });
    const back = drawing.querySelector(".back"),
      keys = [
        back ? ["wire back", "feedback"] : null,
        drawing.querySelector(".fresh") ? ["wire fresh", "new in this step"] : null,
      ];
    this.picture.replaceChildren(drawing);
    this.picture.append(
      element(
        "p",
        { class: "keys" },
        element("span", { class: "key hint" }, "← scroll sideways for the rest →"),
        ...keys
          .filter(Boolean)
          .map(([kind, text]) =>
            element(
              "span",
              { class: "key" },
              element(
                "svg",
                { width: 26, height: 8, "aria-hidden": "true" },
                element("g", { class: kind }, element("path", { class: "line", d: "M0 4H26" })),
              ),
              text,
            ),
          ),
      ),
    );
    this.fit();
    this.table.replaceChildren(truthTable(run, this.colours, k, { outputs, rows, answers }));
  }
}

// Which wires and gates were not there in the step before.
function freshness(before, now) {
  const wire =
    (network) =>
    ([source, target]) =>
      `${network.nodes[source].id}>${network.nodes[target].id}`;
  const count = new Map(),
    ids = new Map(before.nodes.map((node) => [node.id, node.label]));
  for (const edge of before.edges) count.set(wire(before)(edge), (count.get(wire(before)(edge)) || 0) + 1);
  const found = now.edges.map((edge) => {
    const left = count.get(wire(now)(edge)) || 0;
    count.set(wire(now)(edge), left - 1);
    return left <= 0;
  });
  return { edge: (e) => found[e], node: (i) => ids.get(now.nodes[i].id) !== now.nodes[i].label };
}

// A network without a line, or one that the page cannot develop.
function stillPicture(run, told) {
  const { nodes, edges, weights } = run.network,
    modules = [...run.network_q.modules, ...nodes.map(() => -1)],
    old = { edge: () => false, node: () => false };
  const weighed = (e) => (weighty(weights) && nodes[edges[e][1]].role !== "output" ? ` × ${decimal(weights[e], 3)}` : "");
  const say = (i) => {
    told.textContent =
      i === null
        ? weighty(weights)
          ? "Widths are sizes of weights; dotted: below 0."
          : ""
        : `${nodes[i].name}: ${nodes[i].label}, reads ${
            edges
              .map(([s, t], e) => (t === i ? nodes[s].name + weighed(e) : ""))
              .filter(Boolean)
              .join(", ") || "nothing"
          }`;
  };
  const ordered = { nodes: nodes.map((node, i) => ({ ...node, id: String(i) })), edges, weights };
  return drawNetwork(ordered, { modules, fresh: old, told: say, title: "The network" });
}
