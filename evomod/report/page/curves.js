// Curves over generations: one range for all panels of a run, thinned to what the pixels can show.

const LEFT = 46,
  RIGHT = 10,
  LANES = ["beneficial", "hidden", "deleterious"];

// Per pixel column: lowest, mean and highest of a curve between two generations.
function columnsOf(curve, from, to, width) {
  const n = Math.max(1, Math.min(width, Math.ceil(to - from + 1)));
  const low = new Float64Array(n).fill(Infinity),
    high = new Float64Array(n).fill(-Infinity),
    sum = new Float64Array(n),
    weight = new Float64Array(n);
  const add = (value, a, b, lo = value, hi = value) => {
    // a value that holds from a to before b
    if (!Number.isFinite(value)) return;
    const first = Math.max(0, Math.floor(((a - from) / (to - from + 1)) * n)),
      last = Math.min(n - 1, Math.ceil(((b - from) / (to - from + 1)) * n) - 1);
    for (let c = first; c <= last; c++) {
      low[c] = Math.min(low[c], lo);
      high[c] = Math.max(high[c], hi);
      const start = from + (c / n) * (to - from + 1),
        end = from + ((c + 1) / n) * (to - from + 1),
        part = Math.min(b, end) - Math.max(a, start);
      sum[c] += value * Math.max(part, 1e-9);
      weight[c] += Math.max(part, 1e-9);
    }
  };
  if (curve.x) {
    for (let i = Math.max(0, lastUpTo(curve.x, from)); i < curve.x.length && curve.x[i] <= to; i++) {
      add(curve.y[i], curve.x[i], i + 1 < curve.x.length ? curve.x[i + 1] : curve.end + 1);
    }
  } else {
    const last = Math.min(curve.mean.length - 1, Math.floor(to / curve.width));
    for (let i = Math.max(0, Math.floor(from / curve.width)); i <= last; i++) {
      add(
        curve.mean[i],
        i * curve.width,
        (i + 1) * curve.width,
        (curve.low || curve.mean)[i],
        (curve.high || curve.mean)[i],
      );
    }
  }
  return { n, low, high, mean: sum.map((value, c) => (weight[c] ? value / weight[c] : NaN)) };
}

function valueAt(curve, generation) {
  if (!curve.x) return curve.mean[Math.floor(generation / curve.width)];
  const i = lastUpTo(curve.x, generation);
  return i < 0 || generation > curve.end ? NaN : curve.y[i];
}

// A path through the means, level where a column is wide, and one round lowest and highest.
function pathsOf({ n, low, high, mean }, x, y) {
  let line = "",
    band = "",
    open = false;
  const flush = (from, to) => {
    let up = "",
      down = "";
    for (let c = from; c < to; c++) {
      up += `${up ? "L" : "M"}${px(x(c))} ${px(y(high[c]))}L${px(x(c + 1))} ${px(y(high[c]))}`;
      down = `L${px(x(c + 1))} ${px(y(low[c]))}L${px(x(c))} ${px(y(low[c]))}${down}`;
    }
    band += `${up}${down}Z`;
  };
  let begun = 0;
  for (let c = 0; c <= n; c++) {
    if (c < n && Number.isFinite(mean[c])) {
      if (!open) begun = c;
      line += `${open ? "L" : "M"}${px(x(c))} ${px(y(mean[c]))}L${px(x(c + 1))} ${px(y(mean[c]))}`;
      open = true;
    } else if (open) {
      flush(begun, c);
      open = false;
    }
  }
  return { line, band };
}

function ticks(low, high, most) {
  const raw = (high - low) / most,
    size = 10 ** Math.floor(Math.log10(raw || 1));
  const step = [1, 2, 5, 10].map((k) => k * size).find((s) => s >= raw) || 10 * size,
    found = [];
  for (let at = Math.ceil(low / step - 1e-9) * step; at <= high + step * 1e-9; at += step)
    found.push(Number(at.toPrecision(12)));
  return found;
}

function bounds(panel) {
  if (panel.range) return panel.range;
  let [low, high] = [Infinity, -Infinity];
  for (const curve of panel.curves) {
    for (const value of curve.low || curve.y || curve.mean) if (value < low) low = value;
    for (const value of curve.high || curve.y || curve.mean) if (value > high) high = value;
  }
  if (!(high > low)) [low, high] = Number.isFinite(low) ? [low - 0.5, high + 0.5] : [0, 1];
  return panel.zero ? [Math.min(0, low), high * 1.05] : [low - 0.03 * (high - low), high + 0.03 * (high - low)];
}

// One range of values for the panels of all runs that show the same.
function shareRanges(panelsOfRuns) {
  const panels = panelsOfRuns.flat();
  for (const panel of panels) {
    const all = panels.filter(({ title }) => title === panel.title).map(bounds);
    panel.shared = [Math.min(...all.map(([low]) => low)), Math.max(...all.map(([, high]) => high))];
  }
}

