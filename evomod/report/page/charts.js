// The panels of a run, one under the other: zoom by wheel, dragging, buttons or keys; a cursor that reads them all.

function panelsOf(run, colours) {
  const { of, width } = run.curves,
    dense = (name, told, colour) => ({ name, told, colour, width, ...of[name] });
  const events = (name, told, colour, x, y, end, dash) => ({ name, told, colour, x, y, end, dash });
  const panels = [],
    fitness = ["best", "mean"].filter((name) => of[name]);
  if (fitness.length) {
    panels.push({
      title: "Fitness of the population",
      height: 150,
      goals: true,
      curves: fitness.map((name) => dense(name, `${name} fitness`, name === "best" ? "var(--best)" : "var(--mean)")),
    });
  }
  const selecting = run.scored.map((goal, k) => [goal, run.champions.benefits[k]]).filter(([, y]) => y);
  if (selecting.length > 1 && run.champions.generation.length) {
    panels.push({
      title: "Benefit of the best individual on each goal",
      height: 110,
      range: [0, 1.03],
      goals: true,
      curves: selecting.map(([goal, y], k) =>
        events(goal, `best’s benefit on ${goal}`, wanted(colours, goal), run.champions.generation, y, run.n - 1, k % 2 ? "5 2" : null),
      ),
    });
  }
  if (run.line) {
    const line = (name, y, colour) => events(name, `${name} of the line`, colour, run.line.generation, y, run.line.last);
    panels.push({
      title: "Modularity Q along the line of descent",
      height: 84,
      curves: [line("Q", run.line.stepQ, "var(--ink)")],
    });
    panels.push({
      title: `${run.called.part[0].toUpperCase()}${run.called.part.slice(1)}s along the line of descent`,
      height: 70,
      zero: true,
      curves: [line(`${run.called.part}s`, run.line.parts, "var(--ink)")],
    });
  }
  if (of["effective size"]) {
    panels.push({
      title: "Variance effective size of one generation",
      height: 70,
      zero: true,
      curves: [dense("effective size", "variance effective size", "var(--ink)")],
    });
  }
  return panels;
}

class Charts {
  constructor(run, colours, chosen) {
    Object.assign(this, { run, colours, chosen, from: 0, to: Math.max(run.n - 1, 1), at: null, cursor: null });
    this.panels = panelsOf(run, colours);
    this.area = element("div", {
      class: "charts",
      tabindex: "0",
      role: "group",
      "aria-label":
        "Curves over generations. Arrow keys read values, plus and minus zoom, 0 shows all, Enter goes there on the line.",
    });
    this.readout = element("output", { class: "readout", "aria-live": "polite" });
    const button = (text, label, act) =>
      element("button", { type: "button", "aria-label": label, title: label, onclick: act }, text);
    this.bar = element(
      "div",
      { class: "bar" },
      button("+", "Zoom in", () => this.zoom(0.5)),
      button("−", "Zoom out", () => this.zoom(2)),
      button("‹", "Earlier generations", () => this.pan(-0.5)),
      button("›", "Later generations", () => this.pan(0.5)),
      button("All", "Show all generations", () => this.show(0, this.run.n - 1)),
    );
    this.node = element("div", { class: "curves" }, this.bar, this.area, this.readout);
    this.listen();
    new ResizeObserver(() => this.draw()).observe(this.area);
  }

  get middle() {
    return this.cursor ?? (this.from + this.to) / 2;
  }

  show(from, to) {
    const end = Math.max(this.run.n - 1, 1),
      span = Math.min(end, Math.max(10, Math.round(to - from)));
    this.from = Math.max(0, Math.min(end - span, Math.round(from)));
    this.to = this.from + span;
    this.draw();
  }

  zoom(factor, around = this.middle) {
    this.show(around - (around - this.from) * factor, around + (this.to - around) * factor);
  }

  pan(share) {
    const by = (this.to - this.from) * share;
    this.show(this.from + by, this.to + by);
  }

  generationAt(event) {
    const box = this.area.getBoundingClientRect(),
      share = (event.clientX - box.left - LEFT) / (this.view.width - LEFT - RIGHT);
    return Math.max(0, Math.min(this.run.n - 1, Math.floor(this.from + share * (this.to - this.from + 1))));
  }

