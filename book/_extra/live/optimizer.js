/* <live-optimizer>: a rule on a surface: its path, its loss, its gradient filter, and its loop. */
(() => {
  "use strict";
  const live = window.courseLive;
  const BEALE = [1.5, 2.25, 2.625];
  const wave = (u) => u * u - 10 * Math.cos(2 * Math.PI * u);
  const waveSlope = (u) => 2 * u + 20 * Math.PI * Math.sin(2 * Math.PI * u);

  /* As in course_lib.surfaces: value, gradient, domain and start; minimum is the point whose
     curvatures are shown (the saddle has none), rate one that suits SGD. */
  const SURFACES = {
    ravine: {
      name: "ravine ½(x² + 25y²)", domain: [[-2, 2], [-1, 1]], start: [-1.8, 0.6], rate: 0.05, minimum: [0, 0],
      value: (x, y) => (x * x + 25 * y * y) / 2,
      gradient: (x, y) => [x, 25 * y],
    },
    bowl: {
      name: "bowl ½(x² + y²)", domain: [[-2, 2], [-2, 2]], start: [-1.5, 1], rate: 0.3, minimum: [0, 0],
      value: (x, y) => (x * x + y * y) / 2,
      gradient: (x, y) => [x, y],
    },
    saddle: {
      name: "saddle ½(x² − y²)", domain: [[-2, 2], [-2, 2]], start: [-1.5, 0.001], rate: 0.1, minimum: [0, 0],
      value: (x, y) => (x * x - y * y) / 2,
      gradient: (x, y) => [x, -y],
    },
    rosenbrock: {
      name: "Rosenbrock's valley", domain: [[-2, 2], [-1, 3]], start: [-1.2, 1], rate: 0.001, minimum: [1, 1],
      value: (x, y) => (1 - x) ** 2 + 100 * (y - x * x) ** 2,
      gradient: (x, y) => [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)],
    },
    beale: {
      name: "Beale's plain", domain: [[-4.5, 4.5], [-4.5, 4.5]], start: [1, 1.5], rate: 0.01, minimum: [3, 0.5],
      value: (x, y) => BEALE.reduce((sum, c, i) => sum + (c - x * (1 - y ** (i + 1))) ** 2, 0),
      gradient: (x, y) => {
        const slope = [0, 0];
        BEALE.forEach((c, i) => {
          const residual = c - x * (1 - y ** (i + 1));
          slope[0] += 2 * residual * (y ** (i + 1) - 1);
          slope[1] += 2 * residual * (i + 1) * x * y ** i;
        });
        return slope;
      },
    },
    himmelblau: {
      name: "Himmelblau's four minima", domain: [[-5, 5], [-5, 5]], start: [0, 0], rate: 0.01, minimum: [3, 2],
      value: (x, y) => (x * x + y - 11) ** 2 + (x + y * y - 7) ** 2,
      gradient: (x, y) => {
        const [r, q] = [x * x + y - 11, x + y * y - 7];
        return [4 * x * r + 2 * q, 2 * r + 4 * y * q];
      },
    },
    rastrigin: {
      name: "Rastrigin's many minima", domain: [[-5.12, 5.12], [-5.12, 5.12]], start: [3.3, 2.4], rate: 0.002, minimum: [0, 0],
      value: (x, y) => 20 + wave(x) + wave(y),
      gradient: (x, y) => [waveSlope(x), waveSlope(y)],
    },
    cliff: {
      name: "cliff ½(yx¹⁰ − 1)²", domain: [[0, 1.5], [-0.5, 2]], start: [1.3, 1], rate: 0.0005, minimum: [1, 1],
      value: (x, y) => (y * x ** 10 - 1) ** 2 / 2,
      gradient: (x, y) => {
        const residual = y * x ** 10 - 1;
        return [residual * 10 * y * x ** 9, residual * x ** 10];
      },
    },
  };

  /* scipy.signal.butter(2, 2 · cutoff), the cut-off in cycles per step. */
  function butterworth(cutoff) {
    const K = Math.tan(Math.PI * cutoff);
    const scale = 1 / (1 + Math.SQRT2 * K + K * K);
    const b = K * K * scale;
    return { b: [b, 2 * b, b], a: [1, 2 * (K * K - 1) * scale, (1 - Math.SQRT2 * K + K * K) * scale] };
  }

  /* Each rule's gradient filter F as b and a, what the limit of its rate is called, and which
     settings it has. normalised: divided by √V(g²), V being ar1(beta2), compensated or not. */
  const RULES = {
    sgd: { name: "SGD (no filter)", filter: () => ({ b: [1], a: [1] }), limit: "2", uses: [] },
    momentum: { name: "momentum", filter: ({ alpha }) => ({ b: [1], a: [1, -alpha] }), limit: "2(1 + α)", uses: ["alpha"] },
    nesterov: { name: "Nesterov", filter: ({ alpha }) => ({ b: [1 + alpha, -alpha], a: [1, -alpha] }), limit: "2(1 + α)/(1 + 2α)", uses: ["alpha"] },
    average: { name: "low-pass of order 1, unit DC gain", filter: ({ alpha }) => ({ b: [1 - alpha], a: [1, -alpha] }), limit: "2(1 + α)/(1 − α)", uses: ["alpha"] },
    butterworth: { name: "low-pass of order 2, Butterworth", filter: ({ cutoff }) => butterworth(cutoff), limit: "the Butterworth loop's limit", uses: ["cutoff"] },
    rmsprop: { name: "RMSprop", filter: () => ({ b: [1], a: [1] }), uses: ["beta2"], normalised: true, compensated: false },
    adam: { name: "Adam", filter: ({ beta1 }) => ({ b: [1 - beta1], a: [1, -beta1] }), uses: ["beta1", "beta2"], normalised: true, compensated: true },
  };

  /* One coordinate of a filter's run: y[n] for x[n], its delays kept in v. */
  function advance({ b, a }, v, x) {
    let [now, y] = [x, 0];
    for (let i = 1; i < a.length; i++) now -= a[i] * v[i - 1];
    for (let i = 1; i < b.length; i++) y += b[i] * v[i - 1];
    if (a.length > 1) v.unshift(now);
    v.length = a.length - 1;
    return b[0] * now + y;
  }

  const EPSILON = 1e-8;

  /* The points θ[0], ..., θ[steps] as course_lib.optimizers.descend has them, xs and ys; they end
     where one is no longer finite. */
  function descend({ surface, rule, rate, start, steps, ...settings }) {
    const { gradient } = SURFACES[surface];
    const { filter, normalised, compensated } = RULES[rule];
    const [f, square] = [filter(settings), { b: [1 - settings.beta2], a: [1, -settings.beta2] }];
    const theta = [...start];
    const delays = [[], []].map(() => ({ g: Array(f.a.length - 1).fill(0), v: [0] }));
    const [xs, ys] = [[theta[0]], [theta[1]]];
    for (let n = 0; n < steps; n++) {
      const slopes = gradient(...theta);
      for (let i = 0; i < 2; i++) {
        let step = advance(f, delays[i].g, slopes[i]);
        if (compensated) step /= 1 - settings.beta1 ** (n + 1);
        if (normalised) {
          const v = advance(square, delays[i].v, slopes[i] * slopes[i]);
          step /= Math.sqrt(compensated ? v / (1 - settings.beta2 ** (n + 1)) : v) + EPSILON;
        }
        theta[i] -= rate * step;
      }
      if (!Number.isFinite(theta[0]) || !Number.isFinite(theta[1])) break;
      xs.push(theta[0]);
      ys.push(theta[1]);
    }
    return { xs, ys };
  }

  /* |H| at frequencies in cycles per step. */
  function magnitude({ b, a }, frequencies) {
    const size = (c, omega) => {
      let [re, im] = [0, 0];
      c.forEach((value, i) => {
        re += value * Math.cos(i * omega);
        im -= value * Math.sin(i * omega);
      });
      return Math.hypot(re, im);
    };
    return frequencies.map((nu) => size(b, 2 * Math.PI * nu) / size(a, 2 * Math.PI * nu));
  }

  /* Coefficients c2, c1, c0 of (z − 1)A(z) + kB(z) = z³ + c2 z² + c1 z + c0, for an order up to 2
     (a lower one has roots at 0 besides), each as [part without k, factor of k]. */
  function loop({ b, a }) {
    const [b0, b1 = 0, b2 = 0] = b;
    const [, a1 = 0, a2 = 0] = a;
    return [[a1 - 1, b0], [a2 - a1, b1], [-a2, b2]];
  }

  /* The k = rate · λ up to which the loop settles, as course_lib.stability has it: the least k > 0
     at which a pole is at −1, or a pair of poles on the circle (c0² − c0c2 + c1 = 1). */
  function largestStableGain(filter) {
    const [[p2, q2], [p1, q1], [p0, q0]] = loop(filter);
    const atMinusOne = (1 - p2 + p1 - p0) / (q2 - q1 + q0);
    const square = q0 * q0 - q0 * q2;
    const linear = 2 * p0 * q0 - p0 * q2 - q0 * p2 + q1;
    const plain = p0 * p0 - p0 * p2 + p1 - 1;
    return Math.min(...[atMinusOne, ...quadratic(square, linear, plain)].filter((k) => k > 1e-12 && Number.isFinite(k)));
  }

  /* The real roots of ax² + bx + c. */
  function quadratic(a, b, c) {
    if (Math.abs(a) < 1e-14 * Math.abs(b)) return b ? [-c / b] : [];
    const inside = b * b - 4 * a * c;
    if (inside < 0) return [];
    const q = -(b + (b < 0 ? -1 : 1) * Math.sqrt(inside)) / 2;
    return [q / a, c / q];
  }

  /* The poles of the loop, [real, imaginary] each, as many as the filter's order and one: one
     real root of the cubic by bisection, the others from the quadratic that is left. */
  function closedLoopPoles(filter, k) {
    const order = filter.a.length - 1;
    const [c2, c1, c0] = loop(filter).map(([plain, factor]) => plain + k * factor);
    if (order === 0) return [[-c2, 0]];
    if (order === 1) return pair(c2, c1);
    const value = (z) => ((z + c2) * z + c1) * z + c0;
    const bound = 1 + Math.max(Math.abs(c2), Math.abs(c1), Math.abs(c0));
    let [low, high] = [-bound, bound];
    for (let i = 0; i < 100 && low < high; i++) {
      const middle = (low + high) / 2;
      if (value(middle) < 0) low = middle;
      else high = middle;
    }
    const root = (low + high) / 2;
    return [[root, 0], ...pair(c2 + root, c1 + root * (c2 + root))];
  }

  /* Both roots of z² + pz + q. */
  function pair(p, q) {
    const inside = p * p / 4 - q;
    if (inside < 0) return [[-p / 2, Math.sqrt(-inside)], [-p / 2, -Math.sqrt(-inside)]];
    const far = -p / 2 - (p < 0 ? -1 : 1) * Math.sqrt(inside);
    return [[far, 0], [far === 0 ? 0 : q / far, 0]];
  }

  /* The two curvatures at a surface's minimum, the larger first, from differences of its gradient. */
  function curvatures({ gradient, minimum: [x, y] }) {
    const h = 1e-4;
    const along = (dx, dy) => gradient(x + dx, y + dy).map((g, i) => (g - gradient(x - dx, y - dy)[i]) / (2 * h));
    const [[xx, xy], [, yy]] = [along(h, 0), along(0, h)];
    const [middle, apart] = [(xx + yy) / 2, Math.hypot((xx - yy) / 2, xy)];
    return [middle + apart, middle - apart].map((value) => Number(value.toPrecision(5)));
  }

  /* The filter's own poles. */
  const filterPoles = ({ a }) => (a.length === 3 ? pair(a[1], a[2]) : a.slice(1).map((c) => [-c, 0]));

  for (const surface of Object.values(SURFACES)) surface.curvatures = curvatures(surface);
  const rules = { butterworth, closedLoopPoles, descend, filterPoles, largestStableGain, magnitude };
  Object.assign(live, rules, { rules: RULES, surfaces: SURFACES });
})();

