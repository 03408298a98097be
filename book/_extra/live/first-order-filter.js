/* <live-first-order-filter>: the pole of y[n] = α y[n-1] + k x[n] is the reader's to move. */
(() => {
  "use strict";
  const live = window.courseLive;
  const SAMPLES = 60;
  const LOWEST = 1e-3; // of the frequencies drawn, in cycles per step
  const say = live.number;

  /* Numbers of mean 0 and deviation ½, evenly spread, that look random and are always the same. */
  function noise(count) {
    let state = 1;
    return Array.from({ length: count }, () => {
      state = (Math.imul(1664525, state) + 1013904223) >>> 0;
      return (state / 2 ** 31 - 1) * Math.sqrt(0.75);
    });
  }

  const INPUTS = {
    step: (n) => Array(n).fill(1),
    noisy: (n) => noise(n).map((w) => 1 + w),
    cosine: (n) => noise(n).map((w, i) => Math.cos((2 * Math.PI * i) / 100) + w),
    impulse: (n) => Array.from({ length: n }, (_, i) => (i === 0 ? 1 : 0)),
  };

  function filtered(alpha, k, x) {
    let y = 0;
    return x.map((value) => (y = alpha * y + k * value));
  }

  /* What course_lib.filters gives for ar1(alpha, gain) with gain "dc" (k = 1 − α) or "input"
     (k = 1), and, for −1 < α < 0 too, for Filter([k], [1, −α]); compensated: output/s[n]. */
  function firstOrderFilter({ alpha, gain = "dc", input = "step", samples = SAMPLES, frequencies = [] }) {
    const k = gain === "dc" ? 1 - alpha : 1;
    const x = INPUTS[input](samples);
    const output = filtered(alpha, k, x);
    const step = filtered(alpha, k, INPUTS.step(samples));
    const size = Math.abs(alpha);
    // |1 − αe^{−jω}|² = (1 − α)² + 4α sin²(ω/2): nothing cancels, however near α is to 1.
    const wave = alpha < 0 ? Math.cos : Math.sin;
    const distance = (nu) => Math.hypot(1 - size, 2 * Math.sqrt(size) * wave(Math.PI * nu));
    return {
      k,
      input: x,
      output,
      step,
      compensated: output.map((y, n) => y / step[n]),
      impulse: filtered(alpha, k, INPUTS.impulse(samples)),
      magnitude: frequencies.map((nu) => k / distance(nu)),
      dcGain: k / (1 - alpha),
      noisePower: (k * k) / (1 - alpha * alpha),
      timeConstant: size ? -1 / Math.log(size) : 0,
      halfPower: Math.acos(1 - (1 - alpha) ** 2 / (2 * alpha)) / (2 * Math.PI), // NaN: nowhere
    };
  }

  const FREQUENCIES = live.grid(Math.log10(LOWEST), Math.log10(0.5), 161).map((power) => 10 ** power);
  const STEPS = Array.from({ length: SAMPLES }, (_, n) => n);
  const CIRCLE = live.grid(0, 2 * Math.PI, 97);
  const decibels = (gain) => 20 * Math.log10(gain);

  /* Ends of an axis for these values and 0, with room above them. */
  function ends(values) {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return [low < 0 ? -live.roundUp(-1.05 * low) : 0, high > 0 ? live.roundUp(1.05 * high) : 0];
  }

  class FirstOrderFilter extends live.Figure {
    get heading() {
      return "A first-order filter: y[n] = α y[n−1] + k x[n]";
    }

    get controls() {
      return [
        { name: "alpha", label: "Pole α", min: -0.95, max: 0.99, step: 0.01, value: 0.9, show: (v) => v.toFixed(2).replace("-", "−") },
        { name: "gain", label: "Gain", options: [["dc", "unit DC gain, k = 1 − α"], ["input", "unit input gain, k = 1"]] },
        { name: "input", label: "Input x", options: [["step", "constant 1"], ["noisy", "1 and noise"], ["cosine", "cosine of period 100 and noise"], ["impulse", "one impulse"]] },
        { name: "compensate", label: "Compensate the transient", value: false },
      ];
    }

    build() {
      this.time = this.plot({ title: "Output for the chosen input", x: { label: "step n", min: 0, max: SAMPLES - 1 }, y: { label: "x and y" } });
      this.impulse = this.plot({ title: "Impulse response h[n] = kαⁿ", x: { label: "step n", min: 0, max: SAMPLES - 1 }, y: { label: "h[n]" } });
      this.response = this.plot({
        title: "Gain over frequency",
        x: { label: "frequency ν, cycles per step", min: LOWEST, max: 0.5, log: true },
        y: { label: "|H|, decibels", min: -50, max: 10 },
      });
      this.plane = this.plot({ title: "Pole and zero (drag the pole)", x: { label: "real part", min: -1.25, max: 1.25 }, y: { label: "imaginary part", min: -1.25, max: 1.25 }, equal: true });
    }

    draw({ alpha, gain, input, compensate }) {
      const f = firstOrderFilter({ alpha, gain, input, frequencies: FREQUENCIES });
      this.drawTime(f, input, compensate);
      this.impulse.limits(null, ends(f.impulse));
      this.impulse.stems("h", STEPS, f.impulse);
      this.impulse.specks("tip", STEPS, f.impulse, { width: 4.5 });
      this.drawResponse(f);
      this.drawPlane(alpha);
      this.impulse.describe(`starts at ${say(f.k)} and is multiplied by ${say(alpha)} at each step`);
      return this.tale(f, alpha, gain);
    }

    drawTime(f, input, compensate) {
      const shown = [...f.input, ...f.output, ...(compensate ? f.compensated : [])];
      this.time.limits(null, ends(shown));
      this.time.line("x", STEPS, f.input, { colour: "grey", dash: 1, width: 1.4, label: "input x" });
      this.time.line("y", STEPS, f.output, { label: input === "step" ? "step response s[n]" : "output y" });
      if (compensate) this.time.line("c", STEPS, f.compensated, { colour: 1, label: "y[n]/s[n]" });
      const end = SAMPLES - 1;
      const also = compensate ? `, compensated from ${say(f.compensated[0])} to ${say(f.compensated[end])}` : "";
      this.time.describe(`the output goes from ${say(f.output[0])} at n = 0 to ${say(f.output[end])} at n = ${end}${also}`);
    }

    drawResponse(f) {
      const gains = f.magnitude.map(decibels);
      const top = Math.max(10, 10 * Math.ceil(Math.max(...gains) / 10));
      this.response.limits(null, [top - 60, top]);
      if (f.halfPower >= LOWEST) {
        this.response.rule("half", { x: f.halfPower }, { label: "half the power of DC" });
      }
      this.response.line("gain", FREQUENCIES, gains, { label: "gain" });
      this.response.describe(`${say(gains[0])} decibels at ν = ${LOWEST}, ${say(gains.at(-1))} at ν = 0.5`);
    }

    drawPlane(alpha) {
      this.plane.line("circle", CIRCLE.map(Math.cos), CIRCLE.map(Math.sin), { colour: "grey", width: 1.4 });
      this.plane.points("zero", [0], [0], { colour: 0, marker: "ring", size: 5, label: "zero" });
      this.plane.points("pole", [alpha], [0], { colour: 1, marker: "cross", size: 5, label: "pole α" });
      const moved = (x) => this.set("alpha", Math.min(0.99, Math.max(-0.95, Math.round(x * 100) / 100)));
      this.plane.handle("pole", alpha, 0, { axis: "x", label: "Pole α", moved, step: 0.004, colour: 1 });
      this.plane.describe(`pole at ${say(alpha)}, inside the unit circle; zero at 0`);
    }

    tale(f, alpha, gain) {
      const lag = alpha / (1 - alpha);
      const kind = alpha < 0 ? "a high-pass filter" : alpha > 0 ? "a low-pass filter" : "no filter at all";
      const fading = alpha === 0 ? "It remembers nothing." : `Its memory fades by 1/e in ${say(f.timeConstant)} steps and its output lags ${say(lag)} steps behind a ramp.`;
      const half = Number.isFinite(f.halfPower) ? ` Half the power of a constant passes at ν = ${say(f.halfPower)}.` : "";
      return `α = ${say(alpha)}, unit ${gain === "dc" ? "DC" : "input"} gain, ${kind}: a constant is multiplied by ${say(f.dcGain)} in the end, the newest number by ${say(f.k)} at once. ${fading}${half} Of white noise of power 1 it leaves ${say(f.noisePower)}.`;
    }
  }

  live.firstOrderFilter = firstOrderFilter;
  customElements.define("live-first-order-filter", FirstOrderFilter);
})();