function drawPanel(panel, view, run, colours) {
  const { from, to, width } = view,
    room = width - LEFT - RIGHT,
    [low, high] = panel.shared || bounds(panel),
    h = panel.height;
  const x = (generation) => LEFT + ((generation - from) / (to - from + 1)) * room,
    y = (value) => 6 + (1 - (value - low) / (high - low)) * (h - 12);
  const svg = element("svg", { width, height: h, viewBox: `0 0 ${width} ${h}`, class: "panel", "aria-hidden": "true" });
  if (panel.goals) svg.append(...goalBands(run, x, from, to, h, colours));
  for (const at of ticks(low, high, Math.max(2, h / 26))) {
    svg.append(
      element("line", { x1: LEFT, x2: width - RIGHT, y1: px(y(at)), y2: px(y(at)), class: "grid" }),
      element(
        "text",
        { x: LEFT - 6, y: px(y(at) + 3.5), class: "tick left" },
        at >= 10000 ? `${at / 1000}k` : String(at),
      ),
    );
  }
  for (const curve of panel.curves) {
    const columns = columnsOf(curve, from, to, Math.floor(room / 1.5)),
      wide = room / columns.n;
    const dash = columns.n > to - from ? curve.dash : null; // of narrow columns, dashes would hide the half
    const { line, band } = pathsOf(columns, (c) => LEFT + c * wide, y);
    svg.append(
      element("path", { d: band, class: "band", style: `fill:${curve.colour}` }),
      element("path", { d: line, class: "curve", style: `stroke:${curve.colour};stroke-dasharray:${dash || "none"}` }),
    );
  }
  return svg;
}

// Epochs as shades, where they are wide enough to be seen.
function goalBands(run, x, from, to, h, colours) {
  const { start, goal } = run.epochs,
    found = [];
  const first = Math.max(0, lastUpTo(start, from)),
    last = lastUpTo(start, to);
  if (start.length < 2 || (x(to) - x(from)) / (last - first + 1) < 5) return found;
  for (let k = first; k <= last; k++) {
    const a = Math.max(from, start[k]),
      b = k + 1 < start.length ? Math.min(to + 1, start[k + 1]) : to + 1;
    found.push(
      element("rect", {
        x: px(x(a)),
        width: px(x(b) - x(a)),
        y: 0,
        height: h,
        class: "epoch",
        style: `fill:${wanted(colours, run.goals[goal[k]])}`,
      }),
    );
  }
  return found;
}

// The steps of the line by their effect, the more the higher; the axis; goals solved, resumes and stops.
function drawStrip(view, run) {
  const { from, to, width } = view,
    room = width - LEFT - RIGHT,
    x = (g) => LEFT + ((g + 0.5 - from) / (to - from + 1)) * room;
  const lanes = run.line ? LANES : [],
    base = 15 * lanes.length + 4,
    h = base + 38;
  const svg = element("svg", {
    width,
    height: h,
    viewBox: `0 0 ${width} ${h}`,
    class: "panel strip",
    "aria-hidden": "true",
  });
  lanes.forEach((name, row) => {
    const bottom = 15 * (row + 1),
      counts = new Map();
    for (let k = 0; k < run.line.n; k++) {
      const g = run.line.generation[k],
        column = Math.round(x(g));
      if (g >= from && g <= to && effectOf(run, k) === name) counts.set(column, (counts.get(column) || 0) + 1);
    }
    const most = Math.max(1, ...counts.values());
    const d = [...counts].map(([column, n]) => `M${column + 0.5} ${bottom}v${px(-4 - (8 * n) / most)}`).join("");
    svg.append(
      element("text", { x: LEFT - 6, y: bottom, class: "tick left" }, EFFECT_SIGNS[name]),
      element("path", { d, class: `mark ${name}` }),
    );
  });
  svg.append(element("line", { x1: LEFT, x2: width - RIGHT, y1: base, y2: base, class: "axis" }));
  for (const g of ticks(from, to, Math.max(2, room / 90))) {
    if (g % 1) continue;
    const near = x(g) > width - 30 ? "left" : "middle";
    svg.append(
      element("line", { x1: px(x(g)), x2: px(x(g)), y1: base, y2: base + 4, class: "axis" }),
      element("text", { x: px(near === "left" ? width - 1 : x(g)), y: base + 20, class: `tick ${near}` }, whole(g)),
    );
  }
  svg.append(
    ...eventMarks(
      run.events.filter(({ generation }) => generation >= from && generation <= to),
      x,
      base,
      width,
    ),
  );
  return svg;
}

// Each event is a mark; those close together share a text.
function eventMarks(events, x, base, width) {
  const marks = events.map((event) =>
    element("path", { d: `M${px(x(event.generation))} ${base + 1}l-4 7h8z`, class: "event" }),
  );
  const groups = [];
  for (const event of events) {
    const last = groups[groups.length - 1];
    if (last && x(event.generation) - last.end < 150) last.events.push(event);
    else groups.push({ at: x(event.generation), events: [event] });
    groups[groups.length - 1].end = x(event.generation);
  }
  return [
    ...marks,
    ...groups.map(({ at, events: some }) => {
      const full = some
        .map((event) => (event.kind === "solved" ? `${event.text} ${whole(event.generation)}` : event.kind))
        .join(" · ");
      const side = at > width / 2 ? "left" : "begin";
      return element(
        "text",
        {
          x: px(side === "left" ? Math.min(at + 4, width - 1) : Math.max(at - 4, LEFT)),
          y: base + 34,
          class: `tick ${side}`,
        },
        full.length < 60 ? full : `${some.length} events`,
      );
    }),
  ];
}