(() => {
  "use strict";
  const live = window.courseLive;
  const { surfaces: SURFACES, rules: RULES, number: say } = live;
  const FREQUENCIES = live.grid(-3, Math.log10(0.5), 121).map((power) => 10 ** power);
  const CIRCLE = live.grid(0, 2 * Math.PI, 73);
  const GRID = 101;
  const options = (named) => Object.entries(named).map(([key, { name }]) => [key, name]);

  /* Heights of the contours: closer together near the lowest, where paths end. */
  function levels(surface, key) {
    const heights = [];
    for (const x of live.grid(...surface.domain[0], 41)) for (const y of live.grid(...surface.domain[1], 41)) heights.push(surface.value(x, y));
    const [low, high] = [Math.min(...heights), Math.max(...heights)];
    const power = { saddle: 1, rastrigin: 1, ravine: 2, bowl: 2 }[key] || 5;
    // A valley narrower than the grid would come out in pieces: none of its lowest heights there.
    const parts = live.grid(0, 1, 14).slice(power === 5 ? 3 : 1, -1);
    return parts.map((part) => low + (high - low) * part ** power);
  }

  class Optimizer extends live.Figure {
    get heading() {
      return "An optimizer as a filter in a loop";
    }

    get controls() {
      const uses = (name) => ({ rule }) => RULES[rule].uses.includes(name);
      return [
        { name: "rule", label: "Rule", options: options(RULES), value: "momentum" },
        { name: "surface", label: "Surface", options: options(SURFACES), value: "ravine" },
        { name: "rate", label: "Rate η", min: 1e-4, max: 4, log: true, value: 0.05 },
        { name: "steps", label: "Steps", min: 10, max: 400, step: 10, value: 100 },
        { name: "alpha", label: "Pole α", min: 0, max: 0.99, step: 0.01, value: 0.8, when: uses("alpha") },
        { name: "cutoff", label: "Cut-off", min: 0.01, max: 0.45, step: 0.005, value: 0.1, when: uses("cutoff"), unit: "cycles per step" },
        { name: "beta1", label: "Pole β₁ of the gradient filter", min: 0, max: 0.99, step: 0.01, value: 0.9, when: uses("beta1") },
        { name: "beta2", label: "Pole β₂ of the variance filter", options: [["0.9", "0.9"], ["0.99", "0.99"], ["0.999", "0.999"]], value: "0.999", when: uses("beta2") },
      ];
    }

    build() {
      this.map = this.plot({ title: "Path (drag the start)", x: { label: "x" }, y: { label: "y" }, aspect: 0.8 });
      this.loss = this.plot({ title: "Height over steps", x: { label: "step n", min: 0 }, y: { label: "f − minimum", log: true } });
      this.response = this.plot({ title: "Gradient filter F", x: { label: "frequency ν, cycles per step", min: 1e-3, max: 0.5, log: true }, y: { label: "|F|, decibels" } });
      this.plane = this.plot({ title: "Poles of filter and loop", x: { label: "real part", min: -1.6, max: 1.6 }, y: { label: "imaginary part", min: -1.25, max: 1.25 }, equal: true });
      this.contours = {};
    }

    begun() {
      this.start = [...SURFACES[this.values.surface].start];
    }

    /* A rate that suits one surface, or steps that are not normalised, seldom suits another. */
    changed(name, { rule, surface }) {
      if (name === "surface") this.start = [...SURFACES[surface].start];
      const normalised = Boolean(RULES[rule].normalised);
      if (name === "surface" || (name === "rule" && normalised !== this.normalised)) {
        this.set("rate", normalised ? 0.05 : SURFACES[surface].rate);
      }
      this.normalised = normalised;
    }

    draw(values) {
      const { rule, surface, rate, steps } = values;
      const settings = { ...values, beta2: Number(values.beta2), start: this.start };
      const path = live.descend(settings);
      const filter = RULES[rule].filter(values);
      const found = SURFACES[surface].curvatures;
      this.drawMap(surface, path);
      const heights = this.drawLoss(surface, path, steps);
      this.drawResponse(filter);
      const outside = this.drawPlane(filter, rule, rate, found);
      return this.tale(values, filter, found, path, heights, outside);
    }

    drawMap(key, { xs, ys }) {
      const surface = SURFACES[key];
      if (!this.contours[key]) {
        const [x, y] = surface.domain.map((ends) => live.grid(...ends, GRID));
        this.contours[key] = live.contours(surface.value, x, y, levels(surface, key));
      }
      this.map.limits(...surface.domain);
      this.map.segments("heights", this.contours[key], { version: key });
      const what = key === "saddle" ? "saddle point" : "minimum";
      this.map.points("minimum", [surface.minimum[0]], [surface.minimum[1]], { colour: "grey", marker: "star", size: 4, label: what });
      this.map.line("path", xs, ys, { width: 1.4, label: "path" });
      this.map.specks("steps", xs, ys, { width: 4 });
      this.map.points("end", xs.slice(-1), ys.slice(-1), { colour: 2, marker: "square", size: 4.5, label: "last point" });
      const moved = (x, y) => {
        this.start = [Number(x.toPrecision(3)), Number(y.toPrecision(3))];
        this.schedule();
      };
      this.map.handle("start", ...this.start, { label: "Start of the path", moved });
      this.map.describe(`from (${say(xs[0])}, ${say(ys[0])}) to (${say(xs.at(-1))}, ${say(ys.at(-1))})`);
    }

    drawLoss(key, { xs, ys }, steps) {
      const lowest = key === "saddle" ? 0 : SURFACES[key].value(...SURFACES[key].minimum);
      const heights = xs.map((x, i) => SURFACES[key].value(x, ys[i]) - lowest);
      const shown = heights.map((height) => (height > 0 ? Math.max(height, 1e-16) : NaN));
      const seen = shown.filter((height) => height < 1e12);
      const foot = Math.floor(Math.log10(Math.min(...seen, heights[0] || 1)));
      const top = Math.ceil(Math.log10(Math.max(...seen, 10 ** (foot + 1))));
      this.loss.limits([0, steps], [10 ** foot, 10 ** Math.min(top, 12)]);
      this.loss.line("f", shown.map((_, n) => n), shown);
      this.loss.describe(`from ${say(heights[0])} to ${say(heights.at(-1))} after ${heights.length - 1} steps`);
      return heights;
    }

    drawResponse(filter) {
      const gains = live.magnitude(filter, FREQUENCIES).map((gain) => 20 * Math.log10(Math.max(gain, 1e-9)));
      const top = Math.max(10, 10 * Math.ceil((Math.max(...gains) + 1) / 10));
      this.response.limits(null, [top - 60, top]);
      this.response.line("gain", FREQUENCIES, gains);
      this.response.describe(`${say(gains[0])} decibels at low frequencies, ${say(gains.at(-1))} at ν = 0.5`);
    }

    /* The largest |z| of the loop for each curvature; null where steps are normalised: no loop is
       linear then. */
    drawPlane(filter, rule, rate, found) {
      const poles = live.filterPoles(filter);
      this.plane.line("circle", CIRCLE.map(Math.cos), CIRCLE.map(Math.sin), { colour: "grey", width: 1.4 });
      const put = (key, places, style) => this.plane.points(key, places.map((p) => p[0]), places.map((p) => p[1]), style);
      put("filter", poles, { colour: "text", marker: "plus", size: 4.5, label: "filter" });
      this.plane.describe(`${poles.length} of the filter`);
      if (RULES[rule].normalised) return null;
      const [steep, flat] = found.map((curvature) => live.closedLoopPoles(filter, rate * curvature));
      put("flat", flat, { colour: 0, marker: "ring", size: 5.5, label: `loop, λ = ${say(found[1])}` });
      put("steep", steep, { colour: 1, marker: "cross", size: 4.5, label: `loop, λ = ${say(found[0])}` });
      const largest = [steep, flat].map((places) => Math.max(...places.map((p) => Math.hypot(...p))));
      this.plane.describe(`largest |z| of the loop ${say(largest[0])} for λ = ${say(found[0])} and ${say(largest[1])} for λ = ${say(found[1])}`);
      return largest;
    }

    tale({ rule, surface, rate }, filter, found, { xs, ys }, heights, largest) {
      const { limit } = RULES[rule];
      const name = RULES[rule].name.replace(/^./, (letter) => letter.toUpperCase());
      const gone = heights.findIndex((height) => !(Math.abs(height) < 1e12));
      const way = gone < 0 ? `After ${xs.length - 1} steps it is at (${say(xs.at(-1))}, ${say(ys.at(-1))}), f = ${say(SURFACES[surface].value(xs.at(-1), ys.at(-1)))}.` : `It has left all bounds by step ${gone}.`;
      if (!largest) return `${name}, η = ${say(rate)}: steps are divided by the size of past gradients, so each is about η long and no rate · λ limits them. ${way}`;
      const bound = live.largestStableGain(filter);
      const product = rate * found[0];
      const place = surface === "saddle" ? "Along x" : { ravine: "Here", bowl: "Here" }[surface] || `Near the minimum (${SURFACES[surface].minimum.map((c) => say(c)).join(", ")})`;
      const verdict = product < bound ? "stable" : "unstable";
      const formula = rule === "sgd" ? "2" : `${limit} = ${say(bound)}`;
      const speed = `; per step the slowest error is multiplied by ${say(Math.max(...largest))}`;
      const also = surface === "saddle" ? "; along y, λ = −1, it leaves at any rate, as one wishes" : product < bound && found[1] > 0 ? speed : "";
      return `${name}, η = ${say(rate)}. ${place} η times the largest curvature is ${say(product)}, ${product < bound ? "below" : "not below"} ${formula}: ${verdict}${also}. ${way}`;
    }
  }

  customElements.define("live-optimizer", Optimizer);
})();
