// The truth table of a step against the goals, and its numbers under each of them.

const swatch = (colours, goal) =>
  element("span", { class: "swatch", style: `background:${wanted(colours, goal)}`, "aria-hidden": "true" });

function truthTable(run, colours, k, { outputs, rows, answers }) {
  const inForce = run.goals[run.line.goal[k]];
  if (!answers.length) {
    return element(
      "p",
      {},
      run.neutral.includes(inForce)
        ? "Nothing is asked in this epoch."
        : "This goal asks for a network, not for answers.",
    );
  }
  const several = run.outputs.length > 1,
    heads = answers.map(([goal]) =>
      element(
        "th",
        { scope: "colgroup", colspan: run.outputs.length, class: goal === inForce ? "goal now" : "goal" },
        swatch(colours, goal),
        shortened(goal, 9),
      ),
    );
  const names = [...run.inputs, ...run.outputs].map((name, i) =>
    element(
      "th",
      { scope: "col", rowspan: several ? 2 : null, class: i === run.inputs.length ? "first" : null },
      shortened(name, 6),
    ),
  );
  const right = answers.map(() => 0);
  const lines = rows.map((row, r) =>
    element(
      "tr",
      {},
      ...[...row].map((bit) => element("td", {}, String(bit))),
      ...outputs[r].map((count, o) =>
        element(
          "td",
          { class: o ? "out" : "out first" },
          count % N_STATES ? decimal(count / N_STATES, 2) : String(count / N_STATES),
        ),
      ),
      ...answers.flatMap(([, answer], a) =>
        [...answer[r]].map((bit, o) => {
          const good = outputs[r][o] === bit * N_STATES;
          right[a] += good;
          return element(
            "td",
            { class: `${good ? "right" : "wrong"}${o ? "" : " first"}` },
            `${bit} `,
            element("span", {}, good ? "✓" : "✗"),
          );
        }),
      ),
    ),
  );
  const foot = element(
    "tr",
    {},
    element("th", { scope: "row", colspan: run.inputs.length + run.outputs.length }, "right"),
    ...right.map((n) =>
      element("td", { colspan: run.outputs.length, class: "first" }, `${n} of ${rows.length * run.outputs.length}`),
    ),
  );
  return element(
    "table",
    {},
    element(
      "caption",
      {},
      rows.length < run.questions.n
        ? `Truth table: the first ${rows.length} of ${whole(run.questions.n)} rows`
        : "Truth table",
    ),
    element(
      "thead",
      {},
      element("tr", {}, ...names, ...heads),
      several
        ? element(
            "tr",
            {},
            ...answers.flatMap(() => run.outputs.map((name) => element("th", { scope: "col" }, shortened(name, 5)))),
          )
        : null,
    ),
    element("tbody", {}, ...lines),
    element("tfoot", {}, foot),
  );
}

function numbersOf(run, colours, k) {
  const { line } = run,
    inForce = run.goals[line.goal[k]],
    cell = (value) => element("td", {}, decimal(value)),
    before = Math.max(0, k - 1);
  const difference = (now, then) =>
    k && Number.isFinite(now - then) && Math.abs(now - then) > 1e-6
      ? `${now > then ? "▲ +" : "▼ −"}${decimal(Math.abs(now - then))}`
      : "=";
  const goals = run.scored.includes(inForce)
    ? []
    : [
        element(
          "tr",
          { class: "now" },
          element("th", { scope: "row" }, swatch(colours, inForce), shortened(inForce, 16)),
          cell(line.benefit[k]),
          cell(line.fitness[k]),
          element("td", {}, ""),
        ),
      ];
  run.scored.forEach((goal, g) =>
    goals.push(
      element(
        "tr",
        { class: goal === inForce ? "now" : null },
        element("th", { scope: "row", title: goal }, swatch(colours, goal), shortened(goal, 16)),
        cell(line.benefits[g][k]),
        cell(line.fitnesses[g][k]),
        element("td", {}, difference(line.fitnesses[g][k], line.fitnesses[g][before])),
      ),
    ),
  );
  const facts = [
    ["Q", decimal(line.stepQ[k], 3)],
    [`${run.called.part}s`, line.parts[k]],
    ["connections", line.connections[k]],
    ["settles", flag(run, k, "settled") ? "yes" : "no"],
  ];
  return [
    element(
      "dl",
      { class: "facts" },
      ...facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, String(value)))),
    ),
    element(
      "table",
      {},
      element("caption", {}, "Under each goal (bold: in force)"),
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...["goal", "benefit", "fitness", "this step"].map((text) => element("th", { scope: "col" }, text)),
        ),
      ),
      element("tbody", {}, ...goals),
    ),
  ];
}
