/* courseLive.Plot: axes, lines, points and contours in one SVG, without a dependency.

   A plot keeps what it drew: draw again under the same key and only what differs is changed. Marks
   are told apart by dash and shape beside the colour, and the legend below shows both. */
(() => {
  "use strict";
  const live = (window.courseLive = window.courseLive || {});
  const DASHES = ["", "7 4", "8 3 2 3", "2 3", "8 2 2 2 2 2", "1 2"];
  const FAR = 1e5; // pixels: what is further away is drawn here, since browsers overflow
  const TALLEST = 340;

  function make(name, attributes = {}, parent = null) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", name);
    put(element, attributes);
    if (parent) parent.append(element);
    return element;
  }

  function put(element, attributes) {
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  }

  const SUPERSCRIPTS = { "-": "⁻", 0: "⁰", 1: "¹", 2: "²", 3: "³", 4: "⁴", 5: "⁵", 6: "⁶", 7: "⁷", 8: "⁸", 9: "⁹" };
  const raised = (power) => [...String(power)].map((digit) => SUPERSCRIPTS[digit]).join("");

  const formats = new Map(); // making one takes longer than drawing a line
  function format(digits) {
    if (!formats.has(digits)) formats.set(digits, new Intl.NumberFormat("en", { maximumSignificantDigits: digits }));
    return formats.get(digits);
  }

  /* A number as a reader writes it: −0.25, 1,000 or 2.5 × 10⁻⁷, of so many significant digits. */
  function number(value, digits = 3) {
    if (Number.isNaN(value)) return "undefined";
    if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
    const rounded = Number(value.toPrecision(digits));
    const size = Math.abs(rounded);
    if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
      const [front, power] = rounded.toExponential().split("e");
      return `${front.replace("-", "−")} × 10${raised(Number(power))}`;
    }
    return format(digits).format(rounded).replace("-", "−");
  }

  /* From data to pixels along one axis, straight or logarithmic, and back. */
  class Scale {
    constructor([low, high], [from, to], log) {
      this.forth = log ? (value) => Math.log10(Math.max(value, 1e-300)) : (value) => value;
      this.undo = log ? (value) => 10 ** value : (value) => value;
      this.log = log;
      this.low = this.forth(low);
      this.from = from;
      this.factor = (to - from) / (this.forth(high) - this.low);
      this.ends = [low, high];
    }

    at(value) {
      const place = this.from + (this.forth(value) - this.low) * this.factor;
      return Math.round(Math.max(-FAR, Math.min(FAR, place)) * 10) / 10;
    }

    back(place) {
      return this.undo((place - this.from) / this.factor + this.low);
    }

    ticks(count) {
      return this.log ? decades(...this.ends, count) : rounds(...this.ends, count);
    }
  }

  function rounds(low, high, count) {
    const rough = (high - low) / count;
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = power * [1, 2, 5, 10].find((m) => m * power >= rough * 0.999);
    const ticks = [];
    for (let i = Math.ceil(low / step - 1e-9); i * step <= high + 1e-9 * step; i++) {
      ticks.push([i * step, number(i * step, 6)]);
    }
    return ticks;
  }

  function decades(low, high, count) {
    const [first, last] = [Math.ceil(Math.log10(low) - 1e-9), Math.floor(Math.log10(high) + 1e-9)];
    const every = Math.max(1, Math.ceil((last - first) / count));
    const ticks = [];
    for (let i = first; i <= last; i += every) {
      ticks.push([10 ** i, i > -4 && i < 4 ? String(10 ** i).slice(0, 6) : `10${raised(i)}`]);
    }
    return ticks;
  }

  const MARKERS = {
    dot: (x, y, r) => `M${x - r} ${y}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`,
    square: (x, y, r) => `M${x - r} ${y - r}h${2 * r}v${2 * r}h${-2 * r}z`,
    diamond: (x, y, r) => `M${x - 1.3 * r} ${y}l${1.3 * r} ${-1.3 * r} ${1.3 * r} ${1.3 * r} ${-1.3 * r} ${1.3 * r}z`,
    cross: (x, y, r) => `M${x - r} ${y - r}l${2 * r} ${2 * r}m0 ${-2 * r}l${-2 * r} ${2 * r}`,
    plus: (x, y, r) => `M${x - r} ${y}h${2 * r}m${-r} ${-r}v${2 * r}`,
  };
  MARKERS.ring = MARKERS.dot;
  MARKERS.star = (x, y, r) => MARKERS.plus(x, y, 1.4 * r) + MARKERS.cross(x, y, r);
  const HOLLOW = new Set(["ring", "cross", "plus", "star"]);

  class Plot {
    /* title: above it. x and y: {label, min, max, log, ticks: [[value, text], ...]}.
       aspect: height over width of the frame; equal: one unit is as long along x as along y. */
    constructor({ title, x, y, aspect = 0.62, equal = false, note = "" }) {
      Object.assign(this, { title, x: { ...x }, y: { ...y }, aspect, equal, note });
      this.element = document.createElement("div");
      this.element.className = "plot";
      const heading = document.createElement("p");
      heading.className = "title";
      heading.textContent = title;
      this.stage = document.createElement("div");
      this.stage.className = "stage";
      this.svg = make("svg", { role: "img" });
      this.axes = make("g", { class: "axes" }, this.svg);
      this.area = make("svg", { overflow: "hidden" }, this.svg); // cuts marks off at the frame
      this.stage.append(this.svg);
      this.legend = document.createElement("ul");
      this.legend.className = "legend";
      this.element.append(heading, this.stage, this.legend);
      this.marks = new Map();
      this.handles = new Map();
      this.width = 320;
      this.framed = "";
      this.describe("");
    }

    /* What a reader who does not see the plot is told of it. */
    describe(text) {
      const label = text ? `${this.title}: ${text}` : this.title;
      if (this.svg.getAttribute("aria-label") !== label) this.svg.setAttribute("aria-label", label);
    }

    /* New ends of the axes, [low, high], before anything is drawn. */
    limits(x, y) {
      if (x) [this.x.min, this.x.max] = x;
      if (y) [this.y.min, this.y.max] = y;
      this.ready = false;
    }

    begin() {
      this.ready = false;
      this.used = new Set();
      this.held = new Set();
      this.entries = [];
    }

    end() {
      this._frame();
      for (const [key, mark] of this.marks) {
        if (this.used.has(key)) continue;
        mark.remove();
        this.marks.delete(key);
      }
      for (const [key, handle] of this.handles) handle.element.hidden = !this.held.has(key);
      this._legend();
    }

    /* A line through (xs[i], ys[i]); broken where a number is not finite. */
    line(key, xs, ys, { colour = 0, dash = colour, width = 2.2, steps = false, ...rest } = {}) {
      const parts = [];
      let move = "M";
      this._frame();
      for (let i = 0; i < xs.length; i++) {
        if (!Number.isFinite(xs[i]) || !Number.isFinite(ys[i])) {
          move = "M";
          continue;
        }
        const place = this.scaleX.at(xs[i]);
        if (steps && move === "L") parts.push("H", place);
        parts.push(move, place, " ", this.scaleY.at(ys[i]));
        move = "L";
      }
      const style = { "stroke-dasharray": DASHES[dash] || "", "stroke-width": width, fill: "none" };
      this._mark(key, parts.join(""), colour, style, rest);
    }

    /* A shape at each (xs[i], ys[i]): dot, ring, square, diamond, cross, plus or star. */
    points(key, xs, ys, { colour = 0, marker = "dot", size = 3.5, ...rest } = {}) {
      const parts = [];
      this._frame();
      for (let i = 0; i < xs.length; i++) {
        if (!Number.isFinite(xs[i]) || !Number.isFinite(ys[i])) continue;
        parts.push(MARKERS[marker](this.scaleX.at(xs[i]), this.scaleY.at(ys[i]), size));
      }
      const fill = HOLLOW.has(marker) ? "none" : "currentColor";
      this._mark(key, parts.join(""), colour, { fill, "stroke-width": 2 }, { ...rest, marker });
    }

    /* A small dot at each (xs[i], ys[i]), for many of them. */
    specks(key, xs, ys, { colour = 0, width = 4, ...rest } = {}) {
      const parts = [];
      this._frame();
      for (let i = 0; i < xs.length; i++) {
        parts.push("M", this.scaleX.at(xs[i]), " ", this.scaleY.at(ys[i]), "h0");
      }
      this._mark(key, parts.join(""), colour, { "stroke-width": width, "stroke-linecap": "round" }, rest);
    }

    /* An upright line from 0 (or the foot of a logarithmic axis) to each point. */
    stems(key, xs, ys, { colour = 0, width = 1.6, ...rest } = {}) {
      this._frame();
      const foot = this.scaleY.at(this.y.log ? this.y.min : 0);
      const parts = Array.from(xs, (x, i) => `M${this.scaleX.at(x)} ${foot}V${this.scaleY.at(ys[i])}`);
      this._mark(key, parts.join(""), colour, { fill: "none", "stroke-width": width }, rest);
    }

    /* What lies between ys and base (a number or as many numbers), filled. */
    band(key, xs, ys, { colour = 0, base = 0, opacity = 0.18, ...rest } = {}) {
      this._frame();
      const [h, v] = [this.scaleX, this.scaleY];
      const there = Array.from(xs, (x, i) => `${h.at(x)} ${v.at(ys[i])}`);
      const back = Array.from(xs, (x, i) => `${h.at(x)} ${v.at(base.length ? base[i] : base)}`);
      const outline = `M${[...there, ...back.reverse()].join("L")}z`;
      const style = { fill: "currentColor", "fill-opacity": opacity, stroke: "none" };
      this._mark(key, outline, colour, style, { ...rest, marker: "square" });
    }

    /* The inside of the closed line through the points (xs[i], ys[i]), filled. */
    region(key, xs, ys, { colour = 0, opacity = 0.18, ...rest } = {}) {
      this._frame();
      const corners = Array.from(xs, (x, i) => `${this.scaleX.at(x)} ${this.scaleY.at(ys[i])}`);
      const style = { fill: "currentColor", "fill-opacity": opacity, stroke: "none" };
      this._mark(key, `M${corners.join("L")}z`, colour, style, { ...rest, marker: "square" });
    }

    /* Straight pieces x1, y1, x2, y2, one after another, as contours() gives them. Those of the
       same version are drawn once. */
    segments(key, pieces, { colour = "grey", width = 1, dash = 0, version, ...rest } = {}) {
      this._frame();
      const mark = this.marks.get(key);
      const token = version === undefined ? undefined : `${version} ${this.framed}`;
      let path = null;
      if (!mark || token === undefined || mark.token !== token) {
        const parts = [];
        const [h, v] = [this.scaleX, this.scaleY];
        for (let i = 0; i < pieces.length; i += 4) {
          parts.push("M", h.at(pieces[i]), " ", v.at(pieces[i + 1]));
          parts.push("L", h.at(pieces[i + 2]), " ", v.at(pieces[i + 3]));
        }
        path = parts.join("");
      }
      const style = { fill: "none", "stroke-width": width, "stroke-dasharray": DASHES[dash] };
      this._mark(key, path, colour, style, rest);
      this.marks.get(key).token = token;
    }

    /* A straight line right across the frame: {x: value} upright, {y: value} level. */
    rule(key, { x, y }, { colour = "grey", dash = 1, width = 1.4, ...rest } = {}) {
      const [xs, ys] = x === undefined ? [[this.x.min, this.x.max], [y, y]] : [[x, x], [this.y.min, this.y.max]];
      this.line(key, xs, ys, { colour, dash, width, ...rest });
    }

    /* Words at (x, y), in the colour of text. anchor: start, middle or end. */
    text(key, x, y, words, { anchor = "start", dx = 0, dy = 0 } = {}) {
      this._frame();
      this.used.add(key);
      let mark = this.marks.get(key);
      if (!mark) this.marks.set(key, (mark = make("text", { class: "note" }, this.area)));
      const place = { x: this.scaleX.at(x) + dx, y: this.scaleY.at(y) + dy, "text-anchor": anchor };
      put(mark, place);
      if (mark.textContent !== words) mark.textContent = words;
    }

    /* A point that can be dragged, tapped, or moved by the arrow keys: moved(x, y) is called.
       axis: "x", "y" or "both". label: what it is; says(x, y): where it is, in words. */
    handle(key, x, y, { label, moved, axis = "both", step = 0.02, colour = 1, says }) {
      this._frame();
      this.held.add(key);
      let handle = this.handles.get(key);
      if (!handle) this.handles.set(key, (handle = new live.Handle(this, axis)));
      handle.update(x, y, { label, moved, step, colour, says });
    }

    /* Where an event of the pointer is, in the plot's data, no further than the axes reach. */
    data(event) {
      this._frame();
      const box = this.stage.getBoundingClientRect();
      const within = (value, { min, max }) => Math.min(Math.max(value, min), max);
      return [
        within(this.scaleX.back(event.clientX - box.left - this.left), this.x),
        within(this.scaleY.back(event.clientY - box.top - this.top), this.y),
      ];
    }

    _mark(key, path, colour, style, { label, marker, opacity = 1 }) {
      this.used.add(key);
      let mark = this.marks.get(key);
      if (!mark) this.marks.set(key, (mark = make("path", {}, this.area)));
      if (path !== null) mark.setAttribute("d", path);
      const look = JSON.stringify([colour, style, opacity]);
      if (mark.look !== look) {
        mark.look = look;
        put(mark, { class: `k${colour}`, stroke: "currentColor", opacity, ...style });
      }
      if (label) this.entries.push({ label, marker, look, colour, style, opacity });
    }

    _legend() {
      const key = JSON.stringify(this.entries);
      if (key === this.legend.key) return;
      this.legend.key = key;
      const items = this.entries.map(({ label, marker, colour, style, opacity }) => {
        const item = document.createElement("li");
        const sample = make("svg", { width: 30, height: 12, "aria-hidden": "true" });
        const path = marker ? MARKERS[marker](15, 6, 4) : "M1 6H29";
        make("path", { d: path, class: `k${colour}`, stroke: "currentColor", opacity, ...style }, sample);
        item.append(sample, label);
        return item;
      });
      this.legend.replaceChildren(...items);
      this.legend.hidden = !items.length;
    }

    /* Margins, scales and axes, afresh only where size or ends have changed. */
    _frame() {
      if (this.ready) return;
      this.ready = true;
      const { x, y, width } = this;
      const key = JSON.stringify([x, y, width, this.aspect]);
      if (key === this.framed) return;
      this.framed = key;
      const yTicks = y.ticks || new Scale([y.min, y.max], [0, 1], y.log).ticks(5);
      const longest = Math.max(...yTicks.map(([, text]) => text.length));
      const left = 30 + 7 * longest;
      let inner = Math.max(width - left - 12, 60);
      const aspect = this.equal ? (y.max - y.min) / (x.max - x.min) : this.aspect;
      if (this.equal) inner = Math.min(inner, TALLEST / aspect);
      const height = Math.min(Math.round(inner * aspect), TALLEST);
      Object.assign(this, { left, top: 8, inner, height });
      this.scaleX = new Scale([x.min, x.max], [0, inner], x.log);
      this.scaleY = new Scale([y.min, y.max], [height, 0], y.log);
      put(this.svg, { width, height: height + 54 });
      put(this.area, { x: left, y: 8, width: inner, height });
      this._axes(x.ticks || this.scaleX.ticks(inner < 260 ? 4 : 6), yTicks);
    }

    _axes(xTicks, yTicks) {
      const { left, top, inner, height } = this;
      const foot = top + height;
      this.axes.replaceChildren();
      for (const [value, text] of xTicks) {
        const place = left + this.scaleX.at(value);
        make("path", { d: `M${place} ${top}V${foot}`, class: "grid" }, this.axes);
        make("text", { x: place, y: foot + 17, "text-anchor": "middle" }, this.axes).textContent = text;
      }
      for (const [value, text] of yTicks) {
        const place = top + this.scaleY.at(value);
        make("path", { d: `M${left} ${place}h${inner}`, class: "grid" }, this.axes);
        make("text", { x: left - 6, y: place + 4, "text-anchor": "end" }, this.axes).textContent = text;
      }
      make("path", { d: `M${left} ${top}V${foot}h${inner}`, class: "frame" }, this.axes);
      const below = { x: left + inner / 2, y: foot + 38, "text-anchor": "middle" };
      make("text", below, this.axes).textContent = this.x.label;
      const turn = `translate(13 ${top + height / 2}) rotate(-90)`;
      make("text", { transform: turn, "text-anchor": "middle" }, this.axes).textContent = this.y.label;
    }
  }

  /* Where a surface has the given heights: straight pieces x1, y1, x2, y2, ... of its contours.
     heights(x, y) is a function; xs and ys are ascending. Each square of the grid is cut along
     straight lines (marching squares), a saddle by the height of its middle. */
  function contours(heights, xs, ys, levels) {
    const rows = ys.map((y) => xs.map((x) => heights(x, y)));
    const pieces = [];
    const cross = (x1, y1, z1, x2, y2, z2, level) => {
      const share = (level - z1) / (z2 - z1);
      return [x1 + share * (x2 - x1), y1 + share * (y2 - y1)];
    };
    for (let j = 0; j + 1 < ys.length; j++) {
      for (let i = 0; i + 1 < xs.length; i++) {
        const corners = [
          [xs[i], ys[j], rows[j][i]],
          [xs[i + 1], ys[j], rows[j][i + 1]],
          [xs[i + 1], ys[j + 1], rows[j + 1][i + 1]],
          [xs[i], ys[j + 1], rows[j + 1][i]],
        ];
        const [low, high] = [Math.min(...corners.map((c) => c[2])), Math.max(...corners.map((c) => c[2]))];
        for (const level of levels) {
          if (level <= low || level > high) continue;
          const cuts = [];
          for (let k = 0; k < 4; k++) {
            const [one, two] = [corners[k], corners[(k + 1) % 4]];
            if (one[2] < level !== two[2] < level) cuts.push(cross(...one, ...two, level));
          }
          const middle = corners.reduce((sum, c) => sum + c[2], 0) / 4;
          if (cuts.length === 4 && middle < level !== corners[0][2] < level) cuts.push(cuts.shift());
          for (let k = 0; k + 1 < cuts.length; k += 2) pieces.push(...cuts[k], ...cuts[k + 1]);
        }
      }
    }
    return pieces;
  }

  /* The least round number that is not below a positive value: ends of axes that seldom move. */
  function roundUp(value) {
    const power = 10 ** Math.floor(Math.log10(value));
    return power * [1, 1.25, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((m) => m * power >= value * 0.999999);
  }

  const grid = (low, high, n) => Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));

  Object.assign(live, { Plot, contours, grid, number, roundUp });
})();
