/* <live-weight-balls>: a quadratic loss whose minimum one drags, a penalty, and where both meet. */
(() => {
  "use strict";
  const live = window.courseLive;
  const say = live.number;
  const CURVATURES = [1, 0.4]; // of the loss along its two axes, as in the chapter's figure
  const SIGNS = [-1, 0, 1].flatMap((one) => [-1, 0, 1].map((two) => [one, two]));

  /* H of J = ½ (w − c)ᵀ H (w − c) whose axes are turned by so many degrees. */
  function hessian(degrees, [h1, h2] = CURVATURES) {
    const angle = (degrees * Math.PI) / 180;
    const [c, s] = [Math.cos(angle), Math.sin(angle)];
    const off = (h1 - h2) * c * s;
    return [[h1 * c * c + h2 * s * s, off], [off, h1 * s * s + h2 * c * c]];
  }

  function lossAt(H, c, w) {
    const [x, y] = [w[0] - c[0], w[1] - c[1]];
    return 0.5 * (H[0][0] * x * x + 2 * H[0][1] * x * y + H[1][1] * y * y);
  }

  /* The stationary point of J + λ₁ (s·w) + λ₂‖w‖² with w_i = 0 where the sign s_i is 0. */
  function stationary(H, c, l1, l2, [s, t]) {
    const [a, b, d] = [H[0][0] + 2 * l2, H[0][1], H[1][1] + 2 * l2];
    const p = H[0][0] * c[0] + H[0][1] * c[1] - l1 * s;
    const q = H[0][1] * c[0] + H[1][1] * c[1] - l1 * t;
    if (s === 0) return [0, t === 0 ? 0 : q / d];
    if (t === 0) return [p / a, 0];
    const det = a * d - b * b;
    return [(d * p - b * q) / det, (a * q - b * p) / det];
  }

  /* How far w is from being a minimum: signs must agree, and at a 0 the loss's slope must not
     exceed λ₁, the slope of the penalty's edge. */
  function violation(H, c, l1, w, signs) {
    const each = signs.map((sign, i) => {
      const slope = H[i][0] * (w[0] - c[0]) + H[i][1] * (w[1] - c[1]);
      return sign === 0 ? Math.abs(slope) - l1 : -sign * w[i];
    });
    return Math.max(0, ...each);
  }

  /* The w that makes J + λ₁‖w‖₁ + λ₂‖w‖² least. In each of the nine patterns of signs (−, 0, +) the
     objective is quadratic and gives one point; the minimum is the one that meets all conditions. */
  function minimiser(H, c, l1, l2) {
    let best = { wrong: Infinity };
    for (const signs of SIGNS) {
      const w = stationary(H, c, l1, l2, signs);
      const wrong = violation(H, c, l1, w, signs);
      if (wrong < best.wrong) best = { w, wrong };
    }
    return best.w;
  }

  const size = (w, l1, l2) => l1 * (Math.abs(w[0]) + Math.abs(w[1])) + l2 * (w[0] ** 2 + w[1] ** 2);

  /* e^{x²} erfc(x) for x ≥ 0: by the series of erf, whose terms are all positive, or by Laplace's
     continued fraction from its tail. */
  function scaledErfc(x) {
    if (x < 2) {
      let [term, total] = [x, x];
      for (let n = 1; n < 60; n++) total += term *= (2 * x * x) / (2 * n + 1);
      return Math.exp(x * x) - (2 / Math.sqrt(Math.PI)) * total;
    }
    let tail = x;
    for (let k = 120; k > 0; k--) tail = x + k / 2 / tail;
    return 1 / Math.sqrt(Math.PI) / tail;
  }

  /* The density ∝ e^{−λ₁|w| − λ₂w²} of one weight: Laplace, Gaussian, or between. */
  function prior(l1, l2) {
    const z = l2 === 0 ? 2 / l1 : Math.sqrt(Math.PI / l2) * scaledErfc(l1 / (2 * Math.sqrt(l2)));
    return (w) => Math.exp(-l1 * Math.abs(w) - l2 * w * w) / z;
  }

  /* λ₁ and λ₂ of course_lib.regularization.elastic_net_penalty. */
  function strengths(penalty, lam, share) {
    const part = { l2: 0, l1: 1, net: share }[penalty];
    return [part * lam, (1 - part) * lam];
  }

  function weightBalls({ centre, lam, penalty, share = 0.5, turn = 0 }) {
    const [l1, l2] = strengths(penalty, lam, share);
    const H = hessian(turn);
    const w = minimiser(H, centre, l1, l2);
    const [loss, cost] = [lossAt(H, centre, w), size(w, l1, l2)];
    const [sigma, b] = [1 / Math.sqrt(2 * lam), 1 / lam];
    return { w, loss, cost, objective: loss + cost, sigma, b, l1, l2, H, density: prior(l1, l2) };
  }

  const ANGLES = live.grid(0, 2 * Math.PI, 97); // holds the corners of the L1 ball
  const UNIT = ANGLES.map((angle) => [Math.cos(angle), Math.sin(angle)]);

  /* The closed line where J = level: H = LLᵀ, and Lᵀ(w − c) runs round a circle. */
  function contour(H, c, level) {
    const l11 = Math.sqrt(H[0][0]);
    const l21 = H[0][1] / l11;
    const l22 = Math.sqrt(H[1][1] - l21 * l21);
    const radius = Math.sqrt(2 * level);
    const ys = UNIT.map(([, v]) => (radius * v) / l22);
    const xs = UNIT.map(([u], i) => c[0] + (radius * u - l21 * ys[i]) / l11);
    return [xs, ys.map((y) => c[1] + y)];
  }

  /* The closed line where λ₁‖w‖₁ + λ₂‖w‖² = cost. */
  function ball(l1, l2, cost) {
    const radii = UNIT.map(([u, v]) => {
      const slope = l1 * (Math.abs(u) + Math.abs(v));
      return (2 * cost) / (slope + Math.sqrt(slope * slope + 4 * l2 * cost) || 1);
    });
    return [UNIT.map(([u], i) => u * radii[i]), UNIT.map(([, v], i) => v * radii[i])];
  }

  /* Corners of the places of the loss's minimum c for which L1 makes a weight 0: one strip for each
     weight. c = w + H⁻¹(λ₁g + 2λ₂w), with g = ±1 along the edge of w_i = 0 and any |g_i| ≤ 1. */
  function strip(H, l1, l2, axis) {
    const det = H[0][0] * H[1][1] - H[0][1] ** 2;
    const back = (g) => [(H[1][1] * g[0] - H[0][1] * g[1]) / det, (H[0][0] * g[1] - H[0][1] * g[0]) / det];
    const place = (far, sign, edge) => {
      const w = [0, 0];
      w[1 - axis] = far * sign;
      const g = w.map((value) => 2 * l2 * value);
      g[1 - axis] += l1 * sign;
      g[axis] += l1 * edge;
      const [x, y] = back(g);
      return [w[0] + x, w[1] + y];
    };
    const corners = [[9, 1, 1], [0, 1, 1], [0, -1, 1], [9, -1, 1], [9, -1, -1], [0, -1, -1], [0, 1, -1], [9, 1, -1]];
    return corners.map((corner) => place(...corner));
  }

  const REACH = 2.2;
  const [LOWEST, HIGHEST] = [0.01, 10];
  const LEVELS = [0.05, 0.25, 0.75, 1.5, 3];
  const LAMBDAS = live.grid(-2, 1, 76).map((power) => 10 ** power);
  const WEIGHTS = live.grid(-REACH, REACH, 89); // holds 0, the peak of Laplace's density
  const TOPS = [0.15, 0.3, 0.7, 1.5, 3, 7]; // few, since new ends have axes drawn anew
  const NAMES = { l2: "L2", l1: "L1", net: "elastic net" };
  const START = [1.2, 0.6];
  const zeros = (w) => w.map((value, i) => [value, i]).filter(([value]) => value === 0).map(([, i]) => i);

  class WeightBalls extends live.Figure {
    get heading() {
      return "Where a quadratic loss and a penalty on the weights agree";
    }

    get controls() {
      return [
        { name: "penalty", label: "Penalty Ω", options: [["l1", "L1: λ‖w‖₁"], ["l2", "L2: λ‖w‖²"], ["net", "elastic net, both"]] },
        { name: "lam", label: "Strength λ", min: LOWEST, max: HIGHEST, log: true, value: 0.3 },
        { name: "share", label: "Share of L1", min: 0, max: 1, step: 0.05, value: 0.5, when: ({ penalty }) => penalty === "net" },
        { name: "turn", label: "Axes of the loss turned by", min: -90, max: 90, step: 5, value: 0, show: (v) => `${say(v)}°` },
      ];
    }

    build() {
      const [x, y] = [{ label: "w₁", min: -REACH, max: REACH }, { label: "w₂", min: -REACH, max: REACH }];
      this.plane = this.plot({ title: "Loss, ball and minimiser (drag the ring)", x, y, equal: true });
      this.plane.element.style.gridRow = "span 2";
      this.paths = this.plot({ title: "Both weights at other strengths", x: { label: "strength λ", min: LOWEST, max: HIGHEST, log: true }, y: { label: "weight", min: -REACH, max: REACH }, aspect: 0.5 });
      this.belief = this.plot({ title: "The prior it stands for", x: { label: "weight w", min: -REACH, max: REACH }, y: { label: "density p(w)" }, aspect: 0.5 });
    }

    begun() {
      this.centre = [...START];
    }

    /* Put the loss's minimum somewhere else, to two decimals. */
    move(x, y) {
      this.centre = [x, y].map((value) => Math.round(value * 100) / 100);
      this.schedule();
    }

    draw(values) {
      const settings = { ...values, centre: this.centre };
      const result = weightBalls(settings);
      this.result = result;
      const path = this.pathOf(values);
      this.drawPlane(result, path, values);
      this.drawPaths(result, path, values.lam);
      this.drawBelief(result, values);
      return this.tale(result, values);
    }

    /* The minimisers at all strengths, which the slider of λ does not change. */
    pathOf({ penalty, share, turn }) {
      const key = JSON.stringify([penalty, share, turn, this.centre]);
      if (key === this.pathed) return this.path;
      const H = hessian(turn);
      this.pathed = key;
      this.path = LAMBDAS.map((lam) => minimiser(H, this.centre, ...strengths(penalty, lam, share)));
      return this.path;
    }

    drawPlane({ w, H, l1, l2, loss, cost }, path, { penalty }) {
      const plane = this.plane;
      if (l1 > 0) {
        for (const axis of [1, 0]) {
          const corners = strip(H, l1, l2, axis);
          const label = `minimum of the loss here: w${"₁₂"[axis]} = 0`;
          plane.region(`zero ${axis}`, corners.map((c) => c[0]), corners.map((c) => c[1]), { colour: axis ? 2 : 5, opacity: 0.14, label });
        }
      }
      LEVELS.forEach((level, i) => plane.line(`level ${i}`, ...contour(H, this.centre, level), { colour: "grey", dash: 0, width: 1 }));
      plane.rule("first", { x: 0 }, { dash: 0, width: 1 });
      plane.rule("second", { y: 0 }, { dash: 0, width: 1 });
      const edge = ball(l1, l2, cost);
      plane.region("ball", ...edge, { colour: 0, opacity: 0.28 });
      plane.line("edge", ...edge, { colour: 0, dash: 0, label: `ball of ${NAMES[penalty]}` });
      plane.line("touching", ...contour(H, this.centre, loss), { colour: 1, dash: 0, width: 1.8, label: "contour that touches it" });
      plane.line("path", path.map((v) => v[0]), path.map((v) => v[1]), { colour: 3, dash: 3, width: 2, label: "minimiser at other λ" });
      plane.points("ring", [this.centre[0]], [this.centre[1]], { colour: "text", marker: "ring", size: 5, label: "minimum of the loss" });
      plane.points("w", [w[0]], [w[1]], { colour: 1, size: 5, label: "minimiser of both" });
      const says = (x, y) => `w₁ = ${say(x)}, w₂ = ${say(y)}`;
      plane.handle("centre", ...this.centre, { label: "Minimum of the loss", moved: (x, y) => this.move(x, y), step: 0.0125, colour: "text", says });
      plane.describe(`loss least at ${this.place(this.centre)}; loss and penalty together at ${this.place(w)}`);
    }

    drawPaths({ w }, path, lam) {
      this.paths.rule("here", { x: lam }, { label: "this λ" });
      path[0].forEach((_, i) => {
        const about = { colour: [0, 1][i], label: `w${"₁₂"[i]}` };
        this.paths.line(`w ${i}`, LAMBDAS, path.map((v) => v[i]), about);
        this.paths.points(`now ${i}`, [lam], [w[i]], { colour: [0, 1][i], marker: w[i] === 0 ? "diamond" : "dot", size: 4 });
      });
      this.paths.describe(`at λ = ${say(lam)}, ${this.place(w)}`);
    }

    drawBelief({ w, l1, l2, density }, { penalty, lam }) {
      const shown = [
        ["laplace", prior(lam, 0), { colour: 0, dash: penalty === "l1" ? 0 : 1, width: penalty === "l1" ? 3 : 1.6, label: "Laplace, of L1" }],
        ["gauss", prior(0, lam), { colour: 2, dash: penalty === "l2" ? 0 : 2, width: penalty === "l2" ? 3 : 1.6, label: "Gaussian, of L2" }],
      ];
      if (penalty === "net") shown.push(["net", density, { colour: 3, dash: 0, width: 3, label: "of the elastic net" }]);
      const top = Math.max(...shown.map(([, p]) => p(0)));
      this.belief.limits(null, [0, TOPS.find((value) => value > 1.04 * top)]);
      for (const [key, p, about] of shown) this.belief.line(key, WEIGHTS, WEIGHTS.map(p), about);
      this.belief.points("w", w, w.map(density), { colour: 1, size: 4.5, label: "the minimiser's weights" });
      const about = [l1 > 0 ? `λ₁ = ${say(l1)}` : "", l2 > 0 ? `λ₂ = ${say(l2)}` : ""].filter(Boolean).join(" and ");
      this.belief.describe(`the density for ${about} is ${say(density(0))} at 0 and ${say(density(1))} at 1`);
    }

    place([x, y]) {
      return `w₁ = ${say(x + 0)}, w₂ = ${say(y + 0)}`;
    }

    tale({ w, loss, cost, sigma, b, l1 }, { penalty, lam, share }) {
      const none = zeros(w);
      const sparse = none.length === 2 ? "Both weights are exactly 0." : none.length === 1 ? `w${"₁₂"[none[0]]} is exactly 0.` : "No weight is exactly 0.";
      const beliefs = {
        l1: `a Laplace prior of scale b = ${say(b)}`,
        l2: `a Gaussian prior of deviation σ = ${say(sigma)}`,
        net: `a prior between Laplace and Gaussian, with λ₁ = ${say(l1)} and λ₂ = ${say(lam * (1 - share))}`,
      };
      return `${NAMES[penalty]}, λ = ${say(lam)}: the loss alone is least at ${this.place(this.centre)}, loss and penalty together at ${this.place(w)}. ${sparse} The loss there is ${say(loss)}, the penalty ${say(cost)}. It is the belief of ${beliefs[penalty]} for each weight, with J the sum of −ln p.`;
    }
  }

  live.weightBalls = weightBalls;
  customElements.define("live-weight-balls", WeightBalls);
})();
