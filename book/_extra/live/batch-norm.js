/* <live-batch-norm>: a batch of one channel whose values one drags, and what normalises it. */
(() => {
  "use strict";
  const live = window.courseLive;
  const say = (value, digits) => live.number(value + 0, digits); // −0 + 0 is 0

  /* Mean, biased and unbiased variance of a batch. */
  function moments(x) {
    const mean = x.reduce((total, value) => total + value, 0) / x.length;
    const squares = x.reduce((total, value) => total + (value - mean) ** 2, 0);
    return { mean, biased: squares / x.length, unbiased: squares / (x.length - 1) };
  }

  const normalised = (x, mean, variance, eps) => x.map((value) => (value - mean) / Math.sqrt(variance + eps));

  /* course_lib.normalization.batch_norm of one channel in training, or batch_norm_inference with
     running = {mean, variance}. */
  function batchNorm({ x, gamma = 1, beta = 0, eps = 1e-5, running = null }) {
    const now = moments(x);
    const [mean, variance] = running ? [running.mean, running.variance] : [now.mean, now.biased];
    const hat = normalised(x, mean, variance, eps);
    return { ...now, hat, y: hat.map((value) => gamma * value + beta) };
  }

  /* update_statistics: s ← (1 − m) s + m · (the batch's), with its unbiased variance. */
  function updateStatistics(running, x, momentum) {
    const now = moments(x);
    return {
      mean: (1 - momentum) * running.mean + momentum * now.mean,
      variance: (1 - momentum) * running.variance + momentum * now.unbiased,
    };
  }

  const REACH = 10;
  const MOST = 12; // values in a batch
  const FIRST = [-6.5, -3.5, -1, 0.5, 2, 4, 6, 8.5, -2.2, 1.2, 3, 5];
  const KEPT = 60; // batches whose statistics are still drawn

  /* Batches to come: always the same, normal with mean 2 and deviation 3. */
  function batches() {
    let state = 7;
    const uniform = () => {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0;
      return (state + 0.5) / 2 ** 32;
    };
    const draw = () => {
      const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
      return rounded(2 + 3 * normal);
    };
    return () => Array.from({ length: MOST }, draw);
  }

  const rounded = (value) => Math.round(Math.max(-REACH, Math.min(REACH, value)) * 10) / 10;

  class BatchNorm extends live.Figure {
    get heading() {
      return "One channel of a batch, normalised";
    }

    get controls() {
      return [
        { name: "n", label: "Values in the batch n", min: 2, max: MOST, step: 1, value: 8 },
        { name: "mode", label: "Statistics", options: [["training", "training: this batch's"], ["inference", "inference: the running ones"]] },
        { name: "gamma", label: "Scale γ", min: -2, max: 2, step: 0.1, value: 1 },
        { name: "beta", label: "Shift β", min: -4, max: 4, step: 0.1, value: 0 },
        { name: "eps", label: "ε", min: 1e-5, max: 10, log: true, value: 1e-5 },
        { name: "momentum", label: "Momentum m, weight of the new batch", min: 0.01, max: 1, log: true, value: 0.1 },
      ];
    }

    build() {
      const rows = [[2, "x"], [1, "x̂"], [0, "y"]];
      this.lines = this.plot({ title: "Drag a value: x, normalised x̂, and y = γx̂ + β", x: { label: "value", min: -REACH, max: REACH }, y: { label: "", min: -0.4, max: 2.4, ticks: rows }, });
      this.lines.element.style.gridColumn = "1 / -1";
      const x = { label: "batches trained on", min: 0, max: 10 };
      this.means = this.plot({ title: "Running mean", x, y: { label: "mean", min: -4, max: 6 }, aspect: 0.5 });
      this.variances = this.plot({ title: "Running variance", x, y: { label: "variance", min: 0, max: 20 }, aspect: 0.5 });
      const columns = ["statistics", "mean", "variance, over n", "over n − 1"];
      this.fill = live.table(this, "What the channel knows", columns, ["of this batch", "running"]);
      live.buttons(this, [["Train on this batch, then draw the next", () => this.train(1)], ["Ten batches", () => this.train(10)]]);
    }

    begun() {
      this.pool = [...FIRST];
      this.next = batches();
      this.running = { mean: 0, variance: 1 };
      this.history = [{ step: 0, ...this.running }];
      this.trained = 0;
      this.dragged = null;
    }

    get batch() {
      return this.pool.slice(0, this.values.n);
    }

    /* Let running statistics take in the batch, and draw another. */
    train(count) {
      for (let i = 0; i < count; i++) {
        const { mean, unbiased } = moments(this.batch);
        this.running = updateStatistics(this.running, this.batch, this.values.momentum);
        this.trained += 1;
        this.history.push({ step: this.trained, ...this.running, batchMean: mean, batchVariance: unbiased });
        this.pool = this.next();
      }
      this.history = this.history.slice(-KEPT - 1);
      this.dragged = null;
      this.schedule();
    }

    /* Move one value; what the batch was before is kept until another one is moved. */
    drag(index, value) {
      if (this.dragged?.index !== index) this.dragged = { index, before: [...this.pool] };
      this.pool[index] = rounded(value);
      this.schedule();
    }

    changed(name) {
      if (name === "n") this.dragged = null;
    }

    transform(pool, { n, mode, gamma, beta, eps }) {
      const running = mode === "inference" ? this.running : null;
      return batchNorm({ x: pool.slice(0, n), gamma, beta, eps, running });
    }

    draw(values) {
      const result = this.transform(this.pool, values);
      this.result = { ...result, running: this.running };
      this.drawLines(result, values);
      this.drawHistory();
      const { mean, biased, unbiased } = result;
      const { running } = this;
      this.fill([[say(mean, 5), say(biased, 5), say(unbiased, 5)], [say(running.mean, 5), "–", say(running.variance, 5)]]);
      return this.tale(result, values);
    }

    drawLines({ hat, y, mean, biased }, { mode, gamma, beta }) {
      const { lines, batch } = this;
      const inference = mode === "inference";
      lines.aspect = lines.width < 450 ? 0.75 : 0.45;
      const [middle, variance] = inference ? [this.running.mean, this.running.variance] : [mean, biased];
      const spread = Math.sqrt(variance);
      const bars = [[middle, spread], [0, 1], [beta, Math.abs(gamma)]];
      bars.forEach(([at, half], row) => {
        const about = { base: 1.8 - row, colour: 2, opacity: 0.22, label: row ? undefined : `${inference ? "running " : ""}mean ± deviation, and where it goes` };
        lines.band(`bar ${row}`, [at - half, at + half], [2.2 - row, 2.2 - row], about);
      });
      lines.line("middle", [middle, 0, beta], [2, 1, 0], { colour: 2, dash: 1, width: 2 });
      const pieces = batch.flatMap((x, i) => [x, 2, hat[i], 1, hat[i], 1, y[i], 0]);
      lines.segments("ways", pieces, { colour: 0, width: 1.1 });
      const chosen = this.dragged?.index;
      if (chosen !== undefined) lines.line("chosen", [batch[chosen], hat[chosen], y[chosen]], [2, 1, 0], { colour: 1, dash: 0, width: 2.6, label: "the value moved last" });
      lines.points("hat", hat, hat.map(() => 1), { colour: 0, size: 3 });
      lines.points("y", y, y.map(() => 0), { colour: 0, size: 4 });
      batch.forEach((x, i) => {
        const says = (value) => `${say(value)}, becomes ${say(y[i])}`;
        lines.handle(`x ${i}`, x, 2, { axis: "x", label: `Value x ${i + 1}`, moved: (value) => this.drag(i, value), step: 0.005, colour: i === chosen ? 1 : 0, says });
      });
      lines.describe(`values ${batch.map((x) => say(x)).join(", ")} become ${y.map((v) => say(v)).join(", ")}`);
    }

    drawHistory() {
      const { history } = this;
      const steps = history.map(({ step }) => step);
      const ends = [steps[0] - 0.3, Math.max(steps.at(-1), steps[0] + 10) + 0.3];
      const shown = [[this.means, "mean", "batchMean"], [this.variances, "variance", "batchVariance"]];
      for (const [plot, name, ofBatch] of shown) {
        const [kept, each] = [history.map((h) => h[name]), history.map((h) => h[ofBatch] ?? NaN)];
        const all = [...kept, ...each].filter(Number.isFinite);
        const [low, high] = [Math.min(0, ...all), Math.max(2, ...all)];
        plot.limits(ends, [low - 0.05 * (high - low), high + 0.05 * (high - low)]);
        plot.points("batch", steps, each, { colour: 0, size: 3, label: name === "mean" ? "of each batch" : "of each batch, unbiased" });
        plot.line("running", steps, kept, { colour: 1, dash: 0, label: "running" });
        plot.points("now", [steps.at(-1)], [kept.at(-1)], { colour: 1, size: 4 });
        plot.describe(`${say(kept.at(-1))} after ${this.trained} batches`);
      }
    }

    tale({ mean, biased, y }, values) {
      const { n, mode, gamma, beta } = values;
      const start = mode === "training"
        ? `Training: the ${n} values have mean ${say(mean)} and biased variance ${say(biased)}, and their outputs have mean ${say(beta)}, whatever the values are.`
        : `Inference: every value meets the running mean ${say(this.running.mean)} and variance ${say(this.running.variance)}, from ${this.trained} batches.`;
      if (this.dragged) return `${start} ${this.moveTale(y, values)}`;
      const line = gamma === 0 ? "γ = 0 makes them all equal." : "Move one value and see what becomes of the others.";
      return `${start} ${line}`;
    }

    /* What moving one value has done to the outputs of all the others. */
    moveTale(y, values) {
      const { index, before } = this.dragged;
      const old = this.transform(before, values).y;
      const own = `x${subscript(index + 1)} went from ${say(before[index])} to ${say(this.pool[index])} and its output from ${say(old[index])} to ${say(y[index])}.`;
      const others = y.map((value, i) => value - old[i]).filter((_, i) => i !== index);
      const [low, high] = [Math.min(...others), Math.max(...others)];
      if (Math.max(-low, high) < 5e-4) return `${own} No other output moved.`;
      return `${own} The inputs of the others stayed, yet their outputs moved by ${say(low)} to ${say(high)}: each value is judged by its company.`;
    }
  }

  const SMALL = "₀₁₂₃₄₅₆₇₈₉";
  const subscript = (number) => [...String(number)].map((digit) => SMALL[digit]).join("");

  Object.assign(live, { batchNorm, updateStatistics });
  customElements.define("live-batch-norm", BatchNorm);
})();
