/* <live-schedule>: the rates of a schedule, and what they do to thirty noisy parabolas. */
(() => {
  "use strict";
  const live = window.courseLive;
  const say = live.number;

  const halfCosine = (top, bottom, part) => bottom + 0.5 * (top - bottom) * (1 + Math.cos(Math.PI * part));

  /* Where the restart before t was, and the length of the period that began there. */
  function restart(t, period, growth) {
    let [start, length] = [0, period];
    while (growth > 1 && start + length <= t) {
      start += length;
      length *= growth;
    }
    return growth > 1 ? [start, length] : [t - (t % period), period];
  }

  /* The formulas of course_lib.schedules: what is shown, the settings that each has, and its rate
     at step t. Reduce-on-plateau is none of t: see follow(). */
  const KINDS = {
    constant: { name: "constant", uses: ["rate"], at: (t, { rate }) => rate },
    linear: {
      name: "linear", uses: ["rate", "end", "span"],
      at: (t, { rate, end, span }) => rate * (1 - Math.min(t, span) / span) + (end * Math.min(t, span)) / span,
    },
    exponential: { name: "exponential", uses: ["rate", "decay"], at: (t, { rate, decay }) => rate * decay ** t },
    step: {
      name: "step", uses: ["rate", "factor", "period"],
      at: (t, { rate, factor, period }) => rate * factor ** Math.floor(t / period),
    },
    milestones: {
      name: "milestones", uses: ["rate", "factor", "first", "second"],
      at: (t, { rate, factor, first, second }) => rate * factor ** ((t >= first) + (t >= second)),
    },
    fractional: { name: "fractional, 1/t", uses: ["rate", "kappa"], at: (t, { rate, kappa }) => rate / (1 + kappa * t) },
    polynomial: {
      name: "polynomial", uses: ["rate", "power", "span"],
      at: (t, { rate, power, span }) => rate * (1 - Math.min(t, span) / span) ** power,
    },
    triangular: {
      name: "triangular", uses: ["rate", "low", "half", "shrink"],
      at: (t, { rate, low, half, shrink }) => {
        const cycle = Math.floor(t / (2 * half));
        return low + (rate - low) * shrink ** cycle * (1 - Math.abs(t / half - 2 * cycle - 1));
      },
    },
    cosine: { name: "cosine", uses: ["rate", "end", "span"], at: (t, { rate, end, span }) => halfCosine(rate, end, t / span) },
    restarts: {
      name: "cosine with warm restarts", uses: ["rate", "end", "period", "growth"],
      at: (t, { rate, end, period, growth }) => {
        const [start, length] = restart(t, period, growth);
        return halfCosine(rate, end, (t - start) / length);
      },
    },
    plateau: { name: "reduce on plateau", uses: ["rate", "factor", "patience", "relative"] },
  };

  /* The rate at step t with a warmup before it: "none", "constant" or "gradual". */
  function warmed(t, settings) {
    const { kind, warmup = "none", warmsteps, warmrate } = settings;
    const { at } = KINDS[kind];
    if (warmup === "none") return at(t, settings);
    if (t >= warmsteps) return at(t - warmsteps, settings);
    if (warmup === "constant") return warmrate;
    return warmrate * (1 - t / warmsteps) + (at(0, settings) * t) / warmsteps;
  }

  const PARABOLAS = live.grid(-2, 0, 30).map((power) => 10 ** power); // their curvatures λ
  const NOISE = 0.1;

  /* Thirty parabolas ½λθ², each at a mean loss of 1, under steps with noise of variance 0.1 λ: the
     mean square follows v ← (1 − ηλ)²v + η² 0.1 λ. */
  class Parabolas {
    constructor() {
      this.squares = PARABOLAS.map((curvature) => 2 / curvature);
    }

    step(rate) {
      let loss = 0;
      PARABOLAS.forEach((curvature, i) => {
        this.squares[i] = (1 - rate * curvature) ** 2 * this.squares[i] + rate * rate * NOISE * curvature;
        loss += (curvature * this.squares[i]) / 2;
      });
      return loss / PARABOLAS.length;
    }
  }

  /* What course_lib.schedules.ReduceOnPlateau does with a loss, its other settings as they are. */
  class Plateau {
    constructor({ rate, factor, patience, relative }) {
      Object.assign(this, { rate, factor, patience, relative, best: Infinity, waited: 0 });
    }

    see(loss) {
      if (this.best === Infinity || loss < this.best - this.relative * Math.abs(this.best)) {
        this.best = loss;
        this.waited = 0;
      } else if (++this.waited > this.patience) {
        this.rate *= this.factor;
        this.waited = 0;
      }
    }
  }

  /* rates[t] of steps 0, 1, ..., steps − 1, and losses[t], the parabolas' mean loss after t steps. */
  function schedule(settings) {
    const [rates, losses] = [[], [1]];
    const parabolas = new Parabolas();
    const plateau = settings.kind === "plateau" ? new Plateau(settings) : null;
    for (let t = 0; t < settings.steps; t++) {
      rates.push(plateau ? plateau.rate : warmed(t, settings));
      losses.push(parabolas.step(rates[t]));
      if (plateau) plateau.see(losses[t + 1]);
    }
    return { rates, losses };
  }

  const count = (name, label, min, max, step, value) => ({ name, label, min, max, step, value, unit: "steps" });

  class Schedule extends live.Figure {
    get heading() {
      return "A schedule, and what it does to a noisy loss";
    }

    get controls() {
      const all = [
        { name: "rate", label: "Rate η₀ (highest)", min: 0.001, max: 3, log: true, value: 1 },
        { name: "end", label: "Last rate", min: 0, max: 0.2, step: 0.005, value: 0 },
        count("span", "Falls over", 20, 1000, 10, 300),
        { name: "decay", label: "Factor ρ per step", min: 0.95, max: 0.999, step: 0.001, value: 0.99 },
        { name: "factor", label: "Factor ρ", min: 0.05, max: 0.95, step: 0.05, value: 0.3 },
        count("period", "Period", 10, 300, 5, 60),
        count("first", "First milestone", 5, 1000, 5, 150),
        count("second", "Second milestone", 5, 1000, 5, 225),
        { name: "growth", label: "Periods grow by", min: 1, max: 3, step: 1, value: 2, unit: "times" },
        { name: "kappa", label: "Decay κ", min: 0.001, max: 1, log: true, value: 0.02 },
        { name: "power", label: "Power p", min: 0.5, max: 5, step: 0.5, value: 2 },
        { name: "low", label: "Lowest rate", min: 0, max: 0.2, step: 0.005, value: 0 },
        count("half", "Half a period", 5, 300, 5, 75),
        { name: "shrink", label: "Height of each cycle", min: 0, max: 1, step: 0.05, value: 1, unit: "of the last" },
        count("patience", "Patience", 0, 50, 1, 10),
        { name: "relative", label: "Better is lower by", min: 1e-4, max: 0.1, log: true, value: 0.05, show: (v) => `${say(100 * v)} %` },
      ].map((about) => ({ ...about, when: ({ kind }) => KINDS[kind].uses.includes(about.name) }));
      const warm = ({ kind, warmup }) => kind !== "plateau" && warmup !== "none";
      return [
        { name: "kind", label: "Schedule", options: Object.entries(KINDS).map(([key, { name }]) => [key, name]), value: "cosine" },
        { name: "warmup", label: "Warmup before it", options: [["none", "none"], ["constant", "constant, then a jump"], ["gradual", "gradual"]], when: ({ kind }) => kind !== "plateau" },
        count("steps", "Steps in all", 100, 1000, 50, 300),
        ...all,
        { ...count("warmsteps", "Warmup lasts", 5, 100, 5, 30), when: warm },
        { name: "warmrate", label: "Rate it begins with", min: 0.001, max: 1, log: true, value: 0.01, when: warm },
        { name: "log", label: "Logarithmic rates", value: false },
      ];
    }

    build() {
      this.curve = this.plot({ title: "Rate", x: { label: "step t", min: 0 }, y: { label: "rate η" } });
      this.loss = this.plot({ title: "Mean loss of thirty noisy parabolas", x: { label: "steps done", min: 0 }, y: { label: "mean loss", log: true } });
    }

    draw(values) {
      const { rates, losses } = schedule(values);
      this.drawRates(rates, values);
      this.drawLosses(losses, values.steps);
      return this.tale(rates, losses, values);
    }

    drawRates(rates, { steps, log, kind }) {
      const top = Math.max(...rates);
      const foot = Math.min(...rates.filter((rate) => rate > 0), top);
      this.curve.y.log = log;
      const lowest = 10 ** Math.max(Math.floor(Math.log10(foot)), Math.floor(Math.log10(top)) - 5);
      this.curve.limits([0, steps], log ? [lowest, 10 ** Math.ceil(Math.log10(top * 1.05))] : [0, top * 1.08]);
      const shown = rates.map((rate) => (log && rate <= 0 ? NaN : rate));
      this.curve.line("rate", rates.map((_, t) => t), shown, { steps: ["step", "milestones", "plateau"].includes(kind) });
      this.curve.describe(`${say(rates[0])} at first, ${say(rates[Math.floor(steps / 2)])} in the middle, ${say(rates[steps - 1])} at the end`);
    }

    drawLosses(losses, steps) {
      const bounded = losses.filter((loss) => loss < 1e3);
      const foot = 10 ** Math.floor(Math.log10(Math.min(...bounded)));
      this.loss.limits([0, steps], [Math.min(foot, 0.01), Math.max(2, ...bounded)]);
      this.loss.line("loss", losses.map((_, t) => t), losses, { colour: 1, dash: 0 });
      this.loss.describe(`from 1 to ${say(losses[steps])} after ${steps} steps`);
    }

    tale(rates, losses, { kind, warmup, steps }) {
      const sum = rates.reduce((all, rate) => all + rate, 0);
      const before = kind === "plateau" || warmup === "none" ? "" : ` after a ${warmup} warmup`;
      const name = KINDS[kind].name;
      const fate = losses[steps] < 1e3 ? `The mean loss goes from 1 to ${say(losses[steps])}` : "The mean loss grows without bound: the rate times the largest curvature, 1, is to stay below 2";
      const lowest = Math.min(...losses);
      const best = losses[steps] > 1.05 * lowest && losses[steps] < 1e3 ? `, having been ${say(lowest)} after ${losses.indexOf(lowest)} steps` : "";
      return `${name[0].toUpperCase()}${name.slice(1)}${before}: rates from ${say(rates[0])} to ${say(rates[steps - 1])}, highest ${say(Math.max(...rates))}, ${say(sum)} in all over ${steps} steps. ${fate}${best}.`;
    }
  }

  live.schedule = schedule;
  customElements.define("live-schedule", Schedule);
})();