  listen() {
    let begun = null;
    const area = this.area;
    area.addEventListener("pointerdown", (event) => {
      begun = { x: event.clientX, at: this.generationAt(event) };
    });
    area.addEventListener("pointermove", (event) => {
      this.read(this.generationAt(event), false);
      if (begun && Math.abs(event.clientX - begun.x) > 4) this.mark(begun.at, this.cursor);
    });
    area.addEventListener("pointerup", (event) => {
      const end = this.generationAt(event);
      if (begun && Math.abs(event.clientX - begun.x) > 4) this.show(Math.min(begun.at, end), Math.max(begun.at, end));
      else if (begun) this.chosen(end);
      begun = null;
    });
    area.addEventListener("pointerleave", () => {
      begun = null;
    });
    area.addEventListener("dblclick", () => this.show(0, this.run.n - 1));
    // The wheel scrolls the page, unless the curves were asked to listen.
    area.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && document.activeElement !== area) return;
        event.preventDefault();
        this.zoom(event.deltaY > 0 ? 1.25 : 0.8, this.generationAt(event));
      },
      { passive: false },
    );
    area.addEventListener("keydown", (event) => this.key(event));
  }

  key(event) {
    const step = Math.max(1, Math.round((this.to - this.from) / 100));
    const acts = {
      ArrowLeft: () => this.read(this.middle - step),
      ArrowRight: () => this.read(this.middle + step),
      Home: () => this.read(this.from),
      End: () => this.read(this.to),
      "+": () => this.zoom(0.5),
      "=": () => this.zoom(0.5),
      "-": () => this.zoom(2),
      0: () => this.show(0, this.run.n - 1),
      Enter: () => this.chosen(this.cursor ?? this.to),
    };
    if (!acts[event.key] || event.ctrlKey || event.metaKey) return;
    acts[event.key]();
    event.preventDefault();
  }

  // What all curves are at a generation; spoken where a key asked for it.
  read(generation, spoken = true) {
    this.cursor = Math.max(0, Math.min(this.run.n - 1, Math.round(generation)));
    if (this.cursor < this.from || this.cursor > this.to)
      this.show(this.cursor - (this.to - this.from) / 2, this.cursor + (this.to - this.from) / 2);
    const goal = this.run.goals[this.run.epochs.goal[lastUpTo(this.run.epochs.start, this.cursor)]];
    const values = this.panels.flatMap((panel) =>
      panel.curves.map((curve) => [curve.told, valueAt(curve, this.cursor)]),
    );
    const texts = values.map(([name, value]) => `${name} ${decimal(value, Math.abs(value) >= 100 ? 0 : 4)}`);
    this.readout.setAttribute("aria-live", spoken ? "polite" : "off");
    this.readout.textContent = [`generation ${whole(this.cursor)}`, `under ${goal}`, ...texts].join(" · ");
    this.place();
  }

  goTo(generation) {
    this.at = generation;
    if (generation < this.from || generation > this.to)
      this.show(generation - (this.to - this.from) / 2, generation + (this.to - this.from) / 2);
    else this.place();
  }

  draw() {
    const width = Math.max(220, Math.floor(this.area.clientWidth));
    this.view = { from: this.from, to: this.to, width };
    const parts = this.panels.map((panel) =>
      element(
        "figure",
        {},
        element("figcaption", {}, panel.title, ...(panel.curves.length > 1 ? panel.curves.map(legend) : [])),
        drawPanel(panel, this.view, this.run, this.colours),
      ),
    );
    this.here = element("div", { class: "here", hidden: true });
    this.reader = element("div", { class: "reader", hidden: true });
    this.selection = element("div", { class: "selection", hidden: true });
    const signs = LANES.map((name) => element("span", { class: "key" }, `${EFFECT_SIGNS[name]} ${name}`));
    const strip = element(
      "figure",
      {},
      this.run.line ? element("figcaption", {}, "Steps of the line", ...signs) : null,
      drawStrip(this.view, this.run),
    );
    this.area.replaceChildren(...parts, strip, this.here, this.reader, this.selection);
    this.place();
  }

  mark(a, b) {
    const left = this.x(Math.min(a, b)),
      right = this.x(Math.max(a, b));
    this.selection.hidden = false;
    this.selection.style.cssText = `left:${left}px;width:${right - left}px`;
  }

  x(generation) {
    return LEFT + ((generation + 0.5 - this.from) / (this.to - this.from + 1)) * (this.view.width - LEFT - RIGHT);
  }

  place() {
    for (const [line, at] of [
      [this.here, this.at],
      [this.reader, this.cursor],
    ]) {
      if (!line) return;
      line.hidden = at === null || at < this.from || at > this.to;
      if (!line.hidden) line.style.left = `${this.x(at)}px`;
    }
  }
}

function legend(curve) {
  return element(
    "span",
    { class: "key" },
    element(
      "svg",
      { width: 18, height: 8, "aria-hidden": "true" },
      element("line", {
        x1: 0,
        x2: 18,
        y1: 4,
        y2: 4,
        style: `stroke:${curve.colour};stroke-width:2.5;stroke-dasharray:${curve.dash || "none"}`,
      }),
    ),
    curve.name,
  );
}
