/* <live-logit-loss>: cross entropy from logits beside the formula as it reads, as logits grow. */
(() => {
  "use strict";
  const live = window.courseLive;
  const GUARD = 1e-10; // deck A's, inside the logarithm
  // Rounds the result of every operation to the format.
  const FORMATS = { single: Math.fround, double: Number };
  const DIGITS = { single: 7, double: 16 };

  /* max*(x, y) = ln(e^x + e^y). */
  function maxStar(x, y, fl) {
    return fl(Math.max(x, y) + fl(Math.log1p(fl(Math.exp(-Math.abs(fl(x - y)))))));
  }

  /* Two classes, one score: loss and δ = a − y. */
  function binaryFromLogit(s, y, fl) {
    const loss = y === 1 ? maxStar(0, -s, fl) : maxStar(0, s, fl);
    return { loss, slopes: [fl(fl(Math.exp(-maxStar(0, -s, fl))) - y)] };
  }

  /* A probability, its logarithm, and the chain rule back through both. */
  function binaryAsItReads(s, y, fl, guard) {
    const a = fl(1 / fl(1 + fl(Math.exp(-s))));
    const rest = fl(1 - a);
    const p = fl((y === 1 ? a : rest) + guard);
    const outer = fl((y === 1 ? -1 : 1) / p);
    return { loss: -fl(Math.log(p)), slopes: [fl(outer * fl(a * rest))] };
  }

  const sum = (values, fl) => values.reduce((total, value) => fl(total + value));

  /* K classes, hard label: the largest score is taken out of every exponent. */
  function classesFromLogits(scores, label, fl) {
    const top = Math.max(...scores);
    const shifted = scores.map((s) => fl(s - top));
    const powers = shifted.map((s) => fl(Math.exp(s)));
    const total = sum(powers, fl);
    const loss = -fl(shifted[label] - fl(Math.log(total)));
    return { loss, slopes: powers.map((e, k) => fl(fl(e / total) - (k === label ? 1 : 0))) };
  }

  function classesAsTheyRead(scores, label, fl, guard) {
    const powers = scores.map((s) => fl(Math.exp(s)));
    const total = sum(powers, fl);
    const a = powers.map((e) => fl(e / total));
    const p = fl(a[label] + guard);
    const outer = fl(-1 / p);
    const common = fl(outer * a[label]);
    const slopes = a.map((share, k) => fl(share * fl((k === label ? outer : 0) - common)));
    return { loss: -fl(Math.log(p)), slopes };
  }

  function logSumExp(d) {
    const top = Math.max(...d);
    return top + Math.log(d.reduce((total, value) => total + Math.exp(value - top), 0));
  }

  /* The loss ln(1 + e^z), and the logarithms of it and of its slope's size σ(z): at −1000 they are
     there though no format holds the numbers themselves. */
  function truth(z) {
    const loss = maxStar(0, z, Number);
    return { loss, lnLoss: z < -40 ? z : Math.log(loss), lnSlope: -maxStar(0, -z, Number) };
  }

  /* Loss and slopes ∂C/∂s, computed both ways in a format: of one score and target 0 or 1, as
     course_lib.losses.binary_cross_entropy_from_logits has them, or of a list of scores and the true
     class's place, as cross_entropy_from_logits has them. */
  function logitLoss({ score, target, format = "double", guard = 0 }) {
    const fl = FORMATS[format];
    if (!Array.isArray(score)) {
      const s = fl(score);
      const [stable, naive] = [binaryFromLogit(s, target, fl), binaryAsItReads(s, target, fl, guard)];
      return { stable, naive, truth: truth(target === 1 ? -s : s), label: 0 };
    }
    const scores = score.map(fl);
    const others = scores.filter((_, k) => k !== target).map((s) => s - scores[target]);
    const [stable, naive] = [classesFromLogits(scores, target, fl), classesAsTheyRead(scores, target, fl, guard)];
    return { stable, naive, truth: truth(logSumExp(others)), label: target };
  }

  // The slider is a signed logarithm: fine around 0, and ±1000 at its ends.
  const REACH = 1000;
  const scoreAt = (place) => Number((Math.sign(place) * ((REACH + 1) ** Math.abs(place) - 1)).toPrecision(3));
  const placeOf = (score) => (Math.sign(score) * Math.log1p(Math.abs(score))) / Math.log(REACH + 1);

  const PLACES = live.grid(-1, 1, 401);
  const SCORE_TICKS = [[-1000, "−10³"], [-30, "−30"], [-3, "−3"], [0, "0"], [3, "3"], [30, "30"], [1000, "10³"]];
  const LOSS_TICKS = [[-20, "10⁻²⁰"], [-15, "10⁻¹⁵"], [-10, "10⁻¹⁰"], [-5, "10⁻⁵"], [0, "1"]];
  const LOWEST = -21; // of the losses drawn, a power of ten
  const FAULTS = {
    infinite: { colour: 1, label: "as it reads: ∞" },
    undefined: { colour: 3, label: "as it reads: NaN" },
    zero: { colour: 5, label: "as it reads: 0" },
  };

  const fault = (value) => (Number.isNaN(value) ? "undefined" : value === Infinity ? "infinite" : value === 0 ? "zero" : "");

  /* Stretches of PLACES where numbers have one fault: [[fault, first, last], ...]. */
  function stretches(numbers) {
    const found = [];
    numbers.forEach((number, i) => {
      const kind = fault(number);
      const last = found.at(-1);
      if (last && last[0] === kind) last[2] = PLACES[i];
      else found.push([kind, PLACES[i], PLACES[i]]);
    });
    return found.filter(([kind]) => kind);
  }

  const say = (value, digits) => (Number.isNaN(value) ? "NaN" : live.number(value + 0, digits)); // −0 + 0 is 0

  /* e^ln as text, however small. */
  function sayPower(ln, digits) {
    if (ln > -700) return say(Math.exp(ln), digits);
    const power = Math.floor(ln / Math.LN10);
    const unit = live.number(Number(`1e${Math.max(power, -300)}`));
    const front = live.number(10 ** (ln / Math.LN10 - power), digits);
    return power >= -300 ? `${front} × ${unit}` : `${front} × 10${raised(power)}`;
  }

  const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹";
  const raised = (power) => `⁻${[...String(-power)].map((digit) => RAISED[digit]).join("")}`;

  /* How many leading digits of a computed loss are those of the true one. */
  function rightDigits(loss, exact, format) {
    const gap = Math.abs(loss - exact.loss) / exact.loss;
    return gap < 1 ? Math.min(DIGITS[format], Math.floor(-Math.log10(gap))) : 0;
  }

  const scoresOf = (kind, s) => (kind === "two" ? s : [s, 0, -s]);

  class LogitLoss extends live.Figure {
    get heading() {
      return "Cross entropy: from the logits, and by way of probabilities";
    }

    get controls() {
      const show = (place) => live.number(scoreAt(place));
      return [
        { name: "place", label: "Score s", min: -1, max: 1, step: 0.005, value: -0.7, show },
        { name: "kind", label: "Classes", options: [["two", "two: one score s"], ["three", "three: scores s, 0, −s"]] },
        { name: "target", label: "Target y", options: [["1", "1"], ["0", "0"]], when: ({ kind }) => kind === "two" },
        { name: "label", label: "True class", options: [["0", "the one with score s"], ["1", "the one with score 0"], ["2", "the one with score −s"]], when: ({ kind }) => kind === "three" },
        { name: "format", label: "Numbers", options: [["single", "single precision, 32 bits"], ["double", "double precision, 64 bits"]] },
        { name: "guard", label: "As deck A: log(a + 10⁻¹⁰)", value: false },
      ];
    }

    build() {
      const x = { label: "score s", min: -1, max: 1, ticks: SCORE_TICKS.map(([s, text]) => [placeOf(s), text]) };
      this.losses = this.plot({ title: "Loss C", x, y: { label: "loss", min: LOWEST, max: 4, ticks: LOSS_TICKS } });
      this.slopes = this.plot({ title: "Slope in the true class's score", x, y: { label: "∂C/∂s", min: -1.2, max: 1.2 } });
      const rows = ["true", "from the logits", "as it reads"];
      this.fill = live.table(this, "At this score", ["computed", "loss", "slope", "right digits"], rows);
    }

    draw(values) {
      const { kind, format } = values;
      const score = scoreAt(values.place);
      const settings = { target: Number(kind === "two" ? values.target : values.label), format, guard: values.guard ? GUARD : 0 };
      this.sweep(kind, settings);
      this.drawCurves(values.place);
      const here = logitLoss({ score: scoresOf(kind, score), ...settings });
      this.drawTable(here, format, kind === "two" && settings.target === 0 ? 1 : -1);
      return this.tale(here, score, values);
    }

    /* Both curves, which the score's slider does not change. */
    sweep(kind, settings) {
      const key = JSON.stringify([kind, settings]);
      if (key === this.swept) return;
      this.swept = key;
      const all = PLACES.map((place) => logitLoss({ score: scoresOf(kind, scoreAt(place)), ...settings }));
      const curves = (way) => ({ loss: all.map((r) => Math.log10(r[way].loss)), slope: all.map((r) => r[way].slopes[r.label]) });
      Object.assign(this, { stable: curves("stable"), naive: curves("naive") });
      this.faults = stretches(all.map((r) => r.naive.loss));
      this.flaws = stretches(all.map((r) => r.naive.slopes[r.label])).filter(([kind]) => kind === "undefined");
      const up = Math.max(...this.stable.slope) > 0.01;
      this.slopes.limits(null, up ? [-0.1, 1.2] : [-1.2, 0.1]);
    }

    drawCurves(place) {
      this.shade(this.losses, this.faults);
      this.shade(this.slopes, this.flaws);
      for (const [plot, of] of [[this.losses, "loss"], [this.slopes, "slope"]]) {
        plot.rule("here", { x: place }, { label: "this score" });
        plot.line("stable", PLACES, this.stable[of], { colour: 0, width: 4, opacity: 0.55, dash: 0, label: "from the logits" });
        plot.line("naive", PLACES, this.naive[of], { colour: 1, label: "as it reads" });
      }
    }

    shade(plot, found) {
      const { min, max } = plot.y;
      found.forEach(([kind, from, to], i) => {
        const { colour, label } = FAULTS[kind];
        const first = found.findIndex((other) => other[0] === kind) === i;
        plot.band(`fault ${i}`, [from, to], [max, max], { colour, opacity: 0.2, base: min, label: first ? label : undefined });
      });
    }

    drawTable({ stable, naive, truth: exact, label }, format, sign) {
      const digits = format === "single" ? 7 : 10;
      const row = ({ loss, slopes }) => [say(loss, digits), say(slopes[label], digits), String(rightDigits(loss, exact, format))];
      const slope = sayPower(exact.lnSlope, digits);
      this.fill([[sayPower(exact.lnLoss, digits), sign < 0 ? `−${slope}` : slope, `${DIGITS[format]} at most`], row(stable), row(naive)]);
      const words = `${sayPower(exact.lnLoss, 3)} in truth, ${say(stable.loss)} from the logits, ${say(naive.loss)} as it reads`;
      this.losses.describe(`${words}, at this score`);
      this.slopes.describe(`${say(stable.slopes[label])} from the logits, ${say(naive.slopes[label])} as it reads, at this score`);
    }

    tale({ stable, naive, truth: exact, label }, score, { kind, format, target, guard }) {
      const scores = kind === "two" ? `Score ${say(score)}, target ${target}` : `Scores ${say(score)}, 0 and ${say(-score)}`;
      const slope = stable.slopes[label];
      const words = {
        infinite: `the probability of what is true has become 0. The loss is ∞ and the slope ${say(naive.slopes[label])}: after one step with it no weight is a number any more.`,
        undefined: "an exponential has overflowed, and ∞/∞ is not a number (NaN); neither is the loss.",
        zero: `the probability of what is true has rounded to 1: the loss is 0, and the slope ${say(naive.slopes[label])}.`,
        "": this.digitsTale(naive, exact, slope, label, format, guard),
      }[fault(naive.loss)];
      const lost = stable.loss === 0 ? `, because ${this.smallTale(kind, exact)}` : "";
      return `${scores}, ${format} precision. As it reads, ${words} From the logits the loss is ${say(stable.loss, 4)}${lost}, and the slope ${say(slope)}.`;
    }

    digitsTale(naive, exact, slope, label, format, guard) {
      const digits = rightDigits(naive.loss, exact, format);
      const flat = Math.abs(naive.slopes[label]) < 0.01 && Math.abs(slope) > 0.5;
      if (guard && naive.loss < 0) return `the guard makes the loss negative, ${say(naive.loss)}, which a cross entropy never is.`;
      if (guard && flat) return `the guard keeps the loss finite at ${say(naive.loss, 4)}, but the slope is ${say(naive.slopes[label])}: the sample that needs help most is given up.`;
      return `the loss is ${say(naive.loss, 4)}, of which ${digits} of some ${DIGITS[format]} digits are right.`;
    }

    smallTale(kind, exact) {
      const value = sayPower(exact.lnLoss, 2);
      return kind === "two" ? `the true ${value} is smaller than the smallest number there is` : `the true ${value} is lost beside the 1 that it is added to`;
    }
  }

  Object.assign(live, { logitLoss, scoreAt });
  customElements.define("live-logit-loss", LogitLoss);
})();
